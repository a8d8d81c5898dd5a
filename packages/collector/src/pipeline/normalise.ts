import { asSha256, cleanClickId, isRecord } from '@uet-capi/protocol';
import type { Site } from '../config/config.ts';
import { toStorable } from '../storable-text.ts';
import { hashEmail, hashPhone } from './identify.ts';
import { scrubCode, scrubsFor } from './scrub/remember-clean.ts';
import { scrubId } from './scrub/scrub.ts';

export type Fields = Record<string, unknown>;

/**
 * An event with its ids and hashes in the form that Microsoft documents and no clear identity in any
 * text. Ids and names that both channels share stay as they are: `judge` refuses what they must not
 * hold.
 *
 * @param event the caller's own copy, which is changed; what lies in it is not
 * @param notes what was left out is written there
 */
export function normalise(event: Fields, site: Pick<Site, 'phoneCountry'>, notes: string[]): Fields {
  const { text, url } = scrubsFor(site.phoneCountry);
  mapTexts(event, ['eventId', 'eventName'], unchanged);
  mapTexts(event, ['eventSourceUrl', 'referrerUrl'], url);
  mapTexts(event, ['pageTitle', 'keywords'], text);
  if (isRecord(event.userData)) event.userData = normaliseUser(event.userData, site, notes);
  if (isRecord(event.customData)) event.customData = normaliseCustom(event.customData, text, url);
  return event;
}

/** As the pixel sends it: to take one apart and put it together again takes 4 µs. */
const CLEAN_CLICK_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const clickIdOf = (raw: string) => (CLEAN_CLICK_ID.test(raw) ? raw : (cleanClickId(raw.trim()) ?? raw));

function normaliseUser(input: Fields, site: Pick<Site, 'phoneCountry'>, notes: string[]): Fields {
  const { email, phone, ...user } = input;
  mapText(user, 'msclkid', clickIdOf);
  mapText(user, 'em', (raw) => asSha256(raw.trim()) ?? raw);
  mapText(user, 'ph', (raw) => asSha256(raw.trim()) ?? raw);
  addHash(user, 'em', email, hashEmail, notes);
  addHash(user, 'ph', phone, (raw) => hashPhone(raw, site.phoneCountry), notes);
  mapText(user, 'clientUserAgent', scrubCode);
  for (const name of ['anonymousId', 'externalId']) {
    mapText(user, name, (raw) => {
      if (scrubId(raw) === raw) return raw;
      notes.push(`userData.${name}: looked like an e-mail address, phone number or token, left out`);
      return undefined;
    });
  }
  return user;
}

/** Adds the hash of a clear value, unless the event came with the hash itself. */
function addHash(
  user: Fields,
  name: 'em' | 'ph',
  clear: unknown,
  hash: (raw: string) => string | undefined,
  notes: string[],
): void {
  const own = user[name];
  if (!isGiven(clear) || (typeof own === 'string' && asSha256(own) !== undefined)) return;
  const value = typeof clear === 'string' || typeof clear === 'number' ? hash(String(clear)) : undefined;
  if (value === undefined) notes.push(`userData.${name}: could not be normalised, left out`);
  else user[name] = value;
}

function normaliseCustom(
  input: Fields,
  text: (plain: string) => string,
  url: (plain: string) => string,
): Fields {
  const custom = { ...input };
  mapText(custom, 'transactionId', unchanged);
  mapText(custom, 'currency', (raw) => raw.trim().toUpperCase());
  mapText(custom, 'pageType', (raw) => raw.trim().toLowerCase());
  mapTexts(custom, ['searchTerm', 'eventCategory', 'eventLabel', 'ecommCategory'], text);
  if (Array.isArray(custom.items)) {
    custom.items = custom.items.map((item) => {
      if (!isRecord(item)) return item;
      const copy = { ...item };
      mapText(copy, 'id', scrubCode);
      mapText(copy, 'name', text);
      return copy;
    });
  }
  if (Array.isArray(custom.itemIds)) {
    custom.itemIds = custom.itemIds.map((id) => (typeof id === 'string' ? scrubCode(toStorable(id)) : id));
  }
  if (isRecord(custom.hotelData)) {
    const hotelData = { ...custom.hotelData };
    mapText(hotelData, 'partnerHotelId', scrubId);
    mapText(hotelData, 'bookingHref', url);
    custom.hotelData = hotelData;
  }
  return custom;
}

function mapTexts(fields: Fields, names: readonly string[], map: (text: string) => string): void {
  for (const name of names) mapText(fields, name, map);
}

export function mapText(fields: Fields, name: string, map: (text: string) => string | undefined): void {
  const value = fields[name];
  if (typeof value === 'string') fields[name] = map(toStorable(value));
}

const unchanged = (text: string) => text;

/** Templates leave empty text where they know nothing. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
