import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { EMAIL_VECTORS, PHONE_VECTORS } from '../../../protocol/src/testing/identity-vectors.ts';
import { hashEmail, hashPhone } from './identify.ts';
import { JOHN, PHONE } from './testing/sample-facts.ts';

const GERMAN = hashPhone('+4915112345678', undefined);
const BRITISH = hashPhone('+442071838750', undefined);

const hashOf = (normalised: string | undefined) => normalised && hash('sha256', normalised);

test.each(EMAIL_VECTORS)('the pixel makes the same of the e-mail %j', (raw, normalised) => {
  expect(hashEmail(raw)).toBe(hashOf(normalised));
});

test.each(PHONE_VECTORS)('the pixel makes the same of the phone %j', (raw, normalised) => {
  expect(hashPhone(raw, undefined)).toBe(hashOf(normalised));
});

describe('hashEmail', () => {
  test.each<[string, string | undefined]>([
    ['john@contoso.com', JOHN],
    [' J.o.h.n+news@Contoso.COM', JOHN],
    [JOHN, JOHN],
    [` ${JOHN.toUpperCase()} `, JOHN],
    ['john', undefined],
    ['', undefined],
    [JOHN.slice(1), undefined],
  ])('%j', (raw, hash) => expect(hashEmail(raw)).toBe(hash));
});

describe('hashPhone', () => {
  test.each<[raw: string, country: string | undefined, hash: string | undefined]>([
    ['+1 (425) 555-1234', undefined, PHONE],
    ['14255551234', undefined, PHONE],
    ['425-555-1234', 'US', PHONE],
    ['(425) 555-1234', 'US', PHONE],
    ['1 425 555 1234', 'US', PHONE],
    ['+1 425 555 1234', 'DE', PHONE],
    ['001 425 555 1234', 'DE', PHONE],
    ['0151 12345678', 'DE', GERMAN],
    ['4915112345678', 'DE', GERMAN],
    ['+49 151 12345678', 'US', GERMAN],
    ['020 7183 8750', 'GB', BRITISH],
    ['442071838750', 'US', BRITISH],
    ['21 23 45 67', 'NO', hashPhone('+4721234567', undefined)],
    ['47 21 23 45', 'NO', hashPhone('+4747212345', undefined)],
    [PHONE, 'US', PHONE],
    [` ${PHONE.toUpperCase()}`, undefined, PHONE],
    ['0151 12345678', undefined, undefined],
    ['425-555-1234', undefined, undefined],
    ['911', 'US', undefined],
    ['call me', 'US', undefined],
    ['', 'US', undefined],
  ])('%j, dialled in %s', (raw, country, hash) => expect(hashPhone(raw, country)).toBe(hash));

  test('the vectors are hashes', () => {
    expect(GERMAN).toMatch(/^[0-9a-f]{64}$/);
    expect(BRITISH).toBe('e631c2534428c6c9b48c2167604a8983046085e43a2c00ed748733c544c0bb4d');
  });
});
