import { expect, test } from 'vitest';
import { goalNameSchema, idSchema, momentSchema } from './conversions.ts';

test.each([
  ['a null character', 'A-1\0'],
  ['half of an emoji', 'A-1\ud83d'],
  ['the other half', '\ude00A-1'],
])('an id or a goal that no database takes is refused: %s', (_, text) => {
  for (const schema of [idSchema, goalNameSchema]) {
    expect(schema.safeParse(text).error?.issues[0]?.message).toBe(
      'must not contain null characters or halves of a surrogate pair',
    );
  }
});

test.each(['A-1', 'Bestellung Größe 7', '🛒 7'])('an id or a goal that is taken: %s', (text) => {
  for (const schema of [idSchema, goalNameSchema]) expect(schema.parse(text)).toBe(text);
});

test('a number is an id', () => {
  expect(idSchema.parse(1001)).toBe('1001');
});

test.each([1.5, 2 ** 53, Number.NaN])('a number that does not say who it is: %s', (id) => {
  expect(idSchema.safeParse(id).error?.issues[0]?.message).toContain('whole number');
});

test.each([
  '2026-08-20T10:15:30Z',
  '2026-08-20T10:15:30.000Z',
  '2026-08-20T10:15:30.0000000Z',
  '2026-08-20T10:15:30+00:00',
  '2026-08-20T12:15:30+02:00',
  '2026-08-20T12:15:30.000+0200',
  '2026-08-20T12:15:30+02',
  '2026-08-20T04:45:30-05:30',
])('a moment: %s', (text) => {
  expect(momentSchema.parse(text)).toBe(Date.parse('2026-08-20T10:15:30Z'));
});

test('a moment without seconds', () => {
  expect(momentSchema.parse('2026-08-20T10:15Z')).toBe(Date.parse('2026-08-20T10:15:00Z'));
  expect(momentSchema.parse('2026-08-20T12:15+0200')).toBe(Date.parse('2026-08-20T10:15:00Z'));
});

test.each([
  ['no zone', '2026-08-20T10:15:30'],
  ['no time', '2026-08-20'],
  ['no time, and the day for a zone', '2026-08-20-01'],
  ['no such day', '2026-02-30T10:15:30Z'],
  ['no such hour', '2026-08-20T25:15:30Z'],
  ['no such zone', '2026-08-20T10:15:30+9999'],
  ['no ISO 8601', '20 Aug 2026 10:15:30 GMT'],
  ['a space', '2026-08-20 10:15:30Z'],
  ['seconds since 1970', 1_787_220_930],
])('no moment: %s', (_, given) => {
  expect(momentSchema.safeParse(given).error?.issues[0]?.message).toBe(
    'must be ISO 8601 with a zone, such as 2026-08-20T10:15:30Z',
  );
});
