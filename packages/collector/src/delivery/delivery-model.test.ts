import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { NewEvent, Route } from '../store/port.ts';
import { ownedClock } from './testing/owned-clock.ts';
import { processesOn } from './testing/process.ts';
import { microsoftIn, type Weather, type Wire } from './testing/weather.ts';

/**
 * The whole of delivery on a real file, under random ingest, answers, clock jumps, stops and kills. What must
 * hold is checked before each request and after each step.
 */

/** The long form takes more than 10,000 steps, in parts that each say how they ended. */
const [PARTS, RUNS, STEPS] = process.env.SOAK === '1' ? [42, 5, 50] : [1, 5, 25];
/** Only reached when something is broken, ms. */
const TIMEOUT_MS = 900_000;

const START = 1_800_000_000_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const QUEUE = 'uet-capi:123';
const SETTINGS = {
  batchMs: 250,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  timeoutMs: 10_000,
  probeMs: 60_000,
  maxInFlight: 4,
  ratePerSecond: 50,
  burst: 100,
};

const retryAfterMs = fc.option(fc.integer({ min: 0, max: 600_000 }), { nil: undefined });
const weather: fc.Arbitrary<Weather> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('good' as const), delayMs: fc.nat(3_000) }) },
  fc.record({ kind: fc.constantFrom('cut' as const, 'silent' as const), stores: fc.boolean() }),
  fc.record({ kind: fc.constantFrom('throttled' as const, 'unavailable' as const), retryAfterMs }),
  fc.constant({ kind: 'unauthorized' as const }),
  fc.record({ kind: fc.constant('too-large' as const), over: fc.nat(40) }),
);

const fate = fc.record({
  /** In per cent. */
  bad: fc.nat(100),
  warned: fc.nat(100),
  route: fc.constantFrom('pending', 'pending', 'pending', 'held', 'skipped'),
  livesMs: fc.constantFrom(7 * DAY_MS, 7 * DAY_MS, HOUR_MS, 20_000),
});

const step = fc.oneof(
  fc.record({ do: fc.constant('ingest' as const), count: fc.integer({ min: 1, max: 60 }), fate }),
  fc.record({ do: fc.constant('ingest' as const), count: fc.integer({ min: 500, max: 1_500 }), fate }),
  fc.record({ do: fc.constant('repeat' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('report' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('poison' as const), which: fc.nat() }),
  fc.record({ do: fc.constant('weather' as const), weather }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 5, 300, 2_000, 15_000, 120_000) }),
  fc.record({ do: fc.constant('jump' as const), ms: fc.constantFrom(20_000, 90_000, HOUR_MS, DAY_MS) }),
  fc.record({ do: fc.constantFrom('stop' as const, 'kill' as const) }),
);
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;

const REFUSAL = 'poison';

/** What Microsoft says of some events can never be written down. */
function poisonIn(file: string) {
  const ids = new Set<string>();
  const db = new DatabaseSync(file, { timeout: TIMEOUT_MS });
  db.exec(`
    CREATE TABLE poison (event_id TEXT);
    CREATE TRIGGER refuse BEFORE INSERT ON outcome
    WHEN NEW.state IN ('accepted', 'rejected')
      AND (SELECT event_id FROM event WHERE seq = NEW.seq) IN (SELECT event_id FROM poison)
    BEGIN SELECT RAISE(ABORT, '${REFUSAL}'); END`);
  const insert = db.prepare('INSERT INTO poison VALUES (?)');
  return {
    add(id: string) {
      insert.run(id);
      ids.add(id);
    },
    has: (id: string) => ids.has(id),
    close: () => db.close(),
  };
}

