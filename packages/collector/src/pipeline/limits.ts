import { isRecord } from '@uet-capi/protocol';

/**
 * How large an event may be. Microsoft documents no limits of length or number, so these are ours:
 * far above what real events hold, and low enough that no event crowds out others, in memory, in an
 * index or in a request to Microsoft.
 */

/**
 * Ids, names, codes: characters. As the pixel limits its names; and a key of three (tag, name, id)
 * in UTF-8 stays below the 2,704 bytes that an index entry of PostgreSQL can have.
 */
export const MAX_ID_CHARS = 255;

/** Titles, labels, search terms: characters. A whole beacon of the UET tag's is cut to as many. */
const MAX_TEXT_CHARS = 4_096;

/** Addresses: characters. Web servers refuse longer request lines (nginx and Apache: 8 kB). */
export const MAX_URL_CHARS = 8_192;

/** Entries of `items` and of `itemIds`, as many as the pixel sends; GA4 takes 200. */
export const MAX_ITEMS = 1_000;

/** All texts of an event together, characters: 1,000 items with long names, four such events a megabyte. */
const MAX_EVENT_CHARS = 262_144;

/** What is beyond a limit. */
export interface Excess {
  /** Relative to the event; empty: the event as a whole. */
  path: string;
  code: 'TooLong' | 'TooMany' | 'TooLarge';
  message: string;
}

export type Limits = readonly (readonly [name: string, maxChars: number])[];

const all = (maxChars: number, ...names: string[]) => names.map((name) => [name, maxChars] as const);

/*
 * Fields that Microsoft's rules already bound (hashes, UUIDs, addresses, codes, dates) are in none of these
 * lists: what is too long there is no such value, and costs the event no more than it does at Microsoft.
 */

export const EVENT_LIMITS: Limits = [
  ...all(MAX_ID_CHARS, 'eventId', 'eventName'),
  ...all(MAX_URL_CHARS, 'eventSourceUrl', 'referrerUrl'),
  ...all(MAX_TEXT_CHARS, 'pageTitle', 'keywords'),
];

export const USER_DATA_LIMITS: Limits = [
  ...all(MAX_ID_CHARS, 'anonymousId', 'externalId', 'email', 'phone'),
  ...all(MAX_TEXT_CHARS, 'clientUserAgent'),
];

export const CUSTOM_DATA_LIMITS: Limits = [
  ...all(MAX_ID_CHARS, 'transactionId'),
  ...all(MAX_TEXT_CHARS, 'eventCategory', 'eventLabel', 'searchTerm', 'ecommCategory'),
];

export const HOTEL_DATA_LIMITS: Limits = [
  ...all(MAX_ID_CHARS, 'partnerHotelId'),
  ...all(MAX_URL_CHARS, 'bookingHref'),
];

export const ITEM_LIMITS: Limits = [...all(MAX_ID_CHARS, 'id'), ...all(MAX_TEXT_CHARS, 'name')];

/**
 * The first thing about an event that is beyond a limit. It looks at known fields only (unknown
 * ones are never kept) and no deeper than they lie, so that its cost does not grow with the input.
 */
export function excessOf(event: Record<string, unknown>): Excess | undefined {
  let chars = 0;
  const measure = (text: unknown, limit: number, path: string): Breach | undefined => {
    if (typeof text !== 'string') return undefined;
    chars += text.length;
    return text.length > limit ? { path, code: 'TooLong', limit } : undefined;
  };
  const measureFields = (value: unknown, limits: Limits): Breach | undefined => {
    if (!isRecord(value)) return undefined;
    for (const [name, limit] of limits) {
      const breach = measure(value[name], limit, name);
      if (breach) return breach;
    }
    return undefined;
  };
  const measureList = (
    list: unknown,
    path: string,
    measureOne: (entry: unknown) => Breach | undefined,
  ): Breach | undefined => {
    if (!Array.isArray(list)) return undefined;
    if (list.length > MAX_ITEMS) return { path, code: 'TooMany', limit: MAX_ITEMS };
    for (const [index, entry] of list.entries()) {
      const breach = measureOne(entry);
      if (breach) return within(`${path}[${index}]`, breach);
    }
    return undefined;
  };

  const custom = isRecord(event.customData) ? event.customData : {};
  const breach =
    measureFields(event, EVENT_LIMITS) ??
    within('userData', measureFields(event.userData, USER_DATA_LIMITS)) ??
    within('customData', measureFields(custom, CUSTOM_DATA_LIMITS)) ??
    within('customData.hotelData', measureFields(custom.hotelData, HOTEL_DATA_LIMITS)) ??
    measureList(custom.items, 'customData.items', (item) => measureFields(item, ITEM_LIMITS)) ??
    measureList(custom.itemIds, 'customData.itemIds', (id) => measure(id, MAX_ID_CHARS, '')) ??
    (chars > MAX_EVENT_CHARS ? { path: '', code: 'TooLarge', limit: MAX_EVENT_CHARS } : undefined);
  return breach && describe(breach);
}

/** An excess before it is put into words: that costs more than to find that there is none. */
type Breach = Omit<Excess, 'message'> & { limit: number };

function within(parent: string, breach: Breach | undefined): Breach | undefined {
  return breach && { ...breach, path: breach.path === '' ? parent : `${parent}.${breach.path}` };
}

function describe({ path, code, limit }: Breach): Excess {
  const messages = {
    TooLong: `'${path}' must not be longer than ${limit} characters.`,
    TooMany: `'${path}' must not have more than ${limit} entries.`,
    TooLarge: `All texts of an event together must not be longer than ${limit} characters.`,
  };
  return { path, code, message: messages[code] };
}
