import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimit } from './token-bucket.ts';

const NOW = 1_788_264_000_000;

describe('a token bucket', () => {
  test('gives its burst at once, then its rate', () => {
    const { take } = createRateLimit({ perSecond: 4, burst: 3 });
    expect([1, 2, 3, 4].map(() => take('a', NOW))).toEqual([0, 0, 0, 0.25]);
    expect(take('a', NOW + 249)).toBeCloseTo(0.001);
    expect(take('a', NOW + 250)).toBe(0);
    expect(take('a', NOW + 250)).toBe(0.25);
  });

  test('fills up to its burst and no further', () => {
    const { take } = createRateLimit({ perSecond: 1, burst: 2 });
    expect([take('a', NOW), take('a', NOW)]).toEqual([0, 0]);
    const later = NOW + 3_600_000;
    expect([1, 2, 3].map(() => take('a', later))).toEqual([0, 0, 1]);
  });

  test('knows each key by itself, and looking takes nothing', () => {
    const { take, wait } = createRateLimit({ perSecond: 1, burst: 1 });
    expect([wait('a', NOW), wait('a', NOW), take('a', NOW), wait('a', NOW), take('b', NOW)]).toEqual([
      0, 0, 0, 1, 0,
    ]);
  });

  test('what is spent further leaves no debt', () => {
    const { take, spend } = createRateLimit({ perSecond: 1, burst: 3 });
    spend('a', 2, NOW);
    expect([take('a', NOW), take('a', NOW)]).toEqual([0, 1]);
    spend('a', 1_000, NOW);
    expect(take('a', NOW)).toBe(1);
  });

  test('a clock that is set back locks nobody out', () => {
    const { take } = createRateLimit({ perSecond: 2, burst: 5 });
    take('a', NOW);
    expect(take('a', NOW - 86_400_000)).toBeLessThanOrEqual(0.5);
  });

  test('remembers the last keys, whatever comes between, and no more than twice as many', () => {
    const { take, wait } = createRateLimit({ perSecond: 1, burst: 1 }, 3);
    const isKnown = (key: string) => wait(key, NOW) > 0;
    const comes = (keys: string) => {
      for (const key of keys) take(key, NOW);
    };
    comes('abcde');
    expect([...'abcde'].every(isKnown)).toBe(true);
    // `a`, `b` and `c` are a generation, which goes as a whole.
    comes('fgh');
    expect([...'abc'].some(isKnown)).toBe(false);
    expect([...'defgh'].every(isKnown)).toBe(true);
  });

  test('never gives more than burst + rate × time, nor less when asked often enough', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(
        gaps,
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        (steps, perSecond, burst) => {
          const { take } = createRateLimit({ perSecond, burst });
          let now = NOW;
          let tokens = burst;
          for (const step of steps) {
            now += step;
            tokens = Math.min(burst, tokens + (step * perSecond) / 1_000);
            const wait = take('a', now);
            // The model adds up rounding errors; at the edge either answer is right.
            if (Math.abs(tokens - 1) > 1e-3) expect(wait === 0).toBe(tokens > 1);
            if (wait === 0) tokens -= 1;
            else expect(wait).toBeCloseTo((1 - tokens) / perSecond, 5);
          }
        },
      ),
    );
  });
});
