import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultSwitch, Sandbox } from '@uet-capi/sandbox';
import type { CollectorProcess } from './collector-process.ts';
import { eventually, expect, FAST_DELIVERY, SERVER_KEY, TAG_ID, test } from './fixtures.ts';
import { isOneOf, type Load, startLoad } from './load.ts';

/** The long form is what the product promises; the short one still meets every kind of moment. */
const SOAK = process.env.SOAK === '1';
const KILLS = SOAK ? 200 : 10;

/** Bound of the whole test, ms. Most of it are starts, which take seconds each on a machine with other work. */
const LIMIT_MS = SOAK ? 40 * 60_000 : 300_000;

/** Every so many kills the collector is shot while it starts. */
const KILL_AT_START_EVERY = 5;

/** Longest life of one collector, ms: from its first request to batches, retries and settlements. */
const LIFE_MS = 1_200;

/** Between two requests of one sender, ms: enough for many commits, not too many for the sandbox's memory. */
const PAUSE_MS = 20;

/** By then every lease of a killed process has ended and its events have been sent again, ms. */
const LEASES_END_MS = 60_000;

/** What Microsoft does wrong while the collector dies; the answer that is lost after storing is the worst. */
const FAULTS: readonly FaultSwitch[] = [
  { status: 500 },
  { status: 503, headers: { 'Retry-After': '0' } },
  { storeFirst: true, reset: true },
  { reset: true },
  { delayMs: 200 },
  { delayMs: 2_000, storeFirst: true },
];

test.use({
  setting: {
    collector: 'process',
    // A lease of a killed process ends after twice the time-out and a few seconds.
    config: { delivery: { ...FAST_DELIVERY, timeoutMs: 500 } },
  },
});

test(`kill -9 at ${KILLS} moments under load and faults: nothing acknowledged is lost, no content changes`, async ({
  world,
}) => {
  test.setTimeout(LIMIT_MS);
  const { sandbox, collectorProcess, shopUrl: origin, dataDir } = world;
  const collector = collectorProcess!;
  const target = { url: collector.url, tagId: TAG_ID, serverKey: SERVER_KEY, origin };
  const load = startLoad({ ...target, senders: 8, pauseMs: PAUSE_MS });
  const delivered: Delivered = { accepted: new Set(), wires: new Map() };

  for (let kill = 1; kill <= KILLS; kill++) {
    gather(sandbox, delivered);
    sandbox.setFaults(someFaults());
    const starting = kill % KILL_AT_START_EVERY === 0 ? collector.start() : undefined;
    if (kill > 1 && !starting) await collector.start();
    await sleep(Math.random() * LIFE_MS);
    await collector.kill();
    // One that is shot before it listens has nothing to say.
    await starting?.catch(() => {});
  }
  await collector.start();
  await load.stop();
  sandbox.setFaults([]);

  expect(load.failed, 'the kills were felt').toBeGreaterThan(KILLS);
  await eventually(() => accountOf(collector), LEASES_END_MS).toMatchObject({
    isWhole: true,
    waiting: 0,
    failed: 0,
  });
  expect(await collector.stop()).toBe(0);
  gather(sandbox, delivered);
  compare(load, contentsOfStore(dataDir), delivered);
});

function someFaults(): FaultSwitch[] {
  const match = { path: '/v1/*' };
  return Array.from({ length: 4 }, () => {
    const fault = FAULTS[Math.floor(Math.random() * FAULTS.length)]!;
    return { match, times: 1 + Math.floor(Math.random() * 4), ...fault };
  });
}

async function accountOf(collector: CollectorProcess) {
  const { stdout } = await collector.run(['report', '--json']);
  const { isWhole, received, accounts } = JSON.parse(stdout) as {
    isWhole: boolean;
    received: number;
    accounts: { states: Record<string, number> }[];
  };
  const sum = (...states: string[]) =>
    accounts
      .flatMap((account) => states.map((state) => account.states[state] ?? 0))
      .reduce((a, b) => a + b, 0);
  const failed = received - sum('held', 'pending', 'leased', 'accepted');
  return { isWhole, waiting: sum('held', 'pending', 'leased'), failed };
}

/** What the collector has on disk, read past its own code. */
function contentsOfStore(dataDir: string): Map<string, string> {
  const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT event_id, wire FROM event JOIN content USING (seq)').all();
  const integrity = db.prepare('PRAGMA integrity_check').get();
  db.close();
  expect(integrity).toMatchObject({ integrity_check: 'ok' });
  return new Map(rows.map(({ event_id, wire }) => [String(event_id), String(wire)]));
}

/** What arrived at Microsoft. */
interface Delivered {
  /** Ids of the events that it accepted. */
  accepted: Set<string>;
  /** Each different copy of an event, by its id; attempts that failed included. */
  wires: Map<string, Set<string>>;
}

/** Takes from the sandbox what arrived since: its memory is bounded, and a long run brings more. */
function gather(sandbox: Sandbox, { accepted, wires }: Delivered): void {
  for (const { eventId } of sandbox.capiEvents()) accepted.add(eventId!);
  for (const { body } of sandbox.requests()) {
    const { data } = JSON.parse(body) as { data: { eventId: string }[] };
    for (const copy of data)
      wires.set(copy.eventId, (wires.get(copy.eventId) ?? new Set()).add(JSON.stringify(copy)));
  }
  sandbox.reset();
}

/** What was sent, stored and delivered, id by id; the last two byte by byte. Each list stays short, so that a failure is readable. */
function compare(load: Load, stored: ReadonlyMap<string, string>, { accepted, wires }: Delivered): void {
  const acknowledged = [...load.acknowledged];
  const expectNone = (ids: string[], what: string) =>
    expect(ids.slice(0, 5), `${what}, of ${acknowledged.length} acknowledged`).toEqual([]);
  expectNone(
    acknowledged.filter((id) => !stored.has(id)),
    'not stored',
  );
  expectNone(
    acknowledged.filter((id) => !accepted.has(id)),
    'not delivered',
  );

  const altered = [...stored].filter(([id, wire]) => !isOneOf(load.sent.get(id) ?? [], wire));
  expect(altered.slice(0, 5), 'stored otherwise than sent').toEqual([]);
  const strange = [...wires].filter(([id, copies]) => copies.size > 1 || !copies.has(stored.get(id)!));
  expect(strange.slice(0, 5), 'delivered otherwise than stored').toEqual([]);
}
