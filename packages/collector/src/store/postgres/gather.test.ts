import { expect, test } from 'vitest';
import { StoreUnavailable } from '../unavailable.ts';
import { gather } from './gather.ts';

test('what is asked while one is under way goes into the next, and each gets its own answer', async () => {
  const groups: (readonly number[])[] = [];
  const double = gather<number, number>(async (numbers) => {
    groups.push(numbers);
    return numbers.map((number) => number * 2);
  });
  expect(await Promise.all([1, 2, 3].map(double))).toEqual([2, 4, 6]);
  expect(await double(4)).toBe(8);
  expect(groups).toEqual([[1], [2, 3], [4]]);
});

test('a failure of the store is that of its group alone', async () => {
  const ask = gather<number, number>(async (numbers) => {
    if (numbers.includes(2)) throw new StoreUnavailable('no');
    return [...numbers];
  });
  const asked = [ask(1), ask(2), ask(3)];
  expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'rejected',
  ]);
  expect(await ask(4)).toBe(4);
});

test('a question that is to blame fails alone', async () => {
  const ask = gather<number, number>(async (numbers) => {
    if (numbers.includes(3)) throw new Error('no');
    return [...numbers];
  });
  const asked = await Promise.allSettled([1, 2, 3, 4].map(ask));
  expect(asked.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});
