import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startCollectorProcess } from './collector-process.ts';
import { eventually, FAST_DELIVERY, SECRETS, SERVER_KEY, TAG_ID, test } from './fixtures.ts';
import { startLoad } from './load.ts';

const run = promisify(execFile);

/** The program of `docs/operations.md`, as an operator copies it. */
const PROGRAM = /<<'END'\n(.*?)END\n/s.exec(
  readFileSync(new URL('../docs/operations.md', import.meta.url), 'utf8'),
)![1]!;

/** What is on its way while the back-up is made is due again after twice this time and 10 s, ms. */
const TIMEOUT_MS = 1_000;

test.use({
  setting: { collector: 'process', config: { delivery: { ...FAST_DELIVERY, timeoutMs: TIMEOUT_MS } } },
});

test('a back-up that is made under load holds all that was acknowledged before, and a collector goes on with it', async ({
  world,
}) => {
  const { sandbox, collectorUrl, shopUrl: origin, dataDir } = world;
  sandbox.setFaults([{ match: { path: '/v1/*' }, status: 503 }]);
  const load = startLoad({ url: collectorUrl, tagId: TAG_ID, serverKey: SERVER_KEY, origin, senders: 4 });
  await eventually(() => load.acknowledged.size).toBeGreaterThan(100);
  const before = [...load.acknowledged];

  const folder = mkdtempSync(join(dataDir, '..', 'restored-'));
  writeFileSync(join(folder, 'backup.mjs'), PROGRAM);
  const name = 'uet-capi.sqlite';
  await run(process.execPath, [join(folder, 'backup.mjs'), join(dataDir, name), join(folder, name)]);
  await load.stop();
  await world.collectorProcess!.kill();

  const config = { tagId: TAG_ID, endpoint: sandbox.url, dataDir: folder };
  const restored = await startCollectorProcess(folder, config, SECRETS);
  sandbox.setFaults([]);
  await eventually(() => {
    const delivered = new Set(sandbox.capiEvents().map(({ eventId }) => eventId));
    return before.filter((id) => !delivered.has(id)).length;
  }, 60_000).toBe(0);
  await restored.kill();
});
