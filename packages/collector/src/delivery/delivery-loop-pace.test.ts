import { describe, expect, test } from 'vitest';
import type { Answer } from '../destinations/destination.ts';
import { hangs, type Scripted, takes, unauthorized, unavailable } from './testing/scripted-destination.ts';
import { setUp } from './testing/set-up.ts';

/** What the loop makes of its pace: several batches at a time, the rate limit, the circuit breaker. */

describe('several in flight', () => {
  /** Answers when told to, in any order. */
  function onDemand(destination: Scripted) {
    const waiting: ((answer: Answer) => void)[] = [];
    destination.answer = (_, signal) =>
      Promise.race([new Promise<Answer>((resolve) => waiting.push(resolve)), hangs(signal)]);
    return waiting;
  }
  const accepted = (count: number) => takes(Array(count).fill(''));

  test('one more after each batch that went well, up to the maximum', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    const waiting = onDemand(destination);
    memory.add(20_000);
    dispatch();
    const inFlight: number[] = [];
    for (let i = 0; i < 8; i++) {
      await clock.advance(0);
      inFlight.push(waiting.length);
      waiting.shift()!(accepted(1_000));
    }
    expect(inFlight).toEqual([1, 2, 3, 4, 4, 4, 4, 4]);
    destination.answer = takes;
    for (const answer of waiting.splice(0)) answer(accepted(1_000));
    await clock.advance(0);
    expect(memory.states()).toEqual({ accepted: 20_000 });
  });

  test('a request that hangs holds up no other', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = (wires, signal) =>
      destination.requests.length === 2 ? hangs(signal) : takes(wires);
    memory.add(10_000);
    dispatch();
    await clock.advance(9_999);
    expect(memory.states()).toEqual({ accepted: 9_000, leased: 1_000 });
  });

  test('429 halves them', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    const waiting = onDemand(destination);
    memory.add(20_000);
    dispatch();
    for (let i = 0; i < 4; i++) {
      await clock.advance(0);
      waiting.shift()!(accepted(1_000));
    }
    await clock.advance(0);
    for (const answer of waiting.splice(0))
      answer({ kind: 'throttled', message: 'HTTP 429', retryAfterMs: 2_000 });
    await clock.advance(2_499);
    expect(waiting).toHaveLength(0);
    await clock.advance(1);
    expect(waiting).toHaveLength(2);
  });

  test.each([
    ['a refused token', unauthorized],
    ['a failure', unavailable],
  ])('%s stops the batches beside it: what they have not sent waits, too', async (_, answer) => {
    const { clock, memory, destination, dispatch } = setUp();
    const waiting = onDemand(destination);
    memory.add(3_000);
    dispatch();
    await clock.advance(0);
    waiting.shift()!(accepted(1_000));
    await clock.advance(0);
    expect(waiting).toHaveLength(2);
    waiting[0]!(answer);
    await clock.advance(0);
    // Would be sent again in parts.
    waiting[1]!({ kind: 'refused', rejected: [], code: 'Bad', message: 'No.' });
    await clock.advance(0);
    expect(destination.requests).toHaveLength(3);
    expect(memory.states()).toEqual({ accepted: 1_000, pending: 2_000 });
    expect(memory.rows.slice(2_000).every(({ attempts }) => attempts === 0)).toBe(true);
  });

  test('a batch that is claimed while another is refused is not sent', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    const waiting = onDemand(destination);
    memory.add(3_000);
    const { claim } = memory.store;
    memory.store.claim = async (request) => {
      const claimed = await claim(request);
      // The answer comes when the store has claimed and not yet said so.
      if (memory.claims.length === 3) {
        waiting[0]!(unauthorized);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return claimed;
    };
    dispatch();
    await clock.advance(0);
    waiting.shift()!(accepted(1_000));
    await clock.advance(0);
    await clock.advance(100);
    expect(destination.requests).toHaveLength(2);
    expect(memory.states()).toEqual({ accepted: 1_000, pending: 2_000 });
  });

  test('a second 401 neither pauses again nor loses anything', async () => {
    const { clock, memory, log, destination, dispatch } = setUp();
    const waiting = onDemand(destination);
    memory.add(5_000);
    dispatch({ timeoutMs: 100_000 });
    for (let i = 0; i < 2; i++) {
      await clock.advance(0);
      waiting.shift()!(accepted(1_000));
    }
    await clock.advance(0);
    expect(waiting).toHaveLength(3);
    waiting[0]!(unauthorized);
    await clock.advance(0);
    expect(memory.states()).toEqual({ accepted: 2_000, pending: 1_000, leased: 2_000 });
    waiting[1]!(unauthorized);
    await clock.advance(59_000);
    // Repaired, and the third answer comes after the resumption.
    destination.probeAnswer = { kind: 'good' };
    destination.answer = takes;
    await clock.advance(1_000);
    expect(memory.states()).toEqual({ accepted: 4_000, leased: 1_000 });
    waiting[2]!(unauthorized);
    await clock.advance(1_000);
    expect(memory.states()).toEqual({ accepted: 5_000 });
    expect(memory.rows.every(({ attempts }) => attempts === 0)).toBe(true);
    expect(log.filter((line) => !line.includes('settled'))).toEqual(['d paused: HTTP 401', 'd resumed']);
    expect(destination.probes).toEqual([60_000]);
  });
});

