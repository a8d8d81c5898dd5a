import { hash } from 'node:crypto';
import { asSha256, normaliseEmail, normalisePhone } from '@uet-capi/protocol';
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/min';

/**
 * Clear e-mail and phone become hashes here and go no further. What cannot be normalised is left
 * out, never hashed as it is: a hash of a wrong form matches nobody.
 */

/** SHA-256 hex of the normalised address; undefined when it is none. */
export function hashEmail(raw: string): string | undefined {
  const email = normaliseEmail(raw);
  return asSha256(raw) ?? (email === undefined ? undefined : hash('sha256', email));
}

/**
 * SHA-256 hex of the number in E.164; undefined when it is none.
 *
 * @param country where a number without a country code is dialled
 */
export function hashPhone(raw: string, country: string | undefined): string | undefined {
  const phone = normalisePhone(international(raw, country));
  return asSha256(raw) ?? (phone === undefined ? undefined : hash('sha256', phone));
}

function international(raw: string, country: string | undefined): string {
  if (country === undefined || /^\s*(\+|00)/.test(raw)) return raw;
  return parsePhoneNumberFromString(raw, country as CountryCode)?.number ?? raw;
}
