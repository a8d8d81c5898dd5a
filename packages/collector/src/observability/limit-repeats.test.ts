import { expect, test } from 'vitest';
import { limitRepeats } from './limit-repeats.ts';

test('of a flood the first lines of ten seconds are written, and the next says how many were not', () => {
  let now = 0;
  const lines: object[] = [];
  const write = (facts: object, message: string) => lines.push({ ...facts, message });
  const log = limitRepeats({ info: write, warn: write, error: write }, () => now);

  for (let request = 0; request < 1_000; request++) log.error({ request }, 'disk full');
  expect(lines).toEqual([0, 1, 2, 3, 4].map((request) => ({ request, message: 'disk full' })));

  lines.length = 0;
  log.error({ destination: 'a' }, 'paused');
  for (let index = 0; index < 9; index++) log.error({ destination: 'b' }, 'paused');
  log.info({}, 'started');
  expect(lines, 'other kinds are not held back').toHaveLength(1 + 5 + 1);

  lines.length = 0;
  now = 10_000;
  log.error({}, 'disk full');
  log.error({}, 'disk full');
  expect(lines).toEqual([{ suppressed: 995, message: 'disk full' }, { message: 'disk full' }]);
});
