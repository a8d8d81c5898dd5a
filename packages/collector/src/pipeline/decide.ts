import {
  type CapiEvent,
  type Consent,
  type Detail,
  MAX_EVENT_AGE_S,
  WITHDRAWAL_NAME,
} from '@uet-capi/protocol';
import { BOT, FILTERED } from '../store/held-back.ts';
import type { Memory, NewEvent, NewMemory, PersonKey, Route } from '../store/port.ts';
import { anonymise } from './anonymise.ts';
import { notAhead } from './clock.ts';
import { eventIdOf } from './event-id.ts';
import type { Facts } from './facts.ts';
import { fieldPath } from './field-errors.ts';
import { type Click, memoriesOf, memoryKeys, newestClick, rememberedConsent } from './memory.ts';
import { feedGoals } from './offline/feed-goals.ts';
import type { Prepared } from './prepare.ts';
import { splitRevenue } from './revenue.ts';
import { routeOf } from './route.ts';
import { SKIP_REASONS } from './skip-reasons.ts';

/** What becomes of one valid event. `withdrawnBy`: who refuses, so that what waits for them goes. */
export type Decision =
  | {
      kind: 'store';
      event: CapiEvent;
      events: NewEvent[];
      memories: NewMemory[];
      /** Why a rule of the site's own keeps it from being delivered. */
      filtered: string | undefined;
      withdrawnBy: PersonKey[];
    }
  /** Received and, by a rule, not stored. */
  | { kind: 'skip'; reason: string; withdrawnBy: PersonKey[] };

/** An event so close to its seven days could be refused on the way, ms. */
const EXPIRY_MARGIN_MS = 300_000;

/**
 * Consent, identity, id and route of an event that Microsoft's rules have passed.
 *
 * @param judged as cleaned by `checkEvent`
 * @param warnings the fields that were removed from it
 * @param memories what is remembered of the people it names; empty where nothing was asked
 */
export function decide(
  judged: CapiEvent,
  { refuses, notes }: Prepared,
  warnings: readonly Detail[],
  memories: readonly Memory[],
  facts: Facts,
): Decision {
  const { site, now } = facts;
  const event = notAhead(judged, now);
  const decided = decisionIn(event, warnings);
  const withdrawnBy = refuses ? refusingKeys(event, facts) : [];
  const denied = (decided ?? rememberedConsent(memories) ?? site.consent.server) === 'denied';
  if (denied && site.consent.whenDenied === 'drop') {
    return { kind: 'skip', reason: SKIP_REASONS.consent_denied, withdrawnBy };
  }
  if (denied && isWithdrawal(event, facts)) {
    return { kind: 'skip', reason: SKIP_REASONS.consent_withdrawn, withdrawnBy };
  }

  const click = denied ? undefined : clickOf(event, memories, facts);
  const throwaway = denied ? facts.newId() : '';
  const consented: CapiEvent = denied
    ? anonymise(event, throwaway, facts.clickParameter)
    : withConsent(event, click?.msclkid);
  const eventId = eventIdOf(consented, site, facts.newId);
  const complete = eventId === consented.eventId ? consented : { ...consented, eventId };
  const ruled = facts.rules(complete, event, {
    site: site.id,
    source: facts.source,
    consent: denied ? 'denied' : 'granted',
    receivedAt: now,
  });
  // A rule cannot give back what a refusal took.
  const final = denied ? anonymise(ruled.event, throwaway, facts.clickParameter) : ruled.event;
  // A browser without script gets a fresh visitor id each time: nobody comes back under it.
  const isNobody = denied || facts.source === 'noscript';
  const removed = warnings.map(
    ({ propertyName, errorMessage }) => `${fieldPath(propertyName)}: ${errorMessage}`,
  );
  const marks = facts.client?.bot === undefined ? [] : [`bot: ${facts.client.bot}`];
  const events = splitRevenue(final).map((piece): NewEvent => {
    const belongsToPage = final.eventType === 'pageLoad';
    const route =
      ruled.skipped === undefined
        ? routeOf(piece, belongsToPage, facts.source, site, now, facts.client?.bot)
        : { skipped: ruled.skipped };
    const isBot = facts.client?.bot !== undefined && 'skipped' in route;
    const prefix = ruled.skipped !== undefined ? FILTERED : isBot ? BOT : '';
    return toStore(piece, prefix, route, [...marks, ...notes, ...removed, ...ruled.notes], facts, isNobody);
  });
  const kept = final.userData.msclkid === undefined ? undefined : click;
  const isHeldBack = events.every(({ route }) => 'skipped' in route);
  const fed = denied || isHeldBack ? [] : feedGoals(final, kept, { site, source: facts.source, now });
  return {
    kind: 'store',
    event: final,
    events: [...events, ...fed],
    memories: isNobody ? [] : memoriesOf(final.userData, site.id, { consent: decided, click: kept }),
    filtered: ruled.skipped,
    withdrawnBy,
  };
}

