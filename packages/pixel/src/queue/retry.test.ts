import { expect, test } from 'vitest';
import { backoff, isFinal, retryAfter } from './retry.ts';

test('full jitter, doubling from half a second to half a minute', () => {
  expect([1, 2, 3, 6, 7, 50].map((failures) => backoff(failures, 1))).toEqual([
    1000, 2000, 4000, 30_000, 30_000, 30_000,
  ]);
  expect(backoff(10, 0)).toBe(500);
  expect(backoff(10, 0.5)).toBe(15_000);
});

test('Retry-After in seconds, as a date, and not at all', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(retryAfter('7', now)).toBe(7000);
  expect(retryAfter('Mon, 23 Nov 2026 12:01:00 GMT', now)).toBe(60_000);
  expect(retryAfter('soon', now)).toBe(0);
  // Longer than a browser's timer can wait.
  expect(retryAfter('99999999', now)).toBe(2e9);
  expect(retryAfter(null, now)).toBe(0);
});

test.each([0, 408, 425, 429, 500, 503])('%i is tried again', (status) => expect(isFinal(status)).toBe(false));
test.each([400, 401, 403, 404, 413])('%i is not', (status) => expect(isFinal(status)).toBe(true));
