import { expect, test } from 'vitest';
import { followWarnings, haveWarningsRisen, type WarningRate } from './warning-rate.ts';

const HOUR_MS = 3_600_000;

/** Hours of deliveries, each with so many of 100 events warned. */
function after(hours: number[], known?: WarningRate, start = 0): WarningRate {
  let rate = known;
  hours.forEach((warned, hour) => {
    rate = followWarnings(rate, { accepted: 100, warned }, (start + hour) * HOUR_MS);
  });
  return rate!;
}

const day = (warned: number, days = 1) => new Array<number>(24 * days).fill(warned);

test('what always was so is no rise', () => {
  expect(haveWarningsRisen(after(day(50, 7)), false)).toBe(false);
  expect(haveWarningsRisen(after(day(0, 7)), false)).toBe(false);
});

test('a rise is noticed within hours, and is over when it is usual again', () => {
  const usual = after(day(1, 14));
  const start = 14 * 24;
  const risen = after([30, 30, 30], usual, start);
  expect(haveWarningsRisen(after([3, 0, 2], usual, start), false)).toBe(false);
  expect(haveWarningsRisen(risen, false)).toBe(true);
  const back = after(day(1), risen, start + 3);
  expect(haveWarningsRisen(back, true)).toBe(false);
});

test('what stays becomes usual', () => {
  const usual = after(day(1, 14));
  expect(haveWarningsRisen(after(day(30, 21), usual, 14 * 24), true)).toBe(false);
});

test('a few warnings among few events are an accident', () => {
  const usual = followWarnings(undefined, { accepted: 1_000, warned: 0 }, 0);
  const few = (warned: number) => followWarnings(usual, { accepted: 20, warned }, 24 * HOUR_MS);
  expect(haveWarningsRisen(few(9), false)).toBe(false);
  expect(haveWarningsRisen(few(11), false)).toBe(true);
});

test('who was told of a rise is not told of each wave of it', () => {
  const usual = after(day(4, 14));
  const wave = after([9, 9, 8, 8], usual, 14 * 24);
  expect([haveWarningsRisen(wave, false), haveWarningsRisen(wave, true)]).toEqual([false, true]);
});

test('a clock that is set back makes no more of what was', () => {
  const known = after([10], undefined, 24);
  const { lately, usually } = followWarnings(known, { accepted: 0, warned: 0 }, 0);
  expect([lately, usually]).toEqual([known.lately, known.usually]);
});
