import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AcceptedEvent } from '@uet-capi/sandbox';
import { eventually, expect, FAST_DELIVERY, SECRETS, SERVER_KEY, TAG_ID, test } from './fixtures.ts';
import { startLoad } from './load.ts';

const APP = fileURLToPath(new URL('./cluster-app.ts', import.meta.url));
const WORKERS = 4;

/** Events that are on their way before and after the worker is shot. */
const ENOUGH = 500;

/** Long enough for every answer on a busy machine: an attempt that times out is repeated, ms. */
const TIMEOUT_MS = 5_000;

/**
 * A lease lasts twice the time-out and ten seconds. A copy that comes much sooner than that was sent
 * by a second worker while the first still held the event. ms.
 */
const LEASE_MS = 2 * TIMEOUT_MS + 5_000;

/** By then every lease of the killed worker has ended and its events have been sent again, ms. */
const LEASES_END_MS = 60_000;

let app: ChildProcess | undefined;
test.afterEach(() => {
  app?.kill('SIGKILL');
});

test('four workers of an existing app share a data directory; one is killed: nothing lost, nothing sent by two', async ({
  world,
}) => {
  test.setTimeout(240_000);
  const { sandbox, shopUrl: origin, dataDir } = world;
  const { url, pids, listening } = await startApp({
    tagId: TAG_ID,
    endpoint: sandbox.url,
    origins: [origin],
    dataDir: `${dataDir}-cluster`,
    delivery: { ...FAST_DELIVERY, timeoutMs: TIMEOUT_MS },
  });

  const load = startLoad({ url: `${url}/m`, tagId: TAG_ID, serverKey: SERVER_KEY, origin, senders: 8 });
  await eventually(() => load.acknowledged.size).toBeGreaterThan(ENOUGH);
  process.kill(pids[0]!, 'SIGKILL');
  await eventually(listening).toBe(WORKERS + 1);
  const before = load.acknowledged.size;
  await eventually(() => load.acknowledged.size).toBeGreaterThan(before + ENOUGH);
  await load.stop();

  await eventually(() => {
    const delivered = new Set(sandbox.capiEvents().map(({ eventId }) => eventId));
    return [...load.acknowledged].filter((id) => !delivered.has(id)).length;
  }, LEASES_END_MS).toBe(0);
  expect(sentAtOnce(sandbox.capiEvents())).toEqual([]);
});

test("the app's own routes answer as before", async ({ world }) => {
  const { url } = await startApp({
    tagId: TAG_ID,
    endpoint: world.sandbox.url,
    dataDir: `${world.dataDir}-cluster`,
  });
  const response = await fetch(`${url}/orders`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ order: 1 }),
  });
  expect(await response.json()).toEqual({ received: { order: 1 } });
  expect(response.headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(response.headers.get('set-cookie')).toContain('connect.sid=');

  const missing = await fetch(`${url}/m/nothing-of-ours`);
  expect(missing.status).toBe(404);
  expect(await missing.text()).toContain('Cannot GET /m/nothing-of-ours');
});

async function startApp(config: object) {
  app = spawn(process.execPath, [APP], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { PATH: process.env.PATH, COLLECTOR_CONFIG: JSON.stringify(config), ...SECRETS },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pids: number[] = [];
  let port = 0;
  createInterface({ input: app.stdout! }).on('line', (line) => {
    const [, pid, on] = /^worker (\d+) (\d+)$/.exec(line) ?? [];
    if (!pid) return;
    pids.push(Number(pid));
    port = Number(on);
  });
  await Promise.race([
    eventually(() => pids.length).toBe(WORKERS),
    once(app, 'exit').then(() => Promise.reject(new Error('the app did not start'))),
  ]);
  return { url: `http://127.0.0.1:${port}`, pids, listening: () => pids.length };
}

/** Ids that arrived again before any lease could have ended. */
function sentAtOnce(events: readonly AcceptedEvent[]): string[] {
  const last = new Map<string, number>();
  return events.flatMap(({ eventId, receivedAt }) => {
    const before = last.get(eventId!);
    last.set(eventId!, receivedAt);
    return before !== undefined && receivedAt - before < LEASE_MS ? [eventId!] : [];
  });
}
