import { afterEach, describe, expect, test } from 'vitest';
import type { Answer, Destination, ProbeAnswer } from '../destinations/destination.ts';
import type { ClaimedEvent, Outcome, Settlement, State, Store } from '../store/port.ts';
import type { Clock } from './clock.ts';
import type { DeliveryEvents } from './delivery-loop.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';

const SETTINGS = {
  batchMs: 250,
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  timeoutMs: 10_000,
  probeMs: 60_000,
};

const started: { dispatcher: Dispatcher; clock: OwnedClock }[] = [];
afterEach(async () => {
  for (const { dispatcher, clock } of started.splice(0)) {
    const stopped = dispatcher.stop({ graceMs: 0 });
    await clock.advance(1);
    await stopped;
  }
});

interface OwnedClock extends Clock {
  /** Lets time pass, waking each sleeper at its moment. */
  advance(ms: number): Promise<void>;
  /** Time passes while somebody computes. */
  skip(ms: number): void;
}

/** Everything else here runs in microtasks, so one turn of the event loop lets all of it happen. */
const everythingElse = () => new Promise<void>((resolve) => setImmediate(resolve));

function ownedClock(): OwnedClock {
  let now = 0;
  let sleepers: { at: number; wake(): void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
      }),
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await everythingElse();
        const next = sleepers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
      }
      now = Math.max(now, until);
    },
    skip(ms) {
      now += ms;
    },
  };
}

interface Row extends ClaimedEvent {
  destination: string;
  state: State;
  dueAt: number;
  lease: string;
}

/** The delivery half of the port, in memory. */
function memoryStore() {
  const rows: Row[] = [];
  const pauses = new Map<string, { reason: string; probeAt: number }>();
  const claims: { at: number; destination: string; given: number }[] = [];
  const late: Settlement[] = [];
  /** As many of the next calls fail. */
  const failures = { claim: 0, settle: 0, pause: 0 };
  const mayFail = (call: keyof typeof failures) => {
    if (failures[call] === 0) return;
    failures[call] -= 1;
    throw new Error(`${call}: database is locked`);
  };

  const store: Pick<Store, 'claim' | 'settle' | 'pause' | 'claimProbe' | 'resume'> = {
    async claim({ destination, now, maxEvents, leaseUntil, lease }) {
      mayFail('claim');
      const paused = pauses.get(destination);
      const open = rows.filter(
        (row) => row.destination === destination && ['pending', 'leased'].includes(row.state),
      );
      const events = paused ? [] : open.filter(({ dueAt }) => dueAt <= now).slice(0, maxEvents);
      for (const event of events) Object.assign(event, { state: 'leased', dueAt: leaseUntil, lease });
      const others = open.filter((row) => !events.includes(row)).map(({ dueAt }) => dueAt);
      claims.push({ at: now, destination, given: events.length });
      return { events, paused, nextDueAt: others.length > 0 ? Math.min(...others) : undefined };
    },
    async settle(settlement) {
      mayFail('settle');
      for (const outcome of settlement.outcomes) {
        const row = rows[outcome.seq]!;
        if (row.lease !== settlement.lease) continue;
        if (row.dueAt <= settlement.now) late.push(settlement);
        if (outcome.state !== 'retry') row.state = outcome.state;
        else {
          const attempts = row.attempts + (outcome.countsAttempt ? 1 : 0);
          Object.assign(row, { state: 'pending', dueAt: outcome.dueAt, attempts, lease: '' });
        }
      }
    },
    async pause(destination, reason, probeAt) {
      mayFail('pause');
      pauses.set(destination, { reason, probeAt });
    },
    async claimProbe(destination, now, nextProbeAt) {
      const pause = pauses.get(destination);
      if (!pause || pause.probeAt > now) return false;
      pauses.set(destination, { ...pause, probeAt: nextProbeAt });
      return true;
    },
    async resume(destination) {
      pauses.delete(destination);
    },
  };
  return {
    store: store as Store,
    rows,
    claims,
    late,
    failures,
    add(count: number, { destination = 'd', dueAt = 0 } = {}) {
      for (let i = 0; i < count; i++) {
        rows.push({
          seq: rows.length,
          wire: String(rows.length),
          attempts: 0,
          expiresAt: Number.POSITIVE_INFINITY,
          destination,
          state: 'pending',
          dueAt,
          lease: '',
        });
      }
    },
    states: () => {
      const counts: Partial<Record<State, number>> = {};
      for (const { state } of rows) counts[state] = (counts[state] ?? 0) + 1;
      return counts;
    },
  };
}

