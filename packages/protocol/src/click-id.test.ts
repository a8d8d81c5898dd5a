import { describe, expect, test } from 'vitest';
import { bareClickId, cleanClickId } from './click-id.ts';

const HEX = '292049a17e2413e3a4081719e839afe6';
const DASHED = '292049a1-7e24-13e3-a408-1719e839afe6';

describe('cleanClickId', () => {
  test.each([
    ['of a landing URL', HEX],
    ['upper case', HEX.toUpperCase()],
    ['as the Conversions API documents it', DASHED],
    ['dashed, upper case', DASHED.toUpperCase()],
    ['of the cookie', `_uet${HEX}`],
    ['of the cookie, dashed', `_uet${DASHED}`],
    ['of a beacon, new', `${HEX}-1`],
    ['of a beacon, from the cookie', `${HEX}-0`],
    ['of a beacon whose cookie could not be written', `${HEX}-1N`],
    ['dashed in a beacon', `${DASHED}-1N`],
    ['cookie form with a suffix', `_uet${HEX}-0`],
    ['suffix N alone', `${HEX}N`],
  ])('%s', (_, raw) => expect(cleanClickId(raw)).toBe(DASHED));

  test.each([
    ['empty', ''],
    ['a beacon without any', 'N'],
    ['29 digits, the example of the old guide', 'dd4afcccb1c9a4cad9544dd7e5006'],
    ['31 digits', HEX.slice(1)],
    ['33 digits', `${HEX}0`],
    ['no hex', `g${HEX.slice(1)}`],
    ['some dashes only', '292049a1-7e2413e3a4081719e839afe6'],
    ['dashes elsewhere', '292049a17-e24-13e3-a408-1719e839afe6'],
    ['braces', `{${DASHED}}`],
    ['another suffix', `${HEX}-2`],
    ['suffix twice', `${HEX}-1-1`],
    ['prefix twice', `_uet_uet${HEX}`],
    ['a line end behind it', `${HEX}\n`],
    ['blanks', ` ${HEX}`],
    ['a Google click id', 'EAIaIQobChMI-9rSgqvL5AIVFbvVCh1lTwDrEAAYASAAEgK'],
  ])('refuses: %s', (_, raw) => expect(cleanClickId(raw)).toBeUndefined());
});

describe('bareClickId', () => {
  test.each([
    [HEX, HEX],
    [DASHED.toUpperCase(), DASHED.toUpperCase()],
    [`_uet${HEX}`, HEX],
    [`${HEX.toUpperCase()}-1N`, HEX.toUpperCase()],
    ['dd4afcccb1c9a4cad9544dd7e5006', 'dd4afcccb1c9a4cad9544dd7e5006'],
  ])('%s', (raw, bare) => expect(bareClickId(raw)).toBe(bare));
});
