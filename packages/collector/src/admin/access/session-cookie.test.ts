import { expect, test } from 'vitest';
import { createSessionSigner, SESSION_MS } from './session-cookie.ts';

const NOW = 1_800_000_000_000;
const signer = createSessionSigner('token');
const value = signer.sign(NOW);

test('is good for twelve hours, also in another process', () => {
  const another = createSessionSigner('token');
  expect(another.isValid(value, NOW)).toBe(true);
  expect(another.isValid(value, NOW + SESSION_MS - 1)).toBe(true);
  expect(another.isValid(value, NOW + SESSION_MS)).toBe(false);
  expect(SESSION_MS).toBe(12 * 60 * 60 * 1_000);
});

test('ends with its token', () => {
  expect(createSessionSigner('another token').isValid(value, NOW)).toBe(false);
});

test('cannot be made longer, guessed or garbled', () => {
  const [end = '', signature = ''] = value.split('.');
  const later = (Number.parseInt(end, 36) + 1).toString(36);
  const others = [
    `${later}.${signature}`,
    `${end}.${signature.slice(1)}A`,
    `${end}.`,
    `.${signature}`,
    `${end}.${signature}.${signature}`,
    signature,
    '',
    'x'.repeat(10_000),
  ];
  for (const other of others) expect(signer.isValid(other, NOW), other).toBe(false);
});

test('holds nothing of the token', () => {
  const long = createSessionSigner('correct-horse-battery-staple').sign(NOW);
  expect(long).toMatch(/^[\da-z]{8}\.[\w-]{43}$/);
  expect(long).not.toContain('horse');
});
