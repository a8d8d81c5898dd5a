import { expect, test } from 'vitest';
import { memoize } from './memoize.ts';

function counted() {
  const asked: string[] = [];
  const length = (text: string) => {
    asked.push(text);
    return text.length > 0 ? text.length : undefined;
  };
  return { asked, length };
}

test('computes once for each text, also where the result is undefined', () => {
  const { asked, length } = counted();
  const memo = memoize(length);
  expect(['ab', '', 'ab', ''].map(memo)).toEqual([2, undefined, 2, undefined]);
  expect(asked).toEqual(['ab', '']);
});

test('gives each text its own result, asked for again at once or after another', () => {
  const { asked, length } = counted();
  const memo = memoize(length, (result) => result !== 3);
  expect(['ab', 'ab', '', '', 'ab', 'abc', 'abc', 'ab'].map(memo)).toEqual([
    2,
    2,
    undefined,
    undefined,
    2,
    3,
    3,
    2,
  ]);
  expect(asked).toEqual(['ab', '', 'abc', 'abc']);
});

test('does not remember what it is told not to keep', () => {
  const { asked, length } = counted();
  const memo = memoize(length, (result) => result !== 2);
  expect(['ab', 'abc', 'ab', 'abc'].map(memo)).toEqual([2, 3, 2, 3]);
  expect(asked).toEqual(['ab', 'abc', 'ab']);
});

test('forgets when it holds too much, and never holds a long text', () => {
  const { asked, length } = counted();
  const memo = memoize(length);
  for (let i = 0; i <= 2_000; i++) memo(`text ${i}`);
  asked.length = 0;
  memo('text 0');
  memo('text 2000');
  const long = 'x'.repeat(301);
  memo(long);
  memo(long);
  expect(asked).toEqual(['text 0', long, long]);
});
