/**
 * Normalisation of e-mail and phone before hashing, by Microsoft's rules. Zod-free and pure, so
 * that the pixel can bundle it. Hashing itself is the caller's (`node:crypto`, SubtleCrypto).
 *
 * Source: CAPI guide (trim, dots, `+tag`, lower case) and the help page on enhanced conversions
 * (inner spaces, accents, shape). Where the two differ, the strictest form is taken: for ASCII
 * addresses all routes, `bat.js` included, then agree. Marks that nobody sees (`\p{Cf}`: zero width,
 * direction of writing) go with the white space: they come along when a text is copied.
 */

const SHA256_HEX = /^[0-9a-f]{64}$/i;

/**
 * E.164: `+`, a country code that does not begin with 0, at most 15 digits in all. Without `+`, fewer
 * than 11 digits are taken for a national number: `bat.js` (May 2026) drops numbers of fewer, and
 * with them those that lack their country code.
 */
const E164 = /^(?:\+|(?=.{11}))([1-9]\d{6,14})$/;

/** What stands around an address (`Jane <jane@x.com>`, `mailto:`), or a list of several: no one address. */
const NO_ADDRESS = /[<>()[\]\\,;:"]/;

/** A value that is already a SHA-256 in hex, lower-cased; else undefined. */
export function asSha256(value: string): string | undefined {
  return SHA256_HEX.test(value) ? value.toLowerCase() : undefined;
}

/**
 * The form of an e-mail address that is hashed, or undefined when it is none. Dots and `+tag` of
 * the local part go at every domain, accents, white space and invisible marks everywhere.
 *
 * @example normaliseEmail(' Jane.Doe+Shopping@Contoso.com ') // 'janedoe@contoso.com'
 */
export function normaliseEmail(raw: string): string | undefined {
  const text = raw
    .normalize('NFD')
    .replace(/[\u0300-\u036f\s\p{Cf}]/gu, '')
    .toLowerCase();
  const [, local = '', domain = ''] = /^([^@]*)@((?:[^@.]+\.)+[^@.]+)$/.exec(text) || [];
  const name = local.replace(/\+.*|\./g, '');
  return name && !NO_ADDRESS.test(name + domain) ? `${name}@${domain}` : undefined;
}

/**
 * The form of a phone number that is hashed: E.164 with its `+`; undefined when it is none. A
 * number without `+` is taken to begin with its country code, as `bat.js` does; national numbers
 * are for the caller to resolve. `+44 (0) 20 …` is refused: whether the 0 is dialled depends on the
 * country, and a hash of the wrong form matches nobody.
 *
 * @example normalisePhone('+1 (425) 555-1234') // '+14255551234'
 */
export function normalisePhone(raw: string): string | undefined {
  const [, digits] = E164.exec(raw.replace(/[\s\p{Cf}().\-/]/gu, '').replace(/^00/, '+')) || [];
  return digits && !raw.includes('(0)') ? `+${digits}` : undefined;
}
