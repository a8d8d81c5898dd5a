import { expect, test } from 'vitest';
import { type Failures, followFailures, newFailures } from './failures.ts';

const DAY_MS = 86_400_000;

function follow(...looks: [at: number, count: number][]): number {
  let known: Failures | undefined;
  for (const [at, count] of looks) known = followFailures(known, count, at);
  return newFailures(known!);
}

test('what failed before the first look is no news', () => {
  expect(follow([0, 7])).toBe(0);
});

test('what fails later is, until a day has passed without another one', () => {
  expect(follow([0, 7], [1, 9])).toBe(2);
  expect(follow([0, 7], [1, 9], [DAY_MS, 9])).toBe(2);
  expect(follow([0, 7], [1, 9], [DAY_MS, 10], [DAY_MS + 2, 10])).toBe(3);
  expect(follow([0, 7], [1, 9], [DAY_MS + 1, 9])).toBe(0);
});

test('it is over when they were replayed, and begins anew with the next', () => {
  expect(follow([0, 7], [1, 9], [2, 8])).toBe(1);
  expect(follow([0, 7], [1, 9], [2, 0])).toBe(0);
  expect(follow([0, 7], [1, 9], [2, 0], [3, 1])).toBe(1);
});

test('a clock that was set back by a month keeps nothing news for a month', () => {
  const back = -30 * DAY_MS;
  expect(follow([0, 7], [1, 9], [back, 9], [back + DAY_MS - 1, 9])).toBe(2);
  expect(follow([0, 7], [1, 9], [back, 9], [back + DAY_MS, 9])).toBe(0);
});