test('the rate limit holds for every request, splits included', async () => {
  const { clock, memory, destination, dispatch, times } = setUp();
  const refused: Answer = { kind: 'refused', rejected: [], code: 'Bad', message: 'No.' };
  destination.answer = (wires) => (wires.includes('0') ? refused : takes(wires));
  memory.add(10_000);
  dispatch({ ratePerSecond: 2, burst: 3 });
  await clock.advance(3_000);
  expect(times()).toEqual([0, 0, 0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]);
  await clock.advance(30_000);
  expect(memory.states()).toEqual({ accepted: 9_999, rejected: 1 });
});

test.each<[string, () => Answer]>([
  ['the server fail', () => unavailable],
  [
    'the collector fail',
    () => {
      throw new TypeError('a bug');
    },
  ],
])('an event that makes %s ends up alone, while others go through', async (_, fail) => {
  let draw = 0;
  const { clock, memory, destination, dispatch } = setUp({ random: () => (draw = (draw + 0.382) % 1) });
  destination.answer = (wires) => (wires.includes('7') ? fail() : takes(wires));
  memory.add(1_000);
  const dispatcher = dispatch({ retryMaxMs: 60_000 });
  for (let i = 0; i < 360; i++) {
    // Others succeed, so the circuit stays closed.
    memory.add(1, { dueAt: clock.now() });
    dispatcher.wake('d');
    await clock.advance(10_000);
  }
  expect(memory.rows.filter(({ state }) => state !== 'accepted').map(({ seq }) => seq)).toEqual([7]);
});

describe('circuit breaker', () => {
  test('opens after five failures in a row, then asks with one event at a time until one is taken', async () => {
    const { clock, memory, log, destination, dispatch, sizes } = setUp();
    destination.answer = () => unavailable;
    memory.add(3_000);
    dispatch();
    await clock.advance(600_000);
    const asked = sizes();
    expect(asked.slice(0, 5).every((size) => size === 1_000)).toBe(true);
    expect(asked.slice(5).every((size) => size === 1)).toBe(true);
    expect(asked.length).toBeGreaterThan(6);
    expect(memory.states()).toEqual({ pending: 3_000 });

    destination.answer = takes;
    destination.requests = [];
    await clock.advance(600_000);
    expect(sizes().slice(0, 3)).toEqual([1, 2, 4]);
    expect(memory.states()).toEqual({ accepted: 3_000 });
    expect(log.filter((line) => line.includes('circuit'))).toEqual(['d circuit open', 'd circuit closed']);
  });

  test('what only expires is no answer', async () => {
    const { clock, memory, log, destination, dispatch } = setUp();
    destination.answer = () => unavailable;
    memory.add(1);
    dispatch();
    await clock.advance(60_000);
    memory.rows[0]!.expiresAt = 0;
    await clock.advance(600_000);
    expect(memory.states()).toEqual({ expired: 1 });
    expect(log.filter((line) => line.includes('circuit'))).toEqual(['d circuit open']);
  });
});
