import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { DESTINATION, fillBacklog } from './testing/backlog.ts';

/** A backlog that is larger than what its process may take, delivered by a process whose memory is measured. */

const EVENTS = process.env.SOAK ? 500_000 : 20_000;
const EVENT_BYTES = process.env.SOAK ? 1_000 : 6_000;

/** The process may take as long, ms. */
const LIMIT_MS = process.env.SOAK ? 600_000 : 240_000;

/** All JavaScript of a thread must fit into it, MB. */
const HEAP_MB = 64;

/** As in production: docs/operations.md, "Memory". */
const YOUNG_MB = 8;

/** What the memory of the process may grow in the second half, bytes: less than half of what that half delivers. */
const MAX_GROWTH_BYTES = 28 * 1024 * 1024;

const PROCESS = fileURLToPath(new URL('./testing/measured-drain.ts', import.meta.url));

/** Takes everything. The sandbox would keep it, in the memory of this process. */
async function startSink() {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test(
  'memory stays as it is while a backlog is delivered',
  async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'uet-capi-backlog-'));
    const { server, url } = await startSink();
    try {
      const store = await openSqliteStore({ dataDir });
      await fillBacklog(store, EVENTS, EVENT_BYTES);
      await store.close();
      const flags = [`--max-old-space-size=${HEAP_MB}`, `--max-semi-space-size=${YOUNG_MB}`];
      const args = ['--conditions=uet-capi-source', ...flags, PROCESS, dataDir, url, String(EVENTS)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: LIMIT_MS });
      const { states, grownBytes } = JSON.parse(stdout);
      expect(states).toEqual([{ site: 'shop', destination: DESTINATION, state: 'accepted', count: EVENTS }]);
      expect(grownBytes).toBeLessThan(MAX_GROWTH_BYTES);
    } finally {
      server.closeAllConnections();
      server.close();
      rmSync(dataDir, { recursive: true });
    }
  },
  LIMIT_MS * 2,
);
