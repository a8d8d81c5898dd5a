import { asSha256, cleanClickId, isRecord } from '@uet-capi/protocol';
import { anonymise } from './anonymise.ts';
import { correctTime } from './clock.ts';
import { readContext } from './context.ts';
import type { Facts } from './facts.ts';
import { hashEmail, hashPhone } from './identify.ts';
import { scrubText, scrubUrl } from './scrub.ts';

/** The event in Microsoft's terms, corrected as far as it can be, ready to be judged. */
export interface Prepared {
  /** Not yet checked: what could not be corrected is as it came. */
  event: unknown;
  /** The visitor who refuses, by the event's own word. The event itself may no longer name them. */
  refusedBy: string | undefined;
  notes: string[];
}

type Fields = Record<string, unknown>;

/**
 * Corrects one event before Microsoft's rules judge it: forms of ids and hashes, identity out of
 * text, what the browser's request tells. Nothing is judged here, and the input is not changed.
 */
export function prepare(input: unknown, facts: Facts): Prepared {
  if (!isRecord(input)) return { event: input, refusedBy: undefined, notes: [] };
  const notes: string[] = [];
  const event = { ...input };

  if (facts.client) takeFromBrowser(event, facts);
  if (facts.source === 'code') event.eventTime ??= Math.floor(facts.now / 1_000);
  takeFromContext(event, notes);

  if (isRecord(event.userData ?? {})) event.userData = prepareUser(event.userData as Fields, facts, notes);
  if (isRecord(event.customData)) event.customData = prepareCustom(event.customData);
  for (const name of ['eventSourceUrl', 'referrerUrl']) mapText(event, name, scrubUrl);
  for (const name of ['pageTitle', 'keywords']) mapText(event, name, scrubText);

  const visitor = event.adStorageConsent === 'D' ? given(event.userData).anonymousId : undefined;
  return {
    // A refusing browser names nobody, so the identifier that Microsoft demands is made up here.
    // On server routes its absence is for Microsoft's rules to find.
    event: facts.client && event.adStorageConsent === 'D' ? anonymise(event, facts.newId()) : event,
    refusedBy: typeof visitor === 'string' && visitor !== '' ? visitor : undefined,
    notes,
  };
}

/** Browser routes: the request knows address and user agent; `consent` becomes Microsoft's field. */
function takeFromBrowser(event: Fields, { client, now, clockShiftMs }: Facts): void {
  event.adStorageConsent = event.consent === 'granted' ? 'G' : 'D';
  const userData = isRecord(event.userData) ? event.userData : {};
  event.userData = { ...userData, clientIpAddress: client?.ip, clientUserAgent: client?.userAgent };
  if (typeof event.eventTime === 'number') event.eventTime = correctTime(event.eventTime, clockShiftMs, now);
}

/** What the browser knew, for an event that the site's server reports. The event's own values win. */
function takeFromContext(event: Fields, notes: string[]): void {
  if (event.context === undefined || event.context === null) return;
  const context = readContext(event.context);
  if (!context) {
    notes.push('context: not a context of this pixel, ignored');
    return;
  }
  const { anonymousId, msclkid, pageLoadId, consent } = context;
  event.userData = { anonymousId, msclkid, ...given(event.userData) };
  event.pageLoadId ??= pageLoadId;
  if (consent) event.adStorageConsent ??= consent === 'granted' ? 'G' : 'D';
}

function given(value: unknown): Fields {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).filter(([, v]) => v != null)) : {};
}

function prepareUser(input: Fields | undefined, { site }: Facts, notes: string[]): Fields {
  const { email, phone, ...user } = { ...input };
  mapText(user, 'msclkid', (raw) => cleanClickId(raw.trim()) ?? raw);
  mapText(user, 'em', (raw) => asSha256(raw.trim()) ?? raw);
  mapText(user, 'ph', (raw) => asSha256(raw.trim()) ?? raw);
  if (email != null) addHash(user, 'em', hashEmail(String(email)), notes);
  if (phone != null) addHash(user, 'ph', hashPhone(String(phone), site.phoneCountry), notes);
  for (const name of ['anonymousId', 'externalId']) {
    mapText(user, name, (raw) => {
      if (scrubText(raw) === raw) return raw;
      notes.push(`userData.${name}: looked like an e-mail address or phone number, left out`);
      return undefined;
    });
  }
  return user;
}

function addHash(user: Fields, name: 'em' | 'ph', value: string | undefined, notes: string[]): void {
  if (value === undefined) notes.push(`userData.${name}: could not be normalised, left out`);
  else user[name] ??= value;
}

function prepareCustom(input: Fields): Fields {
  const custom = { ...input };
  mapText(custom, 'currency', (raw) => raw.trim().toUpperCase());
  mapText(custom, 'pageType', (raw) => raw.trim().toLowerCase());
  for (const name of ['searchTerm', 'eventCategory', 'eventLabel', 'ecommCategory']) {
    mapText(custom, name, scrubText);
  }
  if (Array.isArray(custom.items)) {
    custom.items = custom.items.map((item) => {
      if (!isRecord(item)) return item;
      const copy = { ...item };
      mapText(copy, 'name', scrubText);
      return copy;
    });
  }
  if (isRecord(custom.hotelData)) {
    const hotelData = { ...custom.hotelData };
    mapText(hotelData, 'bookingHref', scrubUrl);
    custom.hotelData = hotelData;
  }
  return custom;
}

function mapText(fields: Fields, name: string, map: (text: string) => string | undefined): void {
  const value = fields[name];
  if (typeof value === 'string') fields[name] = map(value);
}
