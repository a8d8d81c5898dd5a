import { hash } from 'node:crypto';
import { asSha256, normaliseEmail, normalisePhone } from '@uet-capi/protocol';
import { type CountryCode, getCountryCallingCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * Clear e-mail and phone become hashes here and go no further. What cannot be normalised is left
 * out, never hashed as it is: a hash of a wrong form matches nobody.
 */

/** SHA-256 hex of the normalised address, or the hash that it already is; undefined when it is neither. */
export function hashEmail(raw: string): string | undefined {
  const email = normaliseEmail(raw);
  return asSha256(raw.trim()) ?? (email === undefined ? undefined : hash('sha256', email));
}

/**
 * SHA-256 hex of the number in E.164, or the hash that it already is; undefined when it is neither.
 *
 * @param country ISO 3166 code of where a number without a country code is dialled
 */
export function hashPhone(raw: string, country: string | undefined): string | undefined {
  const phone = normalisePhone(international(raw, country as CountryCode | undefined));
  return asSha256(raw.trim()) ?? (phone === undefined ? undefined : hash('sha256', phone));
}

/**
 * A national number with its country code. `4915112345678` in Germany has it already, only without
 * the `+`; a number that no telephone there can have is left as it is.
 */
function international(raw: string, country: CountryCode | undefined): string {
  if (country === undefined || /^\s*(\+|00)/.test(raw)) return raw;
  const digits = raw.replace(/\D/g, '');
  if (digits.startsWith(getCountryCallingCode(country))) {
    const number = parsePhoneNumberFromString(`+${digits}`);
    if (number?.isValid()) return number.number;
  }
  const number = parsePhoneNumberFromString(raw, country);
  return number?.isValid() ? number.number : raw;
}
