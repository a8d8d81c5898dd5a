import { describe, expect, test } from 'vitest';
import type { Answer } from '../destinations/destination.ts';
import { hangs, takes, unauthorized, unavailable } from './testing/scripted-destination.ts';
import { SETTINGS, setUp } from './testing/set-up.ts';

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
});

test('each request is reported with its time, size and outcome', async () => {
  const { clock, memory, destination, reports, dispatch } = setUp();
  memory.add(3);
  destination.answer = (wires) => {
    clock.skip(destination.requests.length * 100);
    return destination.requests.length === 1 ? unavailable : takes(wires);
  };
  dispatch();
  await clock.advance(1_000);
  expect(reports).toEqual([
    { ms: 100, events: 3, outcome: 'unavailable' },
    { ms: 200, events: 3, outcome: 'processed' },
  ]);
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
    // Long enough for the other process to look.
    memory.failures.pause = 6;
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
    await memory.store.pause('d', 'HTTP 401', 60_000, 0);
    await clock.advance(130_000);
    expect(destination.probes).toHaveLength(2);
    expect(log).toEqual(['d paused: HTTP 401', 'd paused: HTTP 401']);
    await memory.store.resume('d', 0);
    await clock.advance(1_000);
    expect(log.slice(2)).toEqual(['d resumed', 'd resumed']);
  });
});

describe('what is due and another process holds', () => {
  test('is asked for less and less often, at last once a second, and is sent within one', async () => {
    const { clock, memory, dispatch, times } = setUp();
    const { claim } = memory.store;
    const asked: number[] = [];
    memory.store.claim = async ({ now }) => {
      asked.push(now);
      return { events: [], nextDueAt: 0, paused: undefined };
    };
    memory.add(1);
    dispatch();
    await clock.advance(60_000);
    expect(asked.slice(0, 5)).toEqual([0, 10, 30, 70, 150]);
    expect(asked.length).toBeLessThan(70);
    memory.store.claim = claim;
    await clock.advance(1_000);
    expect(times()).toHaveLength(1);
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

describe('a database that refuses', () => {
  test('to hand out an event: the destination is paused, and goes on by itself', async () => {
    const { clock, memory, log, destination, dispatch } = setUp();
    destination.probeAnswer = { kind: 'good' };
    memory.refuses.claims = true;
    memory.add(3);
    dispatch();
    await clock.advance(5_000);
    expect(log).toEqual([
      ...Array.from({ length: 5 }, () => 'd error: refused'),
      expect.stringMatching(/^d paused: The database refuses/),
    ]);
    await clock.advance(600_000);
    expect(memory.claims.filter(({ given }) => given > 0)).toEqual([]);
    memory.refuses.claims = false;
    await clock.advance(SETTINGS.probeMs + 1_000);
    expect(memory.states()).toEqual({ accepted: 3 });
    expect(log.at(-1)).toBe('d settled 3 accepted');
  });

  test('to take anything about an event: it is sent once, and written down when that can be done', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    memory.refuses.outcome = ({ seq }) => seq === 1;
    memory.add(3);
    dispatch();
    await clock.advance(600_000);
    expect(memory.states()).toEqual({ accepted: 2, leased: 1 });
    memory.refuses.outcome = () => false;
    await clock.advance(60_000);
    expect(memory.states()).toEqual({ accepted: 3 });
    expect(destination.requests).toHaveLength(1);
  });
});

test('a clock that is set forward makes nothing go out twice', async () => {
  const { clock, memory, destination, dispatch, sizes } = setUp();
  memory.add(1);
  dispatch();
  await clock.advance(1_000);
  let answer = (_: Answer): void => {};
  destination.answer = (_, signal) =>
    Promise.race([new Promise<Answer>((resolve) => (answer = resolve)), hangs(signal)]);
  memory.add(3);
  await clock.advance(1_000);
  clock.set(3_600_000);
  await clock.advance(5_000);
  expect(sizes()).toEqual([1, 3]);
  answer(takes(Array(3).fill('')));
  destination.answer = takes;
  memory.add(1);
  await clock.advance(1_000);
  expect(sizes()).toEqual([1, 3, 1]);
  expect(memory.states()).toEqual({ accepted: 5 });
});

test('a batch that takes longer than its lease shrinks until it gets through', async () => {
  const { clock, memory, destination, dispatch } = setUp();
  // Each answer takes 4 s, so only four requests fit into a lease: too few to find the first of 500.
  const bad = '0';
  destination.answer = (wires) => {
    if (destination.requests.length > 1_000) throw new Error('no progress');
    clock.skip(4_000);
    const refused: Answer = { kind: 'refused', rejected: [], code: 'Bad', message: 'No.' };
    return wires.includes(bad) ? refused : takes(wires);
  };
  memory.add(500);
  dispatch();
  await clock.advance(600_000);
  expect(memory.states()).toEqual({ accepted: 499, rejected: 1 });
  expect(memory.rows[0]).toMatchObject({ state: 'rejected', attempts: 0 });
  expect(memory.late).toEqual([]);

  // Then it grows again.
  memory.add(1_000);
  memory.claims.length = 0;
  await clock.advance(60_000);
  const given = memory.claims.map((claim) => claim.given).filter((count) => count > 0);
  expect(given.reduce((a, b) => a + b)).toBe(1_000);
  expect(given.length).toBeLessThan(15);
});
