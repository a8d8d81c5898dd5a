import { expect, test } from 'vitest';
import { createPace } from './pace.ts';

const SETTINGS = {
  retryBaseMs: 1_000,
  retryMaxMs: 300_000,
  ratePerSecond: 50,
  burst: 100,
  maxInFlight: 4,
};
const unavailable = { kind: 'unavailable', retryAfterMs: undefined } as const;
const throttled = { kind: 'throttled', retryAfterMs: undefined } as const;

function setUp() {
  const circuit: boolean[] = [];
  const pace = createPace(SETTINGS, (isOpen) => circuit.push(isOpen));
  const succeed = (times: number) => {
    for (let i = 0; i < times; i++) pace.succeeded();
  };
  return { pace, circuit, succeed };
}

test('starts with one, allows one more after each success, up to the maximum', () => {
  const { pace } = setUp();
  const allowed = Array.from({ length: 6 }, () => {
    const now = pace.allowed();
    pace.succeeded();
    return now;
  });
  expect(allowed).toEqual([1, 2, 3, 4, 4, 4]);
});

test('429 halves it, once for all that were under way', () => {
  const { pace, succeed } = setUp();
  succeed(3);
  const round = pace.round();
  for (let i = 0; i < 4; i++) pace.failed(throttled, round, 0, 0.5);
  expect(pace.allowed()).toBe(2);
  pace.failed(throttled, pace.round(), 0, 0.5);
  pace.failed(throttled, pace.round(), 0, 0.5);
  expect(pace.allowed()).toBe(1);
  expect(pace.isOpen()).toBe(false);
});

test('rests longer after each failure in a row, once for all that were under way', () => {
  const { pace } = setUp();
  const rests = [0, 0, 0, 0].map(() => {
    const round = pace.round();
    pace.failed(unavailable, round, 0, 0.5);
    pace.failed(unavailable, round, 0, 0.5);
    return pace.restsUntil(0);
  });
  expect(rests).toEqual([500, 1_000, 2_000, 4_000]);
});

test('Retry-After holds, whoever was told', () => {
  const { pace } = setUp();
  const round = pace.round();
  pace.failed(unavailable, round, 0, 0);
  pace.failed({ kind: 'throttled', retryAfterMs: 30_000 }, round, 0, 0);
  expect(pace.restsUntil(0)).toBe(30_000);
  pace.failed(unavailable, pace.round(), 0, 0);
  expect(pace.restsUntil(0)).toBe(30_000);
});

test('five failures in a row open the circuit: one at a time, until an answer comes', () => {
  const { pace, circuit, succeed } = setUp();
  succeed(3);
  for (let i = 0; i < 4; i++) pace.failed(unavailable, pace.round(), 0, 0.5);
  expect(pace.isOpen()).toBe(false);
  pace.failed(unavailable, pace.round(), 0, 0.5);
  pace.failed(unavailable, pace.round(), 0, 0.5);
  expect([pace.isOpen(), pace.allowed()]).toEqual([true, 1]);
  pace.succeeded();
  expect([pace.isOpen(), pace.allowed()]).toEqual([false, 2]);
  expect(circuit).toEqual([true, false]);
});

test('a success in between keeps it closed', () => {
  const { pace, circuit } = setUp();
  for (let i = 0; i < 20; i++) {
    pace.failed(unavailable, pace.round(), 0, 0.5);
    if (i % 4 === 3) pace.succeeded();
  }
  expect(circuit).toEqual([]);
});

test('a refused token is news once, and closes the circuit: somebody answers', () => {
  const { pace, circuit, succeed } = setUp();
  succeed(3);
  const round = pace.round();
  expect([pace.refused(round), pace.refused(round), pace.refused(round)]).toEqual([true, false, false]);
  expect(pace.allowed()).toBe(4);
  expect(pace.refused(pace.round())).toBe(true);
  for (let i = 0; i < 5; i++) pace.failed(unavailable, pace.round(), 0, 0.5);
  pace.refused(pace.round());
  expect(circuit).toEqual([true, false]);
});

test('a clock that is set back ends the rest, and does not make the next one longer', () => {
  const { pace } = setUp();
  const ahead = 8 * 3_600_000;
  pace.failed({ kind: 'unavailable', retryAfterMs: 60_000 }, pace.round(), ahead, 0);
  expect(pace.restsUntil(ahead)).toBe(ahead + 60_000);
  expect(pace.restsUntil(0)).toBe(0);
  pace.failed({ kind: 'unavailable', retryAfterMs: 1_000 }, pace.round(), 0, 0);
  expect(pace.restsUntil(0)).toBe(1_000);
});

test('after a quiet time a burst goes out at once, then one request each 20 ms; waiting for one takes none', () => {
  const { pace } = setUp();
  const NOW = 1_800_000_000_000;
  const taken = Array.from({ length: 100 }, () => [pace.waitForToken(NOW), pace.takeToken(NOW)]);
  expect(new Set(taken.flat())).toEqual(new Set([0]));
  expect([pace.takeToken(NOW), pace.waitForToken(NOW + 15), pace.takeToken(NOW + 20)]).toEqual([20, 5, 0]);
  expect(pace.takeToken(NOW + 20)).toBe(20);
});
