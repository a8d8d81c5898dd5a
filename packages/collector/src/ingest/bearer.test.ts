import { expect, test } from 'vitest';
import { compileBearer } from './bearer.ts';

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
