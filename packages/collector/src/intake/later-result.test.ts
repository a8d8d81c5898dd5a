import { expect, test } from 'vitest';
import { z } from 'zod';
import { flawsOf, givenOf } from './later-result.ts';

test('flaws have the codes of events, and repeat no value', () => {
  const schema = z.object({
    id: z.string(),
    type: z.enum(['restate', 'retract'], 'must be restate or retract'),
    value: z.number().max(5, 'must be at most 5'),
  });
  const { error } = schema.safeParse({ id: 5, type: 'john@contoso.com', value: 6 });
  expect(flawsOf(error!)).toEqual([
    { path: 'id', code: 'InvalidType', message: expect.stringContaining('string') },
    { path: 'type', code: 'InvalidEnumValue', message: 'must be restate or retract' },
    { path: 'value', code: 'InvalidValue', message: 'must be at most 5' },
  ]);
  expect(JSON.stringify(flawsOf(error!))).not.toContain('john');
});

test('what templates leave where they know nothing is not given', () => {
  expect(givenOf({ id: 'A-1', value: null, currency: '', email: undefined, count: 0 })).toEqual({
    id: 'A-1',
    count: 0,
  });
  for (const input of [null, 5, 'text', []]) expect(givenOf(input)).toBe(input);
});
