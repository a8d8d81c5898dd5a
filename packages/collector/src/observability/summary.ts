import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import type { StateCount } from '../store/port.ts';
import { VERSION } from '../version.ts';

/** What runs here, for the first line of the log. Which keys are set, never the keys. */
export function startSummary(config: Config): object {
  const { sites, routes, dataDir, databaseUrl, adminToken } = config;
  return {
    version: VERSION,
    pid: process.pid,
    ...(databaseUrl === undefined ? { dataDir: resolve(dataDir) } : { store: 'PostgreSQL' }),
    routes,
    metrics: config.metrics === 'token' && adminToken === undefined ? 'closed' : config.metrics,
    sites: sites.map(({ id, tagId, mode, endpoint, origins, serverKey }) => ({
      id,
      tagId,
      mode,
      // Not the whole address: a proxy's may hold a password.
      ...(mode === 'live' && { endpoint: new URL(endpoint).origin }),
      origins,
      serverRoutes: serverKey === undefined ? 'closed' : 'open',
    })),
  };
}

/** How many events are left for the next start. */
export function countWaiting(counts: readonly StateCount[]): number {
  return counts
    .filter(({ state }) => state === 'held' || state === 'pending' || state === 'leased')
    .reduce((sum, { count }) => sum + count, 0);
}