async function createWorld(seed: number) {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-model-'));
  const { clock, start } = processesOn((everythingElse) => ownedClock({ start: START, everythingElse }));
  let current: Weather = { kind: 'good', delayMs: 0 };
  const events = new Map<string, NewEvent & { wire: string }>();
  /** How often each event was sent and answered otherwise than with 401. */
  const tries = new Map<string, number>();
  const faults: string[] = [];

  const microsoft = microsoftIn(QUEUE, clock, () => current, look);
  let draw = seed;
  const options = {
    dataDir,
    destination: microsoft.destination,
    settings: SETTINGS,
    // A linear congruential generator (Numerical Recipes), so that a seed replays a run.
    random() {
      draw = (draw * 1_664_525 + 1_013_904_223) % 2 ** 32;
      return draw / 2 ** 32;
    },
    onError: (error: unknown) => {
      if (!String(error).includes(REFUSAL)) faults.push(String(error));
    },
  };
  let running = await start(options);
  const poison = poisonIn(join(dataDir, 'uet-capi.sqlite'));
  // What is on disk at any moment, whoever is writing.
  const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'), { readOnly: true });
  const endedAs = db.prepare('SELECT state FROM event JOIN outcome USING (seq) WHERE event_id = ?');
  const pauses = db.prepare('SELECT count(*) AS count FROM destination');
  const count = db.prepare(`
    SELECT (SELECT count(*) FROM event) AS events, (SELECT count(*) FROM delivery) AS waiting,
           (SELECT count(*) FROM outcome) AS ended,
           (SELECT count(*) FROM delivery JOIN outcome USING (seq)) AS both`);
  const outcomes = db.prepare(`
    SELECT event_id AS id, state, attempts, code, message, warnings IS NOT NULL AS warned
    FROM event JOIN outcome USING (seq)`);
  const waiting = db.prepare('SELECT event_id AS id, attempts FROM event JOIN delivery USING (seq)');

  /** Each request, before it is answered. */
  function look(wires: readonly string[]): void {
    if ((pauses.get() as { count: number }).count > 0) faults.push('sent while paused');
    for (const wire of wires) {
      const { id } = JSON.parse(wire) as Wire;
      const event = events.get(id);
      if (wire !== event?.wire) faults.push(`${id}: other bytes`);
      if (event && event.expiresAt <= clock.now()) faults.push(`${id}: sent after its time`);
      const ended = endedAs.get(id);
      if (ended) faults.push(`${id}: sent although ${ended.state}`);
      if (current.kind !== 'unauthorized') tries.set(id, (tries.get(id) ?? 0) + 1);
    }
  }

  async function append(arriving: NewEvent[], reported: string[] = []) {
    const tagPageLoads = reported.map((pageLoadId) => ({ site: 'shop', pageLoadId }));
    const arrivals = { now: clock.now(), events: arriving, tagPageLoads, memories: [], withdrawals: [] };
    const results = await running.store.append(arrivals);
    running.wake();
    return results;
  }

  async function take(one: Step): Promise<void> {
    const known = [...events.values()];
    switch (one.do) {
      case 'ingest': {
        const fresh = Array.from({ length: one.count }, (_, i) => newEvent(events.size + i, one.fate));
        for (const event of fresh) events.set(event.eventId, event);
        expect(await append(fresh)).toEqual(fresh.map(() => 'stored'));
        break;
      }
      case 'repeat': {
        const event = known[one.which % known.length];
        if (event) expect(await append([{ ...event, wire: '{"other":"content"}' }])).toEqual(['duplicate']);
        break;
      }
      case 'report': {
        const pageLoadId = known[one.which % known.length]?.pageLoadId;
        if (pageLoadId) await append([], [pageLoadId]);
        break;
      }
      case 'poison': {
        const event = known[one.which % known.length];
        if (event) poison.add(event.eventId);
        break;
      }
      case 'weather':
        current = one.weather;
        break;
      case 'wait':
        await clock.advance(one.ms);
        break;
      case 'jump':
        clock.skip(one.ms);
        break;
      case 'stop':
      case 'kill':
        await running[one.do]();
        running = await start(options);
        break;
    }
    await clock.advance(0);
  }

  function newEvent(number: number, of: { bad: number; warned: number; route: string; livesMs: number }) {
    const now = clock.now();
    const id = `e${number}`;
    const wire: Wire = { id, bad: (number * 37) % 100 < of.bad, warned: (number * 53) % 100 < of.warned };
    const route: Route =
      of.route === 'skipped'
        ? { skipped: 'shadow' }
        : { destination: QUEUE, dueAt: of.route === 'held' ? now + 10_000 : now, held: of.route === 'held' };
    return {
      site: 'shop',
      tagId: '123',
      name: 'purchase',
      eventId: id,
      source: 'pixel' as const,
      receivedAt: now,
      expiresAt: now + of.livesMs,
      wire: JSON.stringify(wire),
      keys: [],
      notes: [],
      ...(of.route === 'held' ? { pageLoadId: id } : {}),
      route,
    };
  }

  async function check(): Promise<void> {
    expect(faults).toEqual([]);
    const totals = count.get() as { events: number; waiting: number; ended: number; both: number };
    expect(totals.events).toBe(events.size);
    expect(totals.both).toBe(0);
    expect(totals.waiting + totals.ended).toBe(totals.events);
    const { received, states } = await running.store.stats();
    const sum = (counts: readonly { count: number }[]) => counts.reduce((all, one) => all + one.count, 0);
    expect(sum(received)).toBe(events.size);
    expect(sum(states)).toBe(events.size);

    const strange = [];
    for (const { id, state, code, message, warned } of outcomes.all()) {
      const wire = JSON.parse(events.get(id as string)!.wire) as Wire;
      const isRight =
        state === 'accepted'
          ? !wire.bad && microsoft.stored.has(wire.id) && Boolean(warned) === wire.warned
          : state === 'rejected'
            ? wire.bad && message === id
            : ['expired', 'dead', 'skipped'].includes(state as string);
      if ((code === 'Unwritable') > poison.has(id as string)) strange.push({ id, code });
      if (!isRight) strange.push({ id, state, message });
    }
    for (const { id, attempts } of waiting.all()) {
      if ((attempts as number) > (tries.get(id as string) ?? 0)) strange.push({ id, attempts });
    }
    expect(strange).toEqual([]);
  }

  return {
    clock,
    take,
    check,
    setWeather: (next: Weather) => (current = next),
    waiting: () => (count.get() as { waiting: number }).waiting,
    async end() {
      db.close();
      poison.close();
      await running.kill();
      await rm(dataDir, { recursive: true });
    },
  };
}

