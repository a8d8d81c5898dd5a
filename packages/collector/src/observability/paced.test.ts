import { expect, test } from 'vitest';
import { createPaced } from './paced.ts';

test('one call at a time, and after it a rest of nine times as long', async () => {
  let now = 1_000;
  const calls: ((result: string) => void)[] = [];
  const ask = createPaced(
    () => new Promise<string>((resolve) => calls.push(resolve)),
    () => now,
  );
  const first = ask();
  now += 100;
  const meanwhile = ask();
  expect(calls, 'one call for both').toHaveLength(1);
  calls[0]!('one');
  expect(await Promise.all([first, meanwhile])).toEqual(['one', 'one']);

  now += 899;
  expect(await ask()).toBe('one');
  now += 1;
  const second = ask();
  expect(calls).toHaveLength(2);
  calls[1]!('two');
  expect(await second).toBe('two');
});

test('a failure is told to who asked, and asked again after the rest', async () => {
  let fails = true;
  const ask = createPaced(
    async () => {
      if (fails) throw new Error('not now');
      return 'good';
    },
    () => 0,
  );
  await expect(ask()).rejects.toThrow('not now');
  fails = false;
  expect(await ask()).toBe('good');
});
