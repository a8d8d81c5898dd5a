import { expect, test } from 'vitest';
import { goalNameSchema, idSchema } from './conversions.ts';

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
