import { setTimeout as sleep } from 'node:timers/promises';
import type { AcceptedEvent } from '@uet-capi/sandbox';
import { eventually, expect, FAST_DELIVERY, SERVER_KEY, TAG_ID, test } from './fixtures.ts';
import { startLoad } from './load.ts';

/** The issue asks for at least 50. */
const KILLS = Number(process.env.CRASH_KILLS ?? 60);

/** Every so many kills the collector is shot while it starts. */
const KILL_AT_START_EVERY = 5;

/** Longest life of one collector, ms. */
const LIFE_MS = 400;

/** By then every lease of a killed process has ended and its events have been sent again, ms. */
const LEASES_END_MS = 45_000;

test.use({
  setting: {
    collector: 'process',
    // A lease of a killed process ends after twice the time-out and a few seconds.
    config: { delivery: { ...FAST_DELIVERY, timeoutMs: 500 } },
  },
});

test(`${KILLS} times kill -9 under load: nothing acknowledged is lost, no id has two contents`, async ({
  world,
}) => {
  test.setTimeout(KILLS * 5_000 + 60_000);
  const { sandbox, collectorProcess, shopUrl: origin } = world;
  const collector = collectorProcess!;
  // Microsoft fails now and then, too, so that there are retries to be killed in.
  sandbox.setFaults([{ match: { path: '/v1/*' }, status: 503, times: KILLS }]);
  const load = startLoad({ url: collector.url, tagId: TAG_ID, serverKey: SERVER_KEY, origin, senders: 8 });

  for (let kill = 1; kill <= KILLS; kill++) {
    await sleep(Math.random() * LIFE_MS);
    await collector.kill();
    if (kill % KILL_AT_START_EVERY === 0) {
      const starting = collector.start().catch(() => 'killed');
      await sleep(Math.random() * LIFE_MS);
      await collector.kill();
      await starting;
    }
    await collector.start();
  }
  await load.stop();

  expect(load.failed, 'the kills were felt').toBeGreaterThan(KILLS);
  const delivered = () => contentsById(sandbox.capiEvents());
  await eventually(() => missing(load.acknowledged, delivered()), LEASES_END_MS).toEqual([]);
  const ambiguous = [...delivered()].filter(([, contents]) => contents.size > 1).map(([id]) => id);
  expect(ambiguous, 'ids with more than one content').toEqual([]);
});

function contentsById(events: readonly AcceptedEvent[]): Map<string, Set<string>> {
  const byId = new Map<string, Set<string>>();
  for (const { eventId, content } of events) {
    const contents = byId.get(eventId!) ?? new Set();
    byId.set(eventId!, contents.add(JSON.stringify(content)));
  }
  return byId;
}

/** The first few, so that a failure stays readable. */
function missing(ids: Iterable<string>, delivered: ReadonlyMap<string, unknown>): string[] {
  return [...ids].filter((id) => !delivered.has(id)).slice(0, 5);
}
