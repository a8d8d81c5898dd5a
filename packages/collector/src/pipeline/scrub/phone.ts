import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { ESCAPE, REMOVED } from './email.ts';

/**
 * Phone numbers in text. Bare digits are order numbers and product ids far more often, so a number
 * is recognised by a form that nothing else has; in free text, by more of them than in an id.
 * Quantifiers are bounded and every search begins at a rare sign or at the first digit of a run.
 */

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
const BRACKETED = new RegExp(
  `(?:\\(|${ESCAPE}28)\\d{3}(?:\\)|${ESCAPE}29)${SEPARATOR}{0,2}\\d{3}${SEPARATOR}\\d{4}(?!\\d)`,
  'giu',
);

/** `tel:015112345678`: the scheme says what the digits are. */
const LINKED = new RegExp(
  `(?<![\\p{L}\\p{N}])(tel|sms|callto)(:|${ESCAPE}3A)\\+?\\d(?:${SEPARATOR}{0,2}\\d){5,14}(?!\\d)`,
  'giu',
);

/** `425-555-1234`, whose first two groups never begin with 0 or 1 (North American Numbering Plan). */
const GROUPED = /(?<![\p{L}\p{N}_-]|\d[. ])[2-9]\d{2}([-. ])[2-9]\d{2}\1\d{4}(?![\p{L}\p{N}_]|[-. ]\d)/gu;

/** `0049 151 12345678`: `00` for the `+`, and the country code by itself. */
const DIALLED = /(?<![\p{L}\p{N}.,-])00[1-9]\d{0,2}(?: \(?0?\)?\d{1,12}){1,5}(?!\d)/gu;

/**
 * What may be a number of the site's own country: begins with 0, or has groups. A twelve-digit UPC
 * that begins with 0 can be one too, and is then taken for it.
 */
const NATIONAL = /(?<![\p{L}\p{N}.,/_-])(?:\(?0|\d{2,4}[ .-])\d(?:[ ()/.-]{0,2}\d){6,11}(?![\p{L}\p{N}_-])/gu;

/** Shorter ones cannot be told from dates and prices. */
const MIN_NATIONAL_DIGITS = 9;

/** Asking the numbering plan costs some 20 µs; a text with more candidates is no text, and loses the rest. */
const MAX_LOOKUPS = 20;

/** The fewest digits in any of the forms above, one behind the other or between separators. */
const MAY_BE_GROUPED = /\d(?:[ ()/.-]{0,2}\d){8}/;

/** Cheap first looks: nearly all texts end there. */
const MAY_BE_INTERNATIONAL = /(?:\+|2b)\d/i;
const MAY_BE_BRACKETED = /(?:\(|28)\d{3}/;
const MAY_BE_LINKED = /(?:tel|sms|callto)(?::|%)/i;

/** Forms that nothing else has, in whatever kind of text. */
export function cutPhones(text: string): string {
  let cut = text;
  if (MAY_BE_INTERNATIONAL.test(cut)) cut = cut.replace(INTERNATIONAL, REMOVED);
  if (MAY_BE_BRACKETED.test(cut)) cut = cut.replace(BRACKETED, REMOVED);
  return MAY_BE_LINKED.test(cut) ? cut.replace(LINKED, `$1$2${REMOVED}`) : cut;
}

/**
 * The forms that only free text is searched for: in an id they could be something else.
 *
 * @param country ISO 3166; numbers as they are dialled there are recognised by its numbering plan
 */
export function cutWrittenPhones(text: string, country: string | undefined): string {
  if (!MAY_BE_GROUPED.test(text)) return text;
  const cut = text.replace(GROUPED, REMOVED).replace(DIALLED, REMOVED);
  if (country === undefined) return cut;
  let lookups = 0;
  return cut.replace(NATIONAL, (candidate) =>
    lookups++ >= MAX_LOOKUPS || isNational(candidate, country as CountryCode) ? REMOVED : candidate,
  );
}

/** True for a number that exists in the country's plan and is written as it is dialled there. */
function isNational(candidate: string, country: CountryCode): boolean {
  const digits = digitsOf(candidate);
  if (digits.length < MIN_NATIONAL_DIGITS) return false;
  const number = parsePhoneNumberFromString(candidate, country);
  return number?.isValid() === true && digitsOf(number.formatNational()) === digits;
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
