import { expect, test } from 'vitest';
import { lastHours } from './last-hours.ts';

test('the last 24 hours reach over midnight, sites added up, hours without events included', () => {
  const hours = (given: Record<number, number>) => Array.from({ length: 24 }, (_, hour) => given[hour] ?? 0);
  const days = [
    { day: '2026-11-23', hours: hours({ 0: 5, 9: 2 }) },
    { day: '2026-11-23', hours: hours({ 9: 1 }) },
    { day: '2026-11-22', hours: hours({ 9: 99, 23: 7 }) },
  ];
  const last = lastHours(days, Date.UTC(2026, 10, 23, 9, 30));
  expect(last).toHaveLength(24);
  expect(last[0]).toEqual({ at: Date.UTC(2026, 10, 22, 10), events: 0 });
  expect(last.filter(({ events }) => events > 0)).toEqual([
    { at: Date.UTC(2026, 10, 22, 23), events: 7 },
    { at: Date.UTC(2026, 10, 23, 0), events: 5 },
    { at: Date.UTC(2026, 10, 23, 9), events: 3 },
  ]);
});
