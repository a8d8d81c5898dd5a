import { expect, test } from 'vitest';
import { retryDelay } from './retry.ts';

const SETTINGS = { retryBaseMs: 1_000, retryMaxMs: 300_000 };
/** The largest number that `Math.random` gives. */
const ALMOST_ONE = 1 - 2 ** -53;

test.each([
  { name: 'may be nothing', attempt: 0, retryAfterMs: undefined, random: 0, delay: 0 },
  { name: 'first wait, middle', attempt: 0, retryAfterMs: undefined, random: 0.5, delay: 500 },
  { name: 'stays below its ceiling', attempt: 0, retryAfterMs: undefined, random: ALMOST_ONE, delay: 999 },
  { name: 'ceiling doubles', attempt: 1, retryAfterMs: undefined, random: 0.5, delay: 1_000 },
  { name: 'and doubles', attempt: 8, retryAfterMs: undefined, random: 0.5, delay: 128_000 },
  { name: 'cap', attempt: 9, retryAfterMs: undefined, random: 0.5, delay: 150_000 },
  { name: 'cap after a week of tries', attempt: 5_000, retryAfterMs: undefined, random: 0.5, delay: 150_000 },
  { name: 'Retry-After is a minimum', attempt: 0, retryAfterMs: 30_000, random: 0, delay: 30_000 },
  { name: 'with some jitter', attempt: 0, retryAfterMs: 30_000, random: 0.5, delay: 30_500 },
  { name: 'and may exceed the cap', attempt: 0, retryAfterMs: 3_600_000, random: 0, delay: 3_600_000 },
  { name: 'the longer one wins', attempt: 9, retryAfterMs: 1_000, random: 0.5, delay: 150_000 },
  { name: 'Retry-After: 0 leaves the jitter', attempt: 0, retryAfterMs: 0, random: 0.5, delay: 500 },
])('$name', ({ attempt, retryAfterMs, random, delay }) => {
  expect(retryDelay(attempt, retryAfterMs, random, SETTINGS)).toBe(delay);
});