/**
 * Under which keys a refusal counts. From a browser only under the visitor id: anybody could name
 * somebody else's customer number there.
 */
function refusingKeys({ userData }: CapiEvent, { client }: Facts): PersonKey[] {
  return memoryKeys(client ? { anonymousId: userData.anonymousId } : userData);
}

/** The event itself where nothing is missing, as most browsers' events: a copy costs as much as a rule. */
function withConsent(event: CapiEvent, msclkid = event.userData.msclkid): CapiEvent {
  const { adStorageConsent, userData } = event;
  if (adStorageConsent === 'G' && msclkid === userData.msclkid) return event;
  return { ...event, adStorageConsent: 'G', userData: msclkid ? { ...userData, msclkid } : userData };
}

/** The pixel's notice, see `WITHDRAWAL_NAME`; its events have ids. */
function isWithdrawal({ eventName, eventId }: CapiEvent, { source }: Facts): boolean {
  return source === 'pixel' && eventName === WITHDRAWAL_NAME && eventId === undefined;
}

/** The event's own word. One that cannot be read is no permission. */
function decisionIn({ adStorageConsent }: CapiEvent, warnings: readonly Detail[]): Consent | undefined {
  if (adStorageConsent !== undefined) return adStorageConsent === 'D' ? 'denied' : 'granted';
  const isUnreadable = warnings.some(({ propertyName }) => fieldPath(propertyName) === 'adStorageConsent');
  return isUnreadable ? 'denied' : undefined;
}

/** The event's click id; else that of its landing URL; else the newest that is remembered. */
function clickOf(
  event: CapiEvent,
  memories: readonly Memory[],
  { clickParameter, now }: Facts,
): Click | undefined {
  const msclkid = event.userData.msclkid ?? clickParameter.find(event.eventSourceUrl ?? '');
  return msclkid === undefined ? newestClick(memories, now) : { msclkid, clickedAt: event.eventTime * 1_000 };
}

/**
 * @param prefix of the id of a copy that is held back: the order that it speaks of may come on another
 *   way too, and must not pass for a duplicate of what was never sent
 */
function toStore(
  event: CapiEvent,
  prefix: string,
  route: Route,
  notes: string[],
  { site, source, now }: Facts,
  isNobody: boolean,
): NewEvent {
  const isHeld = !('skipped' in route) && route.held;
  return {
    site: site.id,
    tagId: site.tagId,
    name: event.eventName ?? '',
    eventId: `${prefix}${event.eventId}`,
    source,
    receivedAt: now,
    expiresAt: (event.eventTime + MAX_EVENT_AGE_S) * 1_000 - EXPIRY_MARGIN_MS,
    wire: JSON.stringify(event),
    keys: isNobody ? [] : memoryKeys(event.userData),
    ...(isHeld && event.pageLoadId !== undefined && { pageLoadId: event.pageLoadId }),
    notes,
    route,
  };
}
