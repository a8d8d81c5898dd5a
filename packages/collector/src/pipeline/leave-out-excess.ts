import { isRecord } from '@uet-capi/protocol';
import {
  CUSTOM_DATA_LIMITS,
  EVENT_LIMITS,
  excessOf,
  HOTEL_DATA_LIMITS,
  ITEM_LIMITS,
  type Limits,
  MAX_ID_CHARS,
  MAX_ITEMS,
  MAX_URL_CHARS,
  USER_DATA_LIMITS,
} from './limits.ts';
import type { Fields } from './normalise.ts';

/** What both channels must say alike: without one of these it would be another event. */
const KEYS = new Set(['eventId', 'eventName', 'transactionId']);

/**
 * A browser's event without what is beyond a limit, each with a note: nobody is there to hear of a
 * refusal, and a conversion is worth more than the title of its page or the id of a product. Texts
 * are not cut, since half of an e-mail address would no longer be found as one; an address loses its
 * query as a whole. Keys stay as they are, and then the event is refused.
 */
export function leaveOutExcess(input: Fields, notes: string[]): Fields {
  const event = fit(input, EVENT_LIMITS, '', notes);
  if (isRecord(event.userData)) event.userData = fit(event.userData, USER_DATA_LIMITS, 'userData.', notes);
  if (!isRecord(event.customData)) return event;

  const custom = fit(event.customData, CUSTOM_DATA_LIMITS, 'customData.', notes);
  event.customData = custom;
  if (isRecord(custom.hotelData)) {
    custom.hotelData = fit(custom.hotelData, HOTEL_DATA_LIMITS, 'customData.hotelData.', notes);
  }
  if (Array.isArray(custom.items)) {
    custom.items = firstOf(custom.items, 'customData.items', notes).map((item) =>
      isRecord(item) ? fit(item, ITEM_LIMITS, 'customData.items[].', notes) : item,
    );
  }
  if (Array.isArray(custom.itemIds)) {
    custom.itemIds = firstOf(custom.itemIds, 'customData.itemIds', notes).filter((id) => {
      const isTooLong = typeof id === 'string' && id.length > MAX_ID_CHARS;
      if (isTooLong) note(notes, 'customData.itemIds[]', `longer than ${MAX_ID_CHARS} characters, left out`);
      return !isTooLong;
    });
  }

  if (excessOf(event)?.code === 'TooLarge') {
    delete custom.items;
    note(notes, 'customData.items', 'the event was too large, left out');
  }
  return event;
}

/** A copy without the texts that are too long. */
function fit(fields: Fields, limits: Limits, prefix: string, notes: string[]): Fields {
  const kept = { ...fields };
  for (const [name, maxChars] of limits) {
    const text = kept[name];
    if (typeof text !== 'string' || text.length <= maxChars || KEYS.has(name)) continue;
    const page = maxChars === MAX_URL_CHARS ? withoutQuery(text) : text;
    if (page.length <= maxChars) {
      kept[name] = page;
      note(notes, prefix + name, `longer than ${maxChars} characters, its query left out`);
    } else {
      delete kept[name];
      note(notes, prefix + name, `longer than ${maxChars} characters, left out`);
    }
  }
  return kept;
}

function withoutQuery(url: string): string {
  return url.replace(/[?#].*/s, '');
}

function firstOf(list: unknown[], path: string, notes: string[]): unknown[] {
  if (list.length > MAX_ITEMS) note(notes, path, `more than ${MAX_ITEMS} entries, the others left out`);
  return list.slice(0, MAX_ITEMS);
}

/** Once, however many entries of a list it is about. */
function note(notes: string[], path: string, what: string): void {
  const text = `${path}: ${what}`;
  if (!notes.includes(text)) notes.push(text);
}
