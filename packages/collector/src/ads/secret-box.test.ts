import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { open, seal } from './secret-box.ts';

const KEY = randomBytes(32);

test('opens with the key and for the purpose that it was sealed with, and shows nothing of the text', () => {
  const box = seal('refresh-token ü', KEY, 'connection');
  expect(open(box, KEY, 'connection')).toBe('refresh-token ü');
  expect(open(box, randomBytes(32), 'connection')).toBeUndefined();
  expect(open(box, KEY, 'other')).toBeUndefined();
  expect(Buffer.from(box, 'base64').includes('refresh')).toBe(false);
  expect(seal('refresh-token ü', KEY, 'connection')).not.toBe(box);
});

test.each([
  ['one bit changed', (bytes: Buffer) => bytes.fill(bytes.at(-1)! ^ 1, bytes.length - 1)],
  ['cut off', (bytes: Buffer) => bytes.subarray(0, 20)],
  ['empty', () => Buffer.alloc(0)],
])('does not open: %s', (_, change) => {
  const box = Buffer.from(seal('text', KEY, 'connection'), 'base64');
  expect(open(change(box).toString('base64'), KEY, 'connection')).toBeUndefined();
});
