import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, refill, takeToken, waitForToken } from './token-bucket.ts';

const LIMIT = { ratePerSecond: 50, burst: 100 };

test('after a quiet time a burst goes out at once, then one token comes every 20 ms', () => {
  let bucket = fullBucket(LIMIT, 0);
  for (let i = 0; i < 100; i++) {
    expect(waitForToken(bucket, LIMIT)).toBe(0);
    bucket = takeToken(bucket);
  }
  expect(waitForToken(bucket, LIMIT)).toBe(20);
  bucket = refill(bucket, 15, LIMIT);
  expect(waitForToken(bucket, LIMIT)).toBe(5);
  bucket = refill(bucket, 20, LIMIT);
  expect(waitForToken(bucket, LIMIT)).toBe(0);
  expect(refill(bucket, 3_600_000, LIMIT).tokens).toBe(100);
});

test('a clock that is set back neither gives nor takes', () => {
  const empty = { tokens: 0, at: 10_000 };
  const back = refill(empty, 4_000, LIMIT);
  expect(back.tokens).toBe(0);
  expect(refill(back, 4_020, LIMIT).tokens).toBe(1);
});

test('never more than burst and rate allow, in any span of time', () => {
  const limit = fc.record({
    ratePerSecond: fc.integer({ min: 1, max: 200 }),
    burst: fc.integer({ min: 1, max: 50 }),
  });
  fc.assert(
    fc.property(limit, fc.array(fc.nat(500), { maxLength: 200 }), (settings, gaps) => {
      let now = 0;
      let bucket = fullBucket(settings, now);
      const taken: number[] = [];
      for (const gap of gaps) {
        now += gap;
        bucket = refill(bucket, now, settings);
        if (waitForToken(bucket, settings) > 0) continue;
        bucket = takeToken(bucket);
        taken.push(now);
      }
      for (const [i, from] of taken.entries()) {
        for (const [j, to] of taken.entries()) {
          if (j < i) continue;
          const allowed = settings.burst + ((to - from) / 1_000) * settings.ratePerSecond;
          expect(j - i + 1).toBeLessThanOrEqual(allowed + 1e-6);
        }
      }
    }),
  );
});
