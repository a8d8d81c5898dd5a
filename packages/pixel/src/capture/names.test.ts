import { expect, test } from 'vitest';
import { mapName } from './names.ts';

test.each([
  ['Purchase', undefined, 'Purchase'],
  ['mine', { mine: 'yours' }, 'yours'],
  ['constructor', { mine: 'yours' }, 'constructor'],
  ['PageView', { PageView: 'other' }, 'PageView'],
  ['x', 'nonsense', 'x'],
] as const)('%s by %j is %s', (name, map, expected) => {
  expect(mapName(name, map as never)).toBe(expected);
});
