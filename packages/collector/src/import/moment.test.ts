import { expect, test } from 'vitest';
import { MICROSOFT_TIME_ZONES } from './microsoft-time-zones.ts';
import { readMoment } from './moment.ts';
import { findTimeZone } from './time-zone.ts';

const berlin = findTimeZone('Europe/Berlin');

test.each([
  ['06/01/2026 1:00:00 PM', '2026-06-01T11:00:00Z'],
  ['06/01/2026 12:30:00 AM', '2026-05-31T22:30:00Z'],
  ['06/01/2026 12:30:00 pm', '2026-06-01T10:30:00Z'],
  ['Jun 01, 2026 1:00:00 PM', '2026-06-01T11:00:00Z'],
  ['Jun 1,2026 1:00:00 PM', '2026-06-01T11:00:00Z'],
  ['06/01/2026 01:00:00', '2026-05-31T23:00:00Z'],
  ['2026-06-01 13:00', '2026-06-01T11:00:00Z'],
  ['2026-06-01T13:00:00', '2026-06-01T11:00:00Z'],
  ['2026-06-01T13:00:00.123Z', '2026-06-01T13:00:00Z'],
  ['2026-06-01 13:00:00+0500', '2026-06-01T08:00:00Z'],
  ['2026-06-01T13:00:00-01:00', '2026-06-01T14:00:00Z'],
  ['2026-06-01 13:00:00 EasternTimeUSCanada', '2026-06-01T17:00:00Z'],
  ['06/01/2026 1:00:00 PM America/New_York', '2026-06-01T17:00:00Z'],
  ['2026-12-01 13:00:00', '2026-12-01T12:00:00Z'],
  // The night when clocks go back: the first of two.
  ['2026-10-25 02:30:00', '2026-10-25T00:30:00Z'],
  ['2026-10-25 03:00:00', '2026-10-25T02:00:00Z'],
  ['2026-03-29 01:59:59', '2026-03-29T00:59:59Z'],
  ['2026-03-29 03:00:00', '2026-03-29T01:00:00Z'],
])('%s is %s', (text, moment) => {
  expect(readMoment(text, berlin)).toBe(Date.parse(moment));
});

test.each([
  '',
  'yesterday',
  '20/01/2026 10:00:00',
  '2026-13-01 10:00:00',
  '2026-06-31 10:00:00',
  '2026-06-01 24:00:00',
  '2026-06-01 10:60:00',
  '06/01/2026 13:00:00 PM',
  '2026-06-01',
  '2026-06-01 10:00:00 +9900',
  '2026-06-01 10:00:00 Mars',
  // Clocks go forward.
  '2026-03-29 02:00:00',
  '2026-03-29 02:59:59',
])('%s is none', (text) => {
  expect(readMoment(text, berlin)).toEqual({ flaw: expect.any(String) });
});

test.each(Object.keys(MICROSOFT_TIME_ZONES))('Microsoft’s zone %s is one', (name) => {
  expect(findTimeZone(name)?.(0)).toEqual(expect.any(Number));
});
