import { expect, test } from 'vitest';
import type { NewMemory } from '../port.ts';
import { foldMemories } from './fold-memories.ts';

const NOW = 1_790_000_000_000;

const of = (given: Partial<NewMemory>): NewMemory => ({ site: 'shop', key: 'visitor:v', ...given });

test.each<[string, Partial<NewMemory>[], Partial<NewMemory>]>([
  ['the last decision', [{ consent: 'denied' }, { consent: 'granted' }], { consent: 'granted' }],
  ['what is not said again stays', [{ consent: 'denied' }, {}], { consent: 'denied' }],
  [
    'the newest click, in whatever order',
    [
      { msclkid: 'b', clickedAt: 2 },
      { msclkid: 'a', clickedAt: 1 },
    ],
    { msclkid: 'b', clickedAt: 2 },
  ],
  [
    'the same click keeps its first time',
    [
      { msclkid: 'a', clickedAt: 1 },
      { msclkid: 'a', clickedAt: 2 },
    ],
    { msclkid: 'a', clickedAt: 1 },
  ],
  ['a click without its time was seen now', [{ msclkid: 'a' }], { msclkid: 'a', clickedAt: NOW }],
])('%s', (_, given, expected) => {
  expect(foldMemories(given.map(of), NOW)).toEqual([of(expected)]);
});

test('sites and keys are told apart', () => {
  const memories = [of({}), of({ site: 'blog' }), of({ key: 'em:x' })];
  expect(foldMemories(memories, NOW)).toEqual(memories);
});
