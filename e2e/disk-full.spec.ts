import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, expect, SERVER_KEY, TAG_ID, test } from './fixtures.ts';

/** What one file may hold, in the blocks of `ulimit -f`: 1 or 2 MB. Writing past it fails as on a full disk. */
const FILE_LIMIT_BLOCKS = 2_000;

/** More than fits, bytes. */
const FLOOD = 6_000_000;

/** Room for some 100 events and their indexes in one request, bytes. */
const TEXT = 'x'.repeat(900);
const BATCH = 50;

test.use({ setting: { collector: 'process', fileLimitBlocks: FILE_LIMIT_BLOCKS } });

test('a full disk: 503 with Retry-After, nothing lost, and it goes on as soon as there is room', async ({
  world,
}) => {
  const { sandbox, collectorProcess, collectorUrl, dataDir } = world;
  const acknowledged: string[] = [];

  async function post(first: number) {
    const ids = Array.from({ length: BATCH }, (_, index) => `e${first + index}`);
    const data = ids.map((eventId) => ({
      eventType: 'custom',
      eventName: 'lead',
      eventId,
      eventTime: Math.floor(Date.now() / 1_000),
      userData: { anonymousId: eventId },
      customData: { eventLabel: TEXT },
    }));
    const response = await fetch(`${collectorUrl}/v1/${TAG_ID}/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${SERVER_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ data }),
    });
    await response.arrayBuffer();
    if (response.ok) acknowledged.push(...ids);
    return response;
  }

  let sent = 0;
  let refusal: Response | undefined;
  while (!refusal && sent * TEXT.length < FLOOD) {
    const response = await post(sent);
    sent += BATCH;
    if (!response.ok) refusal = response;
  }
  expect(refusal?.status).toBe(503);
  expect(Number(refusal?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(acknowledged.length).toBeGreaterThan(BATCH);
  expect((await fetch(`${collectorUrl}/healthz`)).status).toBe(200);
  expect((await fetch(`${collectorUrl}/readyz`)).status).toBe(503);
  const sizes = readdirSync(dataDir).map((name) => statSync(join(dataDir, name)).size);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(FILE_LIMIT_BLOCKS * 1_024);

  execFileSync('prlimit', ['--pid', String(collectorProcess!.pid()), '--fsize=unlimited']);
  await eventually(async () => (await post(sent)).status).toBe(200);
  await eventually(() => {
    const delivered = new Set(sandbox.capiEvents().map(({ eventId }) => eventId));
    return acknowledged.filter((id) => !delivered.has(id)).length;
  }).toBe(0);
  const { stdout } = await collectorProcess!.run(['report', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ isWhole: true, received: new Set(acknowledged).size });
});
