/**
 * Clear e-mail addresses and phone numbers in text that is about something else: addresses typed
 * into a search box, `?email=` in a thank-you URL. They are cut out before anything is stored.
 *
 * In free text, phone numbers are recognised only in forms that nothing else has: international
 * (`+`, 8 to 15 digits) and North American with brackets. Bare digits are order numbers and
 * product ids far more often.
 *
 * Texts come percent-encoded, once or (an address inside an address) several times, and with `+`
 * for spaces. All quantifiers are bounded and no search runs backwards further than 64 letters, so
 * hostile text costs linear time.
 */

const REMOVED = 'removed';

/** Begins a percent-escape, also one that was itself escaped up to three times. */
const ESCAPE = '%(?:25){0,3}';

const AT = `(?:@|${ESCAPE}40)`;

/**
 * A letter of an address's first part, or an escape of `+ . - _ '` or of non-ASCII text. The hex
 * digits of another escape (`%20john`) are no letters.
 */
const LOCAL = `(?:${ESCAPE}(?:2B|2E|2D|5F|27|[89A-F][0-9A-F])|(?<!${ESCAPE}[0-9A-F]?)[\\p{L}\\p{N}._+'-])`;

/** Ends in letters: `pkg@1.2.3` is a version. */
const DOMAIN = '(?:[\\p{L}\\p{N}-]{1,63}\\.){1,8}(?:\\p{L}{2,63}|xn--[a-z0-9-]{2,59})';

/** Begins at the `@`, which is rare, and looks back from there. */
const EMAIL = new RegExp(`${AT}(?<=(${LOCAL}{1,64})${AT})${DOMAIN}`, 'giu');

const SEPARATOR = `(?:[\\s().\\-/+]|${ESCAPE}(?:20|28|29|2B|2D|2E|2F))`;

/**
 * `+49 (30) 1234-5678`. A bare `+` behind a letter or digit is an encoded space (`order+12345678`)
 * or a sum; behind another plus it is C++.
 */
const INTERNATIONAL = new RegExp(
  `(?:(?:(?<![\\p{L}\\p{N}+])|(?<=%(?:20|3A|3D)))\\+|(?<!%2B)${ESCAPE}2B)\\d(?:${SEPARATOR}{0,2}\\d){7,14}(?!\\d)`,
  'giu',
);

/** `(425) 555-1234` */
const NORTH_AMERICAN = new RegExp(
  `(?:\\(|${ESCAPE}28)\\d{3}(?:\\)|${ESCAPE}29)${SEPARATOR}{0,2}\\d{3}${SEPARATOR}\\d{4}(?!\\d)`,
  'giu',
);

/** Cheap first look; nearly all texts end here. */
const MAY_HOLD_IDENTITY = /[@+(%]/;

/** The text without what looks like an e-mail address or phone number. */
export function scrubText(text: string): string {
  if (!MAY_HOLD_IDENTITY.test(text)) return text;
  return scrubEmails(text).replace(INTERNATIONAL, REMOVED).replace(NORTH_AMERICAN, REMOVED);
}

/** As `scrubText`, and without user names in front of the host and values of phone parameters. */
export function scrubUrl(url: string): string {
  return scrubText(url.replace(USER_INFO, '$1')).replace(PARAMETER, (whole, separator, name, value) =>
    PHONE_NAME.test(name) && digitsIn(value) >= MIN_PHONE_DIGITS ? `${separator}${name}=${REMOVED}` : whole,
  );
}

/** True when the text holds something that looks like an e-mail address or phone number. */
export function holdsIdentity(text: string): boolean {
  return scrubText(text) !== text;
}

function scrubEmails(text: string): string {
  let scrubbed = '';
  let from = 0;
  for (const match of text.matchAll(EMAIL)) {
    const start = Math.max(from, match.index - match[1]!.length);
    scrubbed += text.slice(from, start) + REMOVED;
    from = match.index + match[0].length;
  }
  return scrubbed + text.slice(from);
}

const USER_INFO = /^([a-z]{1,10}:\/\/)[^/?#@]{1,256}@/i;

const PARAMETER = /([?&#;])([^=?&#;]{1,64})=([^&#;]*)/g;

/** Names of parameters that hold a phone number, whatever its form. */
const PHONE_NAME = /phone|telefon|msisdn|(?:^|[^a-z])(?:tel|mobile|cell|handy)(?:$|[^a-z])/i;

/** `?phone=Galaxy+S23` is a product. */
const MIN_PHONE_DIGITS = 7;

function digitsIn(value: string): number {
  return value.replace(/%[0-9a-f]{2}/gi, ' ').replace(/\D/g, '').length;
}
