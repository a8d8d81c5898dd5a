/**
 * Clear e-mail addresses and phone numbers in text that is about something else: addresses typed
 * into a search box, `?email=` in a thank-you URL. They are cut out before anything is stored.
 *
 * Phone numbers are recognised only in international form (`+`, 8 to 15 digits): bare digits are
 * order numbers and product ids far more often than phones.
 */

const REMOVED = 'removed';

/** An address in clear or percent-encoded. Bounded quantifiers: hostile text stays linear. */
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/giu;

/** `+49 (30) 1234-5678`, also with its `+` percent-encoded. */
const PHONE = /(?:\+|%2B)\d(?:(?:[\s().\-/]|%20){0,2}\d){7,14}(?!\d)/gi;

/** Query parameters that hold a phone number, whatever its form. */
const PHONE_PARAMETER = /([?&#;](?:phone|phone_?number|tel|telephone|mobile)=)[^&#;]*/gi;

/** The text without what looks like an e-mail address or phone number. */
export function scrubText(text: string): string {
  if (!MAY_HOLD_IDENTITY.test(text)) return text;
  return text.replace(EMAIL, REMOVED).replace(PHONE, REMOVED);
}

/** As `scrubText`, and the values of parameters that are named after a phone number. */
export function scrubUrl(url: string): string {
  return scrubText(url).replace(PHONE_PARAMETER, `$1${REMOVED}`);
}

/** True when the text holds something that looks like an e-mail address or phone number. */
export function holdsIdentity(text: string): boolean {
  return scrubText(text) !== text;
}

/** Cheap first look; nearly all texts end here. */
const MAY_HOLD_IDENTITY = /@|%40|\+|%2B/i;