const takes = (wires: readonly string[]): Answer => ({
  kind: 'processed',
  results: wires.map(() => ({ state: 'accepted', warnings: [] })),
});
const unavailable: Answer = { kind: 'unavailable', message: 'HTTP 503', retryAfterMs: undefined };
const unauthorized: Answer = { kind: 'unauthorized', message: 'HTTP 401' };

/** Never answers; an abort ends it. */
const hangs = (signal: AbortSignal) =>
  new Promise<Answer>((resolve) => signal.addEventListener('abort', () => resolve(unavailable)));

interface Scripted extends Destination {
  requests: { at: number; wires: readonly string[] }[];
  probes: number[];
  answer: (wires: readonly string[], signal: AbortSignal) => Answer | Promise<Answer>;
  probeAnswer: ProbeAnswer;
}

function scripted(clock: Clock, id = 'd'): Scripted {
  const destination: Scripted = {
    id,
    maxEvents: 1_000,
    maxBytes: 1_000_000,
    requests: [],
    probes: [],
    answer: takes,
    probeAnswer: { kind: 'bad', message: 'HTTP 401' },
    async send(wires, signal) {
      destination.requests.push({ at: clock.now(), wires });
      return destination.answer(wires, signal);
    },
    async probe() {
      destination.probes.push(clock.now());
      return destination.probeAnswer;
    },
    close: async () => {},
  };
  return destination;
}

function setUp({ ids = ['d'] } = {}) {
  const clock = ownedClock();
  const memory = memoryStore();
  const log: string[] = [];
  const events: DeliveryEvents = {
    onSettled: (id, outcomes) => log.push(`${id} settled ${summary(outcomes)}`),
    onPaused: (id, reason) => log.push(`${id} paused: ${reason}`),
    onResumed: (id) => log.push(`${id} resumed`),
    onError: (id, error) => log.push(`${id} error: ${(error as Error).message}`),
  };
  const destinations = ids.map((id) => scripted(clock, id));
  /** A further one is a further process on the same store. */
  const dispatch = (change: Partial<typeof SETTINGS> = {}) => {
    const dispatcher = createDispatcher({
      store: memory.store,
      destinations,
      settings: { ...SETTINGS, ...change },
      events,
      clock,
      random: () => 0.5,
    });
    started.push({ dispatcher, clock });
    dispatcher.start();
    return dispatcher;
  };
  const sizes = () => destinations[0]!.requests.map(({ wires }) => wires.length);
  const times = () => destinations[0]!.requests.map(({ at }) => at);
  return { clock, memory, log, destinations, destination: destinations[0]!, dispatch, sizes, times };
}

function summary(outcomes: readonly Outcome[]): string {
  return [...new Set(outcomes.map(({ state }) => state))]
    .map((state) => `${outcomes.filter((outcome) => outcome.state === state).length} ${state}`)
    .join(', ');
}

