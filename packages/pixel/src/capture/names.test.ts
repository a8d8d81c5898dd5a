import { expect, test } from 'vitest';
import { mapName } from './names.ts';

test.each([
  ['Purchase', undefined, 'Purchase'],
  ['Purchase', 'meta', 'purchase'],
  ['Order Completed', ['meta', 'segment'], 'purchase'],
  ['Lead', 'meta,segment', 'lead'],
  ['mine', { mine: 'yours' }, 'yours'],
  ['constructor', { mine: 'yours' }, 'constructor'],
  ['add_to_cart', 'ga4', 'add_to_cart'],
  ['PageView', { PageView: 'other' }, 'PageView'],
  ['x', 'nonsense', 'x'],
] as const)('%s by %j is %s', (name, eventNames, expected) => {
  expect(mapName(name, eventNames as never)).toBe(expected);
});
