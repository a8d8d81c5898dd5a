import { expect, test } from 'vitest';
import { ago, clock, duration, money, shortId, visible } from './format.ts';

test.each([
  [340, '340 ms'],
  [1_000, '1 s'],
  [1_540, '1.5 s'],
  [59_000, '59 s'],
  [60_000, '1 min'],
  [7_200_000, '2 h'],
  [6 * 86_400_000, '6 days'],
])('%d ms is %s', (ms, text) => {
  expect(duration(ms)).toBe(text);
});

test('times: by their age, and with the day where it is another', () => {
  const now = new Date(2026, 10, 23, 12, 0, 0).getTime();
  expect(ago(now - 500, now)).toBe('just now');
  expect(ago(now - 12_000, now)).toBe('12 s ago');
  expect(clock(now, now)).toBe('12:00:00');
  expect(clock(now - 86_400_000, now)).toBe('Nov 22 12:00:00');
});

test('money and ids', () => {
  expect(money(1234.5, 'EUR')).toBe('1,234.50 EUR');
  expect(shortId('06e6fa31-89ab-cdef-0123-456789ab48e0')).toBe('06e6fa31…48e0');
  expect(shortId('SD-8267C9AAD3')).toBe('SD-8267C9AAD3');
});

test('what cannot be seen is written out; line breaks and joined emoji stay', () => {
  expect(visible('a\u202egnp.exe\u0000\u{e0041}')).toBe('a\\u{202e}gnp.exe\\u{0}\\u{e0041}');
  expect(visible('one\n\ttwo 👩\u200d👧')).toBe('one\n\ttwo 👩\u200d👧');
});