describe('batches', () => {
  test('after a wake-up a batch may form', async () => {
    const { clock, memory, dispatch, sizes, times } = setUp();
    const dispatcher = dispatch();
    await clock.advance(100);
    for (let i = 0; i < 3; i++) {
      memory.add(10);
      dispatcher.wake('d');
      await clock.advance(50);
    }
    await clock.advance(99);
    expect(sizes()).toEqual([]);
    await clock.advance(1);
    expect(sizes()).toEqual([30]);
    expect(times()).toEqual([350]);
    expect(memory.states()).toEqual({ accepted: 30 });
  });

  test('while there are full batches, one follows the other at once', async () => {
    const { clock, memory, dispatch, sizes, times } = setUp();
    memory.add(2_500);
    dispatch();
    await clock.advance(0);
    expect(sizes()).toEqual([1_000, 1_000, 500]);
    expect(times()).toEqual([0, 0, 0]);
  });

  test('what nobody announced is found within a second', async () => {
    const { clock, memory, dispatch, times } = setUp();
    dispatch();
    await clock.advance(1);
    memory.add(1);
    await clock.advance(999);
    expect(times()).toEqual([1_000]);
  });

  test('what is due later is sent when it is due', async () => {
    const { clock, memory, dispatch, times } = setUp();
    memory.add(1, { dueAt: 2_300 });
    dispatch();
    await clock.advance(10_000);
    expect(times()).toEqual([2_300]);
  });

  test('a wake-up during a request is not forgotten', async () => {
    const { clock, memory, destination, dispatch, times } = setUp();
    memory.add(1);
    let release = () => {};
    destination.answer = async (wires) => {
      if (destination.requests.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return takes(wires);
    };
    const dispatcher = dispatch();
    await clock.advance(100);
    memory.add(1);
    dispatcher.wake('d');
    release();
    await clock.advance(250);
    expect(times()).toEqual([0, 350]);
  });

  test('wake-ups for a queue that nobody here serves are nothing', () => {
    setUp().dispatch().wake('unknown');
  });

  test('no destination waits for another', async () => {
    const { clock, memory, destinations, dispatch } = setUp({ ids: ['a', 'b'] });
    const [a, b] = destinations as [Scripted, Scripted];
    a.answer = (_, signal) => hangs(signal);
    memory.add(1, { destination: 'a' });
    memory.add(1_500, { destination: 'b' });
    dispatch();
    await clock.advance(0);
    expect(a.requests).toHaveLength(1);
    expect(b.requests).toHaveLength(2);
    expect(memory.states()).toEqual({ leased: 1, accepted: 1_500 });
  });
});

describe('unavailable', () => {
  test('rests longer after each failure, whatever arrives meanwhile, and starts anew after a success', async () => {
    const { clock, memory, destination, dispatch, times } = setUp();
    destination.answer = () => unavailable;
    memory.add(1);
    const dispatcher = dispatch();
    for (let i = 0; i < 40; i++) {
      memory.add(1);
      dispatcher.wake('d');
      await clock.advance(100);
    }
    // 500, 1,000 and 2,000 ms: half of each ceiling.
    expect(times()).toEqual([0, 500, 1_500, 3_500]);
    expect(memory.rows[0]).toMatchObject({ state: 'pending', attempts: 4 });

    destination.answer = takes;
    await clock.advance(10_000);
    expect(memory.states()).toEqual({ accepted: 41 });
    destination.answer = () => unavailable;
    destination.requests = [];
    memory.add(1);
    await clock.advance(1_700);
    expect(times().length).toBe(2);
    expect(times()[1]! - times()[0]!).toBe(500);
  });

  test('Retry-After holds for the whole destination', async () => {
    const { clock, memory, destination, dispatch, times } = setUp();
    destination.answer = () => ({ ...unavailable, retryAfterMs: 30_000 });
    memory.add(1);
    const dispatcher = dispatch();
    await clock.advance(10);
    memory.add(1);
    dispatcher.wake('d');
    await clock.advance(30_489);
    expect(times()).toEqual([0]);
    await clock.advance(1);
    expect(times()).toEqual([0, 30_500]);
  });

  test('no answer in time is one', async () => {
    const { clock, memory, destination, dispatch, times } = setUp();
    destination.answer = (_, signal) => hangs(signal);
    memory.add(1);
    dispatch();
    await clock.advance(9_999);
    expect(memory.states()).toEqual({ leased: 1 });
    await clock.advance(1);
    expect(memory.rows[0]).toMatchObject({ state: 'pending', attempts: 1, dueAt: 10_500 });
    await clock.advance(500);
    expect(times()).toEqual([0, 10_500]);
  });
});

describe('paused', () => {
  test('keeps its events, probes without them, resumes by itself', async () => {
    const { clock, memory, log, destination, dispatch } = setUp();
    destination.answer = () => unauthorized;
    memory.add(3);
    const dispatcher = dispatch();
    await clock.advance(30_000);
    memory.add(1);
    dispatcher.wake('d');
    await clock.advance(29_999);
    expect(destination.requests).toHaveLength(1);
    expect(destination.probes).toEqual([]);
    expect(memory.states()).toEqual({ pending: 4 });
    expect(memory.rows.map(({ attempts }) => attempts)).toEqual([0, 0, 0, 0]);

    await clock.advance(60_001);
    expect(destination.probes).toEqual([60_000, 120_000]);
    destination.probeAnswer = { kind: 'unknown', message: 'HTTP 503' };
    await clock.advance(60_000);
    destination.probeAnswer = { kind: 'good' };
    destination.answer = takes;
    expect(destination.requests).toHaveLength(1);
    await clock.advance(60_000);
    expect(destination.probes).toEqual([60_000, 120_000, 180_000, 240_000]);
    expect(memory.states()).toEqual({ accepted: 4 });
    expect(log).toEqual(['d settled 3 retry', 'd paused: HTTP 401', 'd resumed', 'd settled 4 accepted']);
  });

  test('nothing goes back to the queue before it is paused', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = () => unauthorized;
    memory.failures.pause = 3;
    memory.add(3);
    dispatch();
    dispatch();
    await clock.advance(10_000);
    expect(destination.requests).toHaveLength(1);
    expect(memory.states()).toEqual({ pending: 3 });
  });

  test('of several processes one probes', async () => {
    const { clock, memory, log, destination, dispatch } = setUp();
    dispatch();
    dispatch();
    await memory.store.pause('d', 'HTTP 401', 60_000);
    await clock.advance(130_000);
    expect(destination.probes).toHaveLength(2);
    expect(log).toEqual(['d paused: HTTP 401', 'd paused: HTTP 401']);
    await memory.store.resume('d');
    await clock.advance(1_000);
    expect(log.slice(2)).toEqual(['d resumed', 'd resumed']);
  });

  test('other destinations go on', async () => {
    const { clock, memory, destinations, dispatch } = setUp({ ids: ['a', 'b'] });
    destinations[0]!.answer = () => unauthorized;
    memory.add(1, { destination: 'a' });
    memory.add(1, { destination: 'b' });
    dispatch();
    await clock.advance(0);
    expect(memory.states()).toEqual({ pending: 1, accepted: 1 });
  });
});

