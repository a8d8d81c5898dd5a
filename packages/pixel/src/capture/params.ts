import type { PixelEvent } from '@uet-capi/protocol';
import { say } from '../debug.ts';
import { attempt } from '../guard.ts';

/**
 * The page's parameters become `customData`: a fresh copy of the known fields, read once each, so
 * that cycles, throwing getters and later changes of the page's objects do no harm. What Microsoft
 * or its tag would refuse is left out here, for both channels alike.
 */

export type CustomData = NonNullable<PixelEvent['customData']>;

/** A longer text is a mistake of the page: the tag cuts its whole beacon to this, and the collector refuses the event, characters. */
const MAX_TEXT = 4_096;

/** The highest number that the UET tag takes (`bat.js` throws above). */
const MAX_AMOUNT = 999_999_999_999;

/** Hotel rates are kept for at most this many nights (`bat.js`). */
const MAX_NIGHTS = 30;

/** More entries than any cart has. */
const MAX_ENTRIES = 1_000;

const FIELDS =
  'eventCategory eventLabel eventValue value currency transactionId searchTerm items itemIds pageType ecommTotalValue ecommCategory hotelData';

/** The fields of the lists and objects among them. */
const INNER: Record<string, string> = {
  items: 'id name price quantity',
  itemIds: '',
  hotelData: 'totalPrice basePrice checkinDate checkoutDate lengthOfStay partnerHotelId bookingHref',
};

/** The fields that hold numbers, by parts of their names, and those that hold whole ones. */
const NUMBERS = /alue|rice|quan|Stay/;
const WHOLE = /quan|Stay/;

/** What texts of a certain form look like. The UET tag throws on longer product ids. */
const FORMS: Record<string, RegExp> = {
  currency: /^[a-z]{3}$/i,
  pageType: /^(cart|category|home|other|product|purchase|searchresults)$/i,
  itemIds: /^.{1,50}$/s,
  checkinDate: /^\d{4}-\d\d-\d\d$/,
  // A name or an id, which stand beside `customData`: not blank, and not longer than any is.
  name255: /^(?=\s*\S).{1,255}$/s,
};
FORMS.checkoutDate = FORMS.checkinDate as RegExp;

/** Other names of fields, besides their own in snake case. A feature adds those that its site uses. */
export const aliases: Record<string, string[]> = { id: ['item_id', 'product_id'], name: ['item_name'] };

/** `transactionId` is `transaction_id` to GA4 and to the UET tag. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A text or number as text; undefined when it is neither, too long, or not of the field's form. */
function cleanText(name: string, value: unknown): string | undefined {
  const text = typeof value === 'number' ? `${value}` : value;
  if (typeof text !== 'string' || !text || text.length > MAX_TEXT) return;
  const form = FORMS[name];
  if (!form || form.test(text))
    return name === 'currency' ? text.toUpperCase() : name === 'pageType' ? text.toLowerCase() : text;
}

/** Rounded as the tag cuts: to three decimals, so that both copies carry the same number. */
function cleanNumber(name: string, value: unknown): number | undefined {
  const number = /\d/.test(value as string) ? +(value as string) : -1;
  const max = name === 'lengthOfStay' ? MAX_NIGHTS : MAX_AMOUNT;
  if (number >= 0 && number <= max && !(WHOLE.test(name) && number % 1))
    return Math.round(number * 1000) / 1000;
}

function clean(name: string, value: unknown): unknown {
  const fields = INNER[name];
  const one = (entry: unknown) =>
    attempt(() =>
      fields ? pick(entry, fields) : NUMBERS.test(name) ? cleanNumber(name, entry) : cleanText(name, entry),
    );
  if (!/^items|^itemIds/.test(name)) return one(value);
  const kept = (Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : [value])
    .map(one)
    .filter((entry) => entry !== undefined);
  return kept[0] && kept;
}

/** The usable fields of an object; undefined when there are none. */
function pick(given: unknown, fields: string): Record<string, unknown> | undefined {
  let kept: Record<string, unknown> | undefined;
  for (const name of fields.split(' ')) {
    for (const spelling of [name, snakeCase(name), ...(aliases[name] || [])]) {
      const value = attempt(() => (given as Record<string, unknown>)[spelling]);
      if (value == null || (kept && name in kept)) continue;
      const usable = clean(name, value);
      if (usable === undefined) say('left out', name, value);
      else kept = { ...kept, [name]: usable };
    }
  }
  return kept;
}

/** `customData` of what the page gave; empty when nothing of it is usable. */
export function cleanParams(params: unknown): CustomData {
  return pick(params, FIELDS) || {};
}

/** A usable event name or id, or undefined. */
export function asName(value: unknown): string | undefined {
  return cleanText('name255', value);
}
