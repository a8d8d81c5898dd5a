import { expect, test } from 'vitest';
import { percent } from './percent.ts';

test.each([
  [0, '0 %'],
  [0.004, '< 1 %'],
  [0.256, '26 %'],
  [0.996, '> 99 %'],
  [1, '100 %'],
])('a share of %d is %s: never nothing or all by rounding', (share, text) => {
  expect(percent(share)).toBe(text);
});
