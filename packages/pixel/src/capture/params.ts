import type { PixelEvent } from '@uet-capi/protocol';
import type { EventParams } from '../api.ts';
import { say } from '../debug.ts';
import { attempt } from '../guard.ts';

/**
 * The page's parameters become `customData`: a fresh copy of the known fields, read once each, so
 * that cycles, throwing getters and later changes of the page's objects do no harm. What Microsoft
 * or its tag would refuse is left out here, for both channels alike.
 */

export type CustomData = NonNullable<PixelEvent['customData']>;

/** A longer text is a mistake of the page, and would crowd out the other events, characters. */
const MAX_TEXT = 131_072;

/** The highest number that the UET tag takes (`bat.js` throws above). */
const MAX_AMOUNT = 999_999_999_999;

/** More entries than any cart has. */
const MAX_ENTRIES = 1_000;

/** The UET tag throws on longer product ids, characters. */
const MAX_PRODUCT_ID = 50;

/** Hotel rates are kept for at most this many nights (`bat.js`). */
const MAX_NIGHTS = 30;

/** The cleaned value, or undefined when it is none of this kind. */
type Kind = (value: unknown) => unknown;

const text: Kind = (value) => {
  const words = typeof value === 'number' ? `${value}` : value;
  return typeof words === 'string' && words && words.length <= MAX_TEXT ? words : undefined;
};

/** Rounded as the tag cuts: to three decimals, so that both copies carry the same number. */
const amount: Kind = (value) => {
  const number = typeof value === 'string' && value.trim() ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && number <= MAX_AMOUNT
    ? Math.round(number * 1000) / 1000
    : undefined;
};

const whole: Kind = (value) => (Number.isInteger(amount(value)) ? amount(value) : undefined);

const nights: Kind = (value) => ((whole(value) as number) <= MAX_NIGHTS ? whole(value) : undefined);

const currency: Kind = (value) => matching(/^[a-z]{3}$/i, value, 'toUpperCase');

const pageType: Kind = (value) =>
  matching(/^(cart|category|home|other|product|purchase|searchresults)$/i, value, 'toLowerCase');

const date: Kind = (value) => matching(/^\d{4}-\d\d-\d\d$/, value);

const productId: Kind = (value) => {
  const id = text(value) as string | undefined;
  return id && id.length <= MAX_PRODUCT_ID ? id : undefined;
};

function matching(
  pattern: RegExp,
  value: unknown,
  form: 'toUpperCase' | 'toLowerCase' | 'toString' = 'toString',
) {
  return typeof value === 'string' && pattern.test(value) ? value[form]() : undefined;
}

/** The entries that are of this kind; undefined when there are none. */
function listOf(kind: Kind): Kind {
  return (value) => {
    const list = Array.isArray(value)
      ? value.slice(0, MAX_ENTRIES).map((entry) => attempt(() => kind(entry)))
      : [kind(value)];
    const kept = list.filter((entry) => entry !== undefined);
    return kept.length ? kept : undefined;
  };
}

/** The fields of the object that are of their kind; undefined when there are none. */
function objectOf(kinds: Record<string, Kind>, aliases: Record<string, string[]> = {}): Kind {
  return (value) => {
    if (!value || typeof value !== 'object') return undefined;
    const kept: Record<string, unknown> = {};
    for (const name in kinds) {
      for (const spelling of [name, snakeCase(name), ...(aliases[name] || [])]) {
        const given = attempt(() => (value as Record<string, unknown>)[spelling]);
        if (given == null || name in kept) continue;
        const clean = attempt(() => (kinds[name] as Kind)(given));
        if (clean === undefined) say('left out', name, given);
        else kept[name] = clean;
      }
    }
    return Object.keys(kept).length ? kept : undefined;
  };
}

/** `transactionId` is `transaction_id` to GA4 and to the UET tag. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const ITEM = objectOf(
  { id: text, name: text, price: amount, quantity: whole },
  { id: ['item_id', 'product_id'], name: ['item_name'] },
);

const HOTEL = objectOf({
  totalPrice: amount,
  basePrice: amount,
  checkinDate: date,
  checkoutDate: date,
  lengthOfStay: nights,
  partnerHotelId: text,
  bookingHref: text,
});

const KINDS = {
  eventCategory: text,
  eventLabel: text,
  eventValue: amount,
  value: amount,
  currency,
  transactionId: text,
  searchTerm: text,
  items: listOf(ITEM),
  itemIds: listOf(productId),
  pageType,
  ecommTotalValue: amount,
  ecommCategory: text,
  hotelData: HOTEL,
};

/** Segment's names for the same things. */
const SEGMENT = { transactionId: ['order_id'], value: ['total'], items: ['products'] };

/**
 * `customData` of what the page gave; empty when nothing of it is usable.
 *
 * @param segment Segment's names are read too
 */
export function cleanParams(params: EventParams | undefined, segment?: boolean): CustomData {
  return (objectOf(KINDS, segment ? SEGMENT : {})(params) || {}) as CustomData;
}
