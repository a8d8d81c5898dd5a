import { cutBase64 } from './base64.ts';
import { cutEmails, REMOVED } from './email.ts';
import { cutPhones, cutWrittenPhones } from './phone.ts';
import { cutSecrets } from './secret.ts';
import { uncover, unescapeHtml } from './uncover.ts';

/**
 * Clear e-mail addresses, phone numbers and tokens in text that is about something else: an address
 * typed into a search box, `?email=` in a thank-you URL. They are cut out before anything is stored.
 *
 * First what stands there openly is cut out exactly. Then the text is read with its escapes undone;
 * where something shows that was hidden, the piece that hides it goes.
 *
 * Not recognised: numbers without any sign of what they are (`4915112345678`), addresses spelled
 * out (`john at contoso`), names of people, and what is encrypted, compressed or cut in two.
 */

/** An id: only forms that nothing else has are cut out. */
export function scrubId(id: string): string {
  if (HEX.test(id)) return id;
  return withoutHidden(id, cutCertain);
}

/**
 * Free text.
 *
 * @param country ISO 3166; phone numbers as they are dialled there are recognised too
 */
export function scrubText(text: string, country?: string): string {
  return withoutHidden(text, (plain) => cutWrittenPhones(cutCertain(plain), country));
}

/**
 * An address, without the user's name and password in front of the host. Parameters are free text,
 * but digits alone are taken for a phone number only where the parameter is a search.
 *
 * @param country as for `scrubText`
 */
export function scrubUrl(url: string, country?: string): string {
  const certain = cutCertain(url.includes('@') ? url.replace(USER_INFO, '$1') : url);
  const open = MAY_BE_WRITTEN.test(certain)
    ? certain.replace(PARAMETER, (whole, start, name, value) => {
        const plain = uncover(value).replaceAll('+', ' ');
        const isText = SEARCH_NAME.test(name) || !ONLY_DIGITS.test(plain);
        return isText && cutWrittenPhones(plain, country) !== plain ? start + REMOVED : whole;
      })
    : certain;
  if (!hides(open)) return open;
  const pieces = cutCertain(unescapeHtml(open)).replace(PIECE, (piece) => (hides(piece) ? REMOVED : piece));
  return hides(pieces) ? cutCertain(uncover(pieces)) : pieces;
}

/** Where the cut leaves nothing that shows under a cover, exact; else the uncovered text, cut. */
function withoutHidden(text: string, cut: (plain: string) => string): string {
  const open = cut(text);
  const plain = uncover(open);
  const scrubbed = plain === open ? plain : cut(plain);
  return scrubbed === plain ? open : scrubbed;
}

function hides(covered: string): boolean {
  const plain = uncover(covered);
  return plain !== covered && cutCertain(plain) !== plain;
}

/** Forms that nothing else has, in whatever kind of text. */
function cutCertain(text: string): string {
  return cutBase64(cutPhones(cutEmails(cutSecrets(text))));
}

/** UUIDs, hashes and bare numbers, which are most ids: without a sign or a capital none of the forms can be there. */
const HEX = /^[0-9a-f-]*$/;

const USER_INFO = /^([a-z]{1,10}:\/\/)[^/?#@]{1,256}@/i;

/** Nine digits, as the shortest written phone number has, between separators or their escapes. */
const MAY_BE_WRITTEN = /\d(?:(?:[ ()/.+-]|%2\w){0,2}\d){8}/;

const PARAMETER = /([?&#;]([^=?&#;]{1,64})=)([^&#;]+)/g;

/** What stands between the signs of an address. */
const PIECE = /[^/?#&;=\s]+/g;

/** Names of parameters that hold what a visitor typed into a search box. */
const SEARCH_NAME = /^(?:q|s|k|query|search|term|text|keywords?|suche?)$|search/i;

const ONLY_DIGITS = /^\d+$/;
