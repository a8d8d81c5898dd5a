import { asSha256, cleanClickId, isRecord } from '@uet-capi/protocol';
import { correctTime } from './clock.ts';
import { readContext } from './context.ts';
import type { Facts } from './facts.ts';
import { hashEmail, hashPhone } from './identify.ts';
import { type Excess, excessOf } from './limits.ts';
import { holdsIdentity, scrubText, scrubUrl } from './scrub.ts';

/** The event in Microsoft's terms, corrected as far as it can be, ready to be judged. */
export interface Prepared {
  /** Not yet checked: what could not be corrected is as it came. */
  event: unknown;
  /** Whether somebody takes back the consent, by the event's own word. */
  refuses: boolean;
  notes: string[];
  /** Too large to be worked on: nothing was corrected, and it is refused. */
  excess?: Excess;
}

type Fields = Record<string, unknown>;

/**
 * Corrects one event before Microsoft's rules judge it: forms of ids and hashes, identity out of
 * text, what the browser's request tells. Nothing is judged here, and the input is not changed.
 */
export function prepare(input: unknown, facts: Facts): Prepared {
  if (!isRecord(input)) return { event: input, refuses: false, notes: [] };
  const excess = excessOf(input);
  if (excess) return { event: input, refuses: false, notes: [], excess };
  const notes: string[] = [];
  const event = { ...input };

  if (facts.client) takeFromBrowser(event, facts);
  else {
    takeFromContext(event, notes);
    mapText(event, 'adStorageConsent', consentCode);
  }
  if (facts.source === 'code') event.eventTime ??= Math.floor(facts.now / 1_000);

  for (const name of ['eventId', 'eventName']) mapText(event, name, unchanged);
  if (isRecord(event.userData)) event.userData = prepareUser(event.userData, facts, notes);
  if (isRecord(event.customData)) event.customData = prepareCustom(event.customData);
  for (const name of ['eventSourceUrl', 'referrerUrl']) mapText(event, name, scrubUrl);
  for (const name of ['pageTitle', 'keywords']) mapText(event, name, scrubText);

  return { event, refuses: takeRefusal(event, facts), notes };
}

/** Browser routes: the request knows address and user agent; `consent` becomes Microsoft's field. */
function takeFromBrowser(event: Fields, { client, now, clockShiftMs }: Facts): void {
  event.adStorageConsent = event.consent === 'granted' && !client?.refuses ? 'G' : 'D';
  const userData = isRecord(event.userData) ? event.userData : {};
  event.userData = { ...userData, clientIpAddress: client?.ip, clientUserAgent: client?.userAgent };
  if (typeof event.eventTime === 'number') event.eventTime = correctTime(event.eventTime, clockShiftMs, now);
}

/** What the browser knew, for an event that the site's server reports. The event's own values win. */
function takeFromContext(event: Fields, notes: string[]): void {
  if (!isGiven(event.context)) return;
  const context = readContext(event.context);
  if (!context) {
    notes.push('context: not a context of this pixel, ignored');
    return;
  }
  const { anonymousId, msclkid, pageLoadId, consent } = context;
  const userData = isRecord(event.userData) ? event.userData : {};
  const own = Object.fromEntries(Object.entries(userData).filter(([, value]) => isGiven(value)));
  event.userData = { anonymousId, msclkid, ...own };
  if (!isGiven(event.pageLoadId)) event.pageLoadId = pageLoadId;
  if (consent && !isGiven(event.adStorageConsent)) event.adStorageConsent = consent;
}

/** Somebody who refuses is told from the event, and a browser's event then needs to name nobody. */
function takeRefusal(event: Fields, facts: Facts): boolean {
  if (event.adStorageConsent !== 'D') return false;
  const user = isRecord(event.userData) ? event.userData : {};
  // Microsoft demands an identifier; on server routes its absence is for Microsoft's rules to find.
  if (!facts.client || isGiven(user.anonymousId)) return true;
  event.userData = { ...user, anonymousId: facts.newId() };
  return false;
}

function prepareUser(input: Fields, { site }: Facts, notes: string[]): Fields {
  const { email, phone, ...user } = input;
  mapText(user, 'msclkid', (raw) => cleanClickId(raw.trim()) ?? raw);
  mapText(user, 'em', (raw) => asSha256(raw.trim()) ?? raw);
  mapText(user, 'ph', (raw) => asSha256(raw.trim()) ?? raw);
  addHash(user, 'em', email, hashEmail, notes);
  addHash(user, 'ph', phone, (raw) => hashPhone(raw, site.phoneCountry), notes);
  mapText(user, 'clientUserAgent', scrubText);
  for (const name of ['anonymousId', 'externalId']) {
    mapText(user, name, (raw) => {
      if (!holdsIdentity(raw)) return raw;
      notes.push(`userData.${name}: looked like an e-mail address or phone number, left out`);
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

function prepareCustom(input: Fields): Fields {
  const custom = { ...input };
  mapText(custom, 'transactionId', unchanged);
  mapText(custom, 'currency', (raw) => raw.trim().toUpperCase());
  mapText(custom, 'pageType', (raw) => raw.trim().toLowerCase());
  for (const name of ['searchTerm', 'eventCategory', 'eventLabel', 'ecommCategory']) {
    mapText(custom, name, scrubText);
  }
  if (Array.isArray(custom.items)) custom.items = custom.items.map((item) => mapTexts(item, ['id', 'name']));
  if (Array.isArray(custom.itemIds)) {
    custom.itemIds = custom.itemIds.map((id) => (typeof id === 'string' ? scrubText(toUnicode(id)) : id));
  }
  if (isRecord(custom.hotelData)) {
    const hotelData = { ...custom.hotelData };
    mapText(hotelData, 'partnerHotelId', scrubText);
    mapText(hotelData, 'bookingHref', scrubUrl);
    custom.hotelData = hotelData;
  }
  return custom;
}

function mapTexts(value: unknown, names: readonly string[]): unknown {
  if (!isRecord(value)) return value;
  const copy = { ...value };
  for (const name of names) mapText(copy, name, scrubText);
  return copy;
}

function mapText(fields: Fields, name: string, map: (text: string) => string | undefined): void {
  const value = fields[name];
  if (typeof value === 'string') fields[name] = map(toUnicode(value));
}

const LONE_SURROGATE = /\p{Surrogate}/gu;

const unchanged = (text: string) => text;

/**
 * Text that every database and JSON parser takes. Halves of a surrogate pair (an emoji that the page
 * cut in two) and the null character are not. Ids too: the tag's own copy cannot carry them at all.
 */
function toUnicode(text: string): string {
  return text.replace(LONE_SURROGATE, '\uFFFD').replaceAll('\0', '\uFFFD');
}

/** Microsoft's code for a decision in the words of consent banners; anything else as it came. */
function consentCode(raw: string): string | undefined {
  const word = raw.trim().toLowerCase();
  if (word === '') return undefined;
  return CONSENT_CODES.get(word) ?? raw;
}

const CONSENT_CODES = new Map([
  ['g', 'G'],
  ['granted', 'G'],
  ['d', 'D'],
  ['denied', 'D'],
]);

/** Templates leave empty text where they know nothing. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