const OUTAGES: Weather[] = [
  { kind: 'silent', stores: true },
  { kind: 'unavailable', retryAfterMs: undefined },
  { kind: 'unauthorized' },
];

test.each(Array.from({ length: PARTS }, (_, i) => i + 1))(
  'whatever happens: nothing lost, nothing twice, nothing late; and in the end everything has ended, part %i',
  async () => {
    let steps = 0;
    const scenario = fc.record({
      seed: fc.nat(),
      steps: fc.array(step, { minLength: STEPS, maxLength: STEPS }),
      outage: fc.option(fc.constantFrom(...OUTAGES), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(scenario, async ({ seed, steps: taken, outage }) => {
        const world = await createWorld(seed);
        try {
          for (const one of taken) {
            await world.take(one);
            await world.check();
            steps += 1;
          }
          if (outage) {
            world.setWeather(outage);
            // Seven days, of which only some minutes of each quarter are lived through.
            for (let quarter = 0; quarter < 28; quarter++) {
              await world.clock.advance(60_000);
              world.clock.skip(6 * HOUR_MS);
              await world.check();
            }
          }
          world.setWeather({ kind: 'good', delayMs: 100 });
          for (let i = 0; i < 60 && world.waiting() > 0; i++) {
            await world.clock.advance(60_000);
            world.clock.skip(240_000);
          }
          await world.check();
          expect(world.waiting()).toBe(0);
        } finally {
          await world.end();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    expect(steps).toBe(RUNS * STEPS);
  },
  TIMEOUT_MS,
);
