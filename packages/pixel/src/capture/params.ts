import type { PixelEvent } from '@uet-capi/protocol';
import { attempt, read } from '../attempt.ts';
import { say } from '../debug.ts';

/**
 * The page's parameters become `customData`: a fresh copy of the known fields, read once each, so
 * that cycles, throwing getters and later changes of the page's objects do no harm. What Microsoft
 * or its tag would refuse is left out here, for both channels alike.
 */

export type CustomData = NonNullable<PixelEvent['customData']>;

/** A longer text, characters, is a mistake of the page: the tag cuts its whole beacon to this, and the collector refuses the event. */
const TEXT = /^.{1,4096}$/s;

/** The highest number that the UET tag takes (`bat.js` throws above). */
const MAX_AMOUNT = 999_999_999_999;

/** More entries than any cart has. */
const MAX_ENTRIES = 1_000;

/** The fields of `customData`, and those of what stands in it. A plural is a list of its singular. */
const FIELDS: Record<string, string> = {
  customData:
    'eventCategory eventLabel eventValue value currency transactionId searchTerm items itemIds pageType ecommTotalValue ecommCategory hotelData',
  item: 'id name price quantity',
  hotelData: 'totalPrice basePrice checkinDate checkoutDate lengthOfStay partnerHotelId bookingHref',
};

/** The fields that hold numbers, by parts of their names. */
const NUMBERS = /alue|rice|quan|Stay/;

const DATE = /^\d{4}-\d\d-\d\d$/;

/** What values of a certain form look like. The UET tag throws on longer product ids and on more nights. */
const FORMS: Record<string, RegExp> = {
  currency: /^[A-Z]{3}$/,
  pageType: /^(cart|category|home|other|product|purchase|searchresults)$/,
  itemId: /^.{1,50}$/s,
  quantity: /^\d+$/,
  lengthOfStay: /^([12]?\d|30)$/,
  checkinDate: DATE,
  checkoutDate: DATE,
  // As every name or id of an event: not blank, not longer than any is, not one number for all that are none, and
  // without the null characters that no database takes.
  transactionId: /^(?!NaN$)(?=\s*\S)[^\0]{1,255}$/,
};

/** Other names of fields, besides their own in snake case. A feature adds those that its site uses. */
export const aliases: Record<string, string[]> = { id: ['item_id', 'product_id'], name: ['item_name'] };

/** `transactionId` is `transaction_id` to GA4 and to the UET tag. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** The usable fields of an object; undefined when there are none. */
function pick(given: unknown, fields: string): Record<string, unknown> | undefined {
  let kept: Record<string, unknown> | undefined;
  for (const name of fields.split(' ')) {
    for (const spelling of [name, snakeCase(name), ...(aliases[name] || [])]) {
      const value = read(given, spelling);
      if (value == null || (kept && name in kept)) continue;
      const usable = clean(name, value);
      if (usable === undefined) say('left out', name, value);
      else kept = { ...kept, [name]: usable };
    }
  }
  return kept;
}

/** What is usable of a value; undefined when nothing is. */
function clean(name: string, value: unknown): unknown {
  return attempt(() => {
    if (/^item.*s$/.test(name)) {
      const kept = ([] as unknown[])
        .concat(value)
        .slice(0, MAX_ENTRIES)
        .map((entry) => clean(name.slice(0, -1), entry))
        .filter((entry) => entry !== undefined);
      return kept[0] && kept;
    }
    if (FIELDS[name]) return pick(value, FIELDS[name]);
    // No form takes the empty text.
    let usable: unknown = '';
    if (NUMBERS.test(name)) {
      const number = /\d/.test(value as string) ? +(value as string) : -1;
      // Rounded as the tag cuts: to three decimals, so that both copies carry the same number.
      if (number >= 0 && number <= MAX_AMOUNT) usable = Math.round(number * 1000) / 1000;
    } else if (/number|string/.test(typeof value)) {
      usable = `${value}`;
      if (name === 'currency') usable = (usable as string).toUpperCase();
      if (name === 'pageType') usable = (usable as string).toLowerCase();
    }
    // Encoding throws where an emoji was cut in two. In the tag that would end its replay.
    return (FORMS[name] || TEXT).test(usable as string) && encodeURI(usable as string) ? usable : undefined;
  });
}

/** `customData` of what the page gave; empty when nothing of it is usable. */
export function cleanParams(params: unknown): CustomData {
  return pick(params, FIELDS.customData as string) || {};
}

/** A usable event name or id, or undefined. */
export function asName(value: unknown): string | undefined {
  return clean('transactionId', value) as string | undefined;
}
