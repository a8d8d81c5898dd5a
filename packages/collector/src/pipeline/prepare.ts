import { IDENTIFIERS, isRecord } from '@uet-capi/protocol';
import { correctTime } from './clock.ts';
import { readContext } from './context.ts';
import type { Facts } from './facts.ts';
import { leaveOutExcess } from './leave-out-excess.ts';
import { type Excess, excessOf } from './limits.ts';
import { type Fields, isGiven, mapText, normalise } from './normalise.ts';

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

/**
 * Corrects one event before Microsoft's rules judge it: forms of ids and hashes, identity out of
 * text, what the browser's request tells. Nothing is judged here, and the input is not changed.
 */
export function prepare(input: unknown, facts: Facts): Prepared {
  if (!isRecord(input)) return { event: input, refuses: false, notes: [] };
  const notes: string[] = [];
  const tooLarge = excessOf(input);
  const given = tooLarge && facts.client ? leaveOutExcess(input, notes) : input;
  const excess = given === input ? tooLarge : excessOf(given);
  if (excess) return { event: input, refuses: false, notes: [], excess };
  const event = { ...given };

  if (facts.client) takeFromBrowser(event, facts);
  else {
    takeFromContext(event, notes);
    mapText(event, 'adStorageConsent', consentCode);
  }
  if (facts.source === 'code') event.eventTime ??= Math.floor(facts.now / 1_000);

  const normal = normalise(event, facts.site, notes);
  return { event: normal, refuses: takeRefusal(normal, facts), notes };
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

/**
 * Whether somebody takes the consent back. Who refuses may name nobody: the pixel and its context then
 * have no ids. Microsoft demands an identifier all the same, so these get one that is thrown away.
 */
function takeRefusal(event: Fields, facts: Facts): boolean {
  if (event.adStorageConsent !== 'D') return false;
  const user = isRecord(event.userData) ? event.userData : {};
  if (namesSomebody(user, facts)) return true;
  // In a request that is Microsoft's own in every respect, Microsoft's rules find what is missing.
  if (facts.source === 'server' && !isGiven(event.context)) return true;
  event.userData = { ...user, anonymousId: facts.newId() };
  return false;
}

/** From a browser a refusal counts for the visitor alone, see `refusingKeys`. */
function namesSomebody(user: Fields, { client }: Facts): boolean {
  const identifiers = client ? (['anonymousId'] as const) : IDENTIFIERS;
  return identifiers.some((name) => isGiven(user[name]));
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
