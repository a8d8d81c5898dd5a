import { expect, test } from 'vitest';
import { type PurchaseHours, silenceOf } from './purchase-silence.ts';

const HOUR_MS = 3_600_000;

/** Monday, midnight. */
const MONDAY = Date.UTC(2026, 10, 16) / HOUR_MS;

type Rate = (hour: number, day: number) => number;

/** Purchases from `days` before Monday until `until` (hours after Monday's midnight). */
function shop(rate: Rate, days: number, until: number): PurchaseHours {
  const hours = new Map<number, number>();
  for (let hour = MONDAY - days * 24; hour < MONDAY + until; hour++) {
    const count = rate(((hour % 24) + 24) % 24, (Math.floor(hour / 24) + 4) % 7);
    if (count > 0) hours.set(hour, count);
  }
  return hours;
}

const at = (hours: number) => (MONDAY + hours) * HOUR_MS;

/** Open by day on weekdays only. */
const OFFICE: Rate = (hour, day) => (day >= 1 && day <= 5 && hour >= 8 && hour < 18 ? 6 : 0);

test('a busy shop that falls silent is noticed within hours', () => {
  const purchases = shop(() => 8, 21, 12);
  expect(silenceOf(purchases, at(12))).toBeUndefined();
  expect(silenceOf(purchases, at(13.5))).toBeUndefined();
  expect(silenceOf(purchases, at(14))).toEqual({ hours: 3, expected: 16 });
});

test('nights and weekends are no silence', () => {
  // Saturday and Sunday after a week of business: 96 hours from Monday's midnight on.
  const purchases = shop(OFFICE, 21, 5 * 24);
  for (let hour = 5 * 24; hour < 7 * 24 + 8; hour++) expect(silenceOf(purchases, at(hour))).toBeUndefined();
  // Nobody comes back on Monday.
  expect(silenceOf(purchases, at(7 * 24 + 10))).toMatchObject({ expected: 12 });
});

test('a shop with two purchases a day is given a week', () => {
  const purchases = shop((hour) => (hour === 10 || hour === 20 ? 1 : 0), 28, 0);
  expect(silenceOf(purchases, at(4 * 24))).toBeUndefined();
  expect(silenceOf(purchases, at(6 * 24))).toMatchObject({ expected: 12 });
});

test('a shop with few purchases is never called silent', () => {
  const purchases = shop((hour, day) => (day === 3 && hour === 12 ? 5 : 0), 28, 0);
  for (let day = 0; day < 20; day++) expect(silenceOf(purchases, at(day * 24))).toBeUndefined();
});

test('a new shop is compared with each of its days, as soon as there are two', () => {
  const rate: Rate = (hour) => (hour >= 8 ? 6 : 0);
  expect(silenceOf(shop(rate, 1, 12), at(16))).toBeUndefined();
  expect(silenceOf(shop(rate, 3, 12), at(16))).toMatchObject({ expected: 24 });
  expect(silenceOf(shop(rate, 3, 0), at(7))).toBeUndefined();
});

test('one week without purchases among the last two: nothing is expected', () => {
  const full = shop(() => 8, 21, 12);
  const holiday = new Map([...full].filter(([hour]) => hour < MONDAY - 10 * 24 || hour >= MONDAY - 3 * 24));
  expect(silenceOf(full, at(20))).toBeDefined();
  expect(silenceOf(holiday, at(20))).toBeUndefined();
});

test('nothing is known: nothing is missing', () => {
  expect(silenceOf(new Map(), at(0))).toBeUndefined();
});

test('what a clock stamped before it was set back hides no silence', () => {
  const stamped = new Map([...shop(OFFICE, 21, 9), [MONDAY + 24 * 365, 1]]);
  expect(silenceOf(stamped, at(14))).toEqual(silenceOf(shop(OFFICE, 21, 9), at(14)));
  expect(silenceOf(stamped, at(14))).toBeDefined();
});