describe('a store that fails', () => {
  test('is asked again', async () => {
    const { clock, memory, log, dispatch } = setUp();
    memory.failures.claim = 3;
    memory.add(1);
    dispatch();
    await clock.advance(5_000);
    expect(memory.states()).toEqual({ accepted: 1 });
    expect(log).toEqual([
      ...Array.from({ length: 3 }, () => 'd error: claim: database is locked'),
      'd settled 1 accepted',
    ]);
  });

  test('is asked more and more rarely', async () => {
    const { clock, memory, log, dispatch } = setUp();
    memory.failures.claim = 1_000;
    dispatch();
    await clock.advance(100_000);
    expect(log.length).toBeGreaterThan(20);
    expect(log.length).toBeLessThan(40);
  });

  test('gets the outcomes in the end, and nothing is sent twice', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    memory.failures.settle = 5;
    memory.add(10);
    dispatch();
    await clock.advance(20_000);
    expect(destination.requests).toHaveLength(1);
    expect(memory.states()).toEqual({ accepted: 10 });
  });
});

test('a batch that takes longer than its lease shrinks until it gets through', async () => {
  const { clock, memory, destination, dispatch } = setUp();
  const bad = '499';
  // Each answer takes 4 s, so only a few requests fit into a lease: too few to find one in 500.
  destination.answer = (wires) => {
    clock.skip(4_000);
    const refused: Answer = { kind: 'refused', rejected: [], code: 'Bad', message: 'No.' };
    return wires.includes(bad) ? refused : takes(wires);
  };
  memory.add(500);
  dispatch();
  await clock.advance(600_000);
  expect(memory.states()).toEqual({ accepted: 499, rejected: 1 });
  expect(memory.rows[499]).toMatchObject({ state: 'rejected', attempts: 0 });
  expect(memory.late).toEqual([]);

  // Then it grows again.
  memory.add(1_000);
  memory.claims.length = 0;
  await clock.advance(60_000);
  const given = memory.claims.map((claim) => claim.given).filter((count) => count > 0);
  expect(given.reduce((a, b) => a + b)).toBe(1_000);
  expect(given.length).toBeLessThan(15);
});

