import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { asSha256, normaliseEmail, normalisePhone } from './identity.ts';
import { EMAIL_VECTORS, PHONE_VECTORS } from './testing/identity-vectors.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const JOHN = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';
const US_NUMBER = 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';

/** Published or recomputed hashes: raw input, normalised form, SHA-256. */
const EMAILS: [raw: string, normalised: string, hash: string][] = [
  ['john@contoso.com', 'john@contoso.com', JOHN],
  ['  John@Contoso.com ', 'john@contoso.com', JOHN],
  [
    'User@Example.com',
    'user@example.com',
    'b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514',
  ],
  [
    'Jane.Doe+Shopping@contoso.com',
    'janedoe@contoso.com',
    '62a8040a00736e70808e43009b5c63c4f6229ced98f486d0968441b292b9858a',
  ],
  [
    'name+withplus@outlook.com',
    'name@outlook.com',
    '62de920b6b0a90e990ad75450ee49bd908958c81185bf57489a090179dadedec',
  ],
  [
    'ex.ample@outlook.com',
    'example@outlook.com',
    'e2e7dbfa5e7b07f94e15295f700a2a9b486799848797cf3e0ddeae7425862f93',
  ],
  [
    'user.name+tag+more@Sub.Example.co.uk',
    'username@sub.example.co.uk',
    '08b38e79636aca5a5249ed0a971a0714d4f1846a0b9e4e0deffca323a0b4ccf3',
  ],
  [
    'josé.garcía@contoso.com',
    'josegarcia@contoso.com',
    'fffbbbf65e7923071a1c1842d26c2a246622935ec19d5d5e3b98c31c2fedae87',
  ],
];

const PHONES: [raw: string, normalised: string, hash: string][] = [
  ['+14255551234', '+14255551234', US_NUMBER],
  ['+1 (425) 555-1234', '+14255551234', US_NUMBER],
  ['14255551234', '+14255551234', US_NUMBER],
  ['001 425.555.1234', '+14255551234', US_NUMBER],
  ['+44 20 7183 8750', '+442071838750', 'e631c2534428c6c9b48c2167604a8983046085e43a2c00ed748733c544c0bb4d'],
  ['+47 21 23 45 67', '+4721234567', 'f3de8c72b68d836dc4642502a64122a58a2bbba948064f2dfdfc33cb89a821d5'],
];

/** Hashes that other senders make of the same people; ours must never equal them. */
const WRONG: [what: string, raw: string, normalise: (raw: string) => string | undefined, hash: string][] = [
  [
    'accents kept, UTF-8',
    'josé.garcía@contoso.com',
    normaliseEmail,
    '3fdf671be15a9ea83197eac089b39acf1a901203f1f84568410736f017347b2f',
  ],
  [
    'accents kept, Latin-1',
    'josé.garcía@contoso.com',
    normaliseEmail,
    'd49e0beb58b272a170f250c126f42ad3c11c0f0c162607b353a4697ce5a5547b',
  ],
  ['no +', '14255551234', normalisePhone, 'f8a0621a89b87b16447d34d2169bdba8e3eaae523b45df87d86108ee65bd1d6f'],
  [
    'dots kept',
    'jane.doe@contoso.com',
    normaliseEmail,
    '6f0733d2bb8a63dec2ce1c96128d731afc11ed4abed42b4ce8f4c022fb3da893',
  ],
  [
    'only lower case and trim',
    'name+withplus@outlook.com',
    normaliseEmail,
    '9a672970148c83629d667268c415f58573a1ffc6c0d775a60c38aa7ce118f2c7',
  ],
];

describe('normaliseEmail', () => {
  test.each(EMAILS)('%j becomes %j', (raw, normalised, hash) => {
    expect(normaliseEmail(raw)).toBe(normalised);
    expect(sha256(normalised)).toBe(hash);
  });

  test.each(EMAIL_VECTORS)('%j of the shared table becomes %j', (raw, normalised) => {
    expect(normaliseEmail(raw)).toBe(normalised);
  });

  test.each([
    ['accents decomposed', 'jose\u0301@contoso.com', 'jose@contoso.com'],
    ['inner spaces', 'john smith@ contoso.com', 'johnsmith@contoso.com'],
    ['no-break space', '\u00a0john@contoso.com', 'john@contoso.com'],
    ['dots at both ends of the local part', '.john.@contoso.com', 'john@contoso.com'],
    ['umlaut in the domain', 'info@Müller.de', 'info@muller.de'],
    ['hyphens and digits', 'a-1_b@x-2.org', 'a-1_b@x-2.org'],
  ])('%s', (_, raw, normalised) => expect(normaliseEmail(raw)).toBe(normalised));

  test.each([
    '',
    ' ',
    '+foo@x.com',
    '.@x.com',
    'a@b',
    'a@@b.com',
    'a@b@c.com',
    '@x.com',
    'john@',
    'john',
    'john@.com',
    'john@com.',
    'john@x..com',
    'John <john@contoso.com>',
    'mailto:john@contoso.com',
    'a@x.com,b',
    'a,b@x.com',
    '"john"@contoso.com',
    JOHN,
  ])('%j is no address', (raw) => expect(normaliseEmail(raw)).toBeUndefined());
});

describe('normalisePhone', () => {
  test.each(PHONES)('%j becomes %j', (raw, normalised, hash) => {
    expect(normalisePhone(raw)).toBe(normalised);
    expect(sha256(normalised)).toBe(hash);
  });

  test.each(PHONE_VECTORS)('%j of the shared table becomes %j', (raw, normalised) => {
    expect(normalisePhone(raw)).toBe(normalised);
  });

  test.each([
    ['tabs and no-break spaces', '+49\t151\u00a02345678', '+491512345678'],
    ['shortest', '+2901234', '+2901234'],
    ['longest', '+123456789012345', '+123456789012345'],
    ['slash', '+49 30/1234567', '+49301234567'],
  ])('%s', (_, raw, normalised) => expect(normalisePhone(raw)).toBe(normalised));

  test.each([
    ['', 'empty'],
    ['0171 1234567', 'national, leading 0'],
    ['4255551234', 'national, ten digits'],
    ['+0171 1234567', 'no country code begins with 0'],
    ['+44 (0) 20 7183 8750', 'the 0 may or may not belong to it'],
    ['+123456', 'too short'],
    ['+1234567890123456', 'too long'],
    ['+1 425 555 1234 x5', 'extension'],
    ['++14255551234', 'two plus signs'],
    ['+1425abc1234', 'letters'],
    ['٠١٢٣٤٥٦٧٨٩٠', 'other digits'],
    [US_NUMBER, 'a hash'],
  ])('%j is no number: %s', (raw) => expect(normalisePhone(raw)).toBeUndefined());
});

describe('hashes of the wrong form are never made', () => {
  test.each(WRONG)('%s', (_, raw, normalise, hash) => {
    expect(sha256(normalise(raw) ?? '')).not.toBe(hash);
  });

  test.each([normaliseEmail, normalisePhone])('nothing is made of the empty string', (normalise) => {
    expect(normalise('')).toBeUndefined();
  });
});

describe('asSha256', () => {
  test('passes a hash on in lower case', () => expect(asSha256(JOHN.toUpperCase())).toBe(JOHN));

  test.each([
    '',
    JOHN.slice(1),
    `${JOHN}0`,
    `${JOHN}\n`,
    ` ${JOHN}`,
    `g${JOHN.slice(1)}`,
    'john@contoso.com',
  ])('%j is no hash', (text) => expect(asSha256(text)).toBeUndefined());
});
