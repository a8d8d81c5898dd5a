import { expect, test } from 'vitest';
import { readRetryAfter } from './retry-after.ts';

const NOW = Date.parse('2026-08-20T12:00:00Z');

test.each([
  ['30', 30_000],
  [' 30 ', 30_000],
  ['0', 0],
  ['86400', 3_600_000],
  ['999999999999999999999999999999', 3_600_000],
  ['Thu, 20 Aug 2026 12:00:10 GMT', 10_000],
  ['Thursday, 20-Aug-26 12:00:10 GMT', 10_000],
  ['Thu Aug 20 12:00:10 2026 GMT', 10_000],
  ['Thu, 20 Aug 2026 11:00:00 GMT', 0],
  ['Fri, 21 Aug 2026 12:00:00 GMT', 3_600_000],
  ['1.5', undefined],
  ['-1', undefined],
  ['soon', undefined],
  ['Thu, soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('%j is %j ms', (header, ms) => {
  expect(readRetryAfter(header, NOW)).toBe(ms);
});