describe('stop', () => {
  test('an idle one stops at once', async () => {
    const { clock, memory, dispatch } = setUp();
    const dispatcher = dispatch();
    await clock.advance(100);
    await dispatcher.stop({ graceMs: 10_000 });
    memory.add(1);
    dispatcher.wake('d');
    await clock.advance(10_000);
    expect(memory.states()).toEqual({ pending: 1 });
  });

  test('one that rests stops at once, too', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = () => ({ ...unavailable, retryAfterMs: 3_600_000 });
    memory.add(1);
    const dispatcher = dispatch();
    await clock.advance(100);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(memory.states()).toEqual({ pending: 1 });
  });

  test('waits for the request under way and writes its outcome down', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    let release = () => {};
    destination.answer = async (wires) => {
      await new Promise<void>((resolve) => (release = resolve));
      return takes(wires);
    };
    memory.add(1_500);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(4_000);
    release();
    await stopped;
    expect(memory.states()).toEqual({ accepted: 1_000, pending: 500 });
    expect(destination.requests).toHaveLength(1);
  });

  test('gives back what was not sent, due at once', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    memory.add(4);
    const dispatcher = dispatch();
    let stopped = Promise.resolve();
    destination.answer = () => {
      stopped = dispatcher.stop({ graceMs: 5_000 });
      return { kind: 'refused', rejected: [], code: 'Bad', message: 'No.' };
    };
    await clock.advance(0);
    await stopped;
    expect(memory.states()).toEqual({ pending: 4 });
    expect(memory.rows[3]).toMatchObject({ attempts: 0, dueAt: 0 });
  });

  test('after the grace the request is given up and its events go back', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = (_, signal) => hangs(signal);
    memory.add(2);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(4_999);
    expect(memory.states()).toEqual({ leased: 2 });
    await clock.advance(1);
    await stopped;
    expect(memory.states()).toEqual({ pending: 2 });
  });

  test('a store that does not come back cannot hold it longer than the grace', async () => {
    const { clock, memory, dispatch } = setUp();
    memory.failures.settle = 1_000;
    memory.add(1);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(5_000);
    await stopped;
    expect(memory.states()).toEqual({ leased: 1 });
  });

  test('one that was never started stops', async () => {
    const { clock, memory, destination } = setUp();
    const events: DeliveryEvents = { onSettled() {}, onPaused() {}, onResumed() {}, onError() {} };
    const dispatcher = createDispatcher({
      store: memory.store,
      destinations: [destination],
      settings: SETTINGS,
      events,
      clock,
    });
    await dispatcher.stop({ graceMs: 0 });
    expect(memory.claims).toEqual([]);
  });
});
