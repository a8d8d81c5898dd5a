import { timingSafeEqual } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { compileBearer } from './bearer.ts';

vi.mock('node:crypto', async (original) => {
  const crypto = await original<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn(crypto.timingSafeEqual) };
});

test('only the key itself, as a bearer token', () => {
  const isAuthorized = compileBearer('s3cret');
  for (const header of ['Bearer s3cret', 'bearer  s3cret ']) expect(isAuthorized(header), header).toBe(true);
  for (const header of [
    undefined,
    '',
    'Bearer',
    'Bearer ',
    's3cret',
    'Basic s3cret',
    'Bearer s3cre',
    'Bearer s3crett',
    'Bearer S3CRET',
    'Bearer s3cret s3cret',
    'Bearer s3cret, Bearer s3cret',
  ]) {
    expect(isAuthorized(header), header).toBe(false);
  }
});

test('without a key nobody', () => {
  const isAuthorized = compileBearer(undefined);
  for (const header of [undefined, 'Bearer', 'Bearer ', 'Bearer undefined', 'Bearer null']) {
    expect(isAuthorized(header), header).toBe(false);
  }
});

test('whatever is given, two digests are compared once, in constant time', () => {
  const compare = vi.mocked(timingSafeEqual);
  for (const key of ['s3cret', undefined]) {
    const isAuthorized = compileBearer(key);
    for (const header of [undefined, 'Bearer', 'Bearer s', `Bearer ${'s'.repeat(10_000)}`, 'Bearer s3cret']) {
      compare.mockClear();
      isAuthorized(header);
      const lengths = compare.mock.calls.map((pair) => pair.map(({ byteLength }) => byteLength));
      expect(lengths).toEqual([[32, 32]]);
    }
  }
});
