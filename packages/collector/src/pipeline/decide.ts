import { type CapiEvent, cleanClickId, type Detail, MAX_EVENT_AGE_S } from '@uet-capi/protocol';
import type { Memory, NewEvent, NewMemory, Route } from '../store/port.ts';
import { anonymise } from './anonymise.ts';
import { eventIdOf } from './event-id.ts';
import type { Facts } from './facts.ts';
import { fieldPath } from './field-errors.ts';
import { memoriesOf, newestClick, rememberedConsent } from './memory.ts';
import type { Prepared } from './prepare.ts';
import { splitRevenue } from './revenue.ts';
import { routeOf } from './route.ts';

/** What becomes of one valid event. `withdrawnBy`: a visitor who refuses, so that what waits for them goes. */
export type Decision =
  | {
      kind: 'store';
      event: CapiEvent;
      events: NewEvent[];
      memories: NewMemory[];
      withdrawnBy: string | undefined;
    }
  /** Received and, by a rule, not stored. */
  | { kind: 'skip'; reason: string; withdrawnBy: string | undefined };

/** An event so close to its seven days could be refused on the way, ms. */
const EXPIRY_MARGIN_MS = 300_000;

/**
 * Consent, identity, id and route of an event that Microsoft's rules have passed.
 *
 * @param event as cleaned by `checkEvent`
 * @param warnings the fields that were removed from it
 * @param memories what is remembered of the people it names; empty where nothing was asked
 */
export function decide(
  event: CapiEvent,
  { refusedBy, notes }: Prepared,
  warnings: readonly Detail[],
  memories: readonly Memory[],
  facts: Facts,
): Decision {
  const { site, now } = facts;
  const denied = isDenied(event, memories, facts);
  if (denied && site.consent.whenDenied === 'drop') {
    return { kind: 'skip', reason: 'consent denied', withdrawnBy: refusedBy };
  }

  const consented: CapiEvent = denied
    ? facts.client
      ? event
      : anonymise(event, facts.newId())
    : { ...event, adStorageConsent: 'G', userData: withClick(event, memories) };
  const complete = { ...consented, eventId: eventIdOf(consented, site, facts.newId) };
  const pieces = splitRevenue(complete);
  const removed = warnings.map(
    ({ propertyName, errorMessage }) => `${fieldPath(propertyName)}: ${errorMessage}`,
  );
  const events = pieces.map((piece): NewEvent => {
    const belongsToPage = complete.eventType === 'pageLoad';
    return toStore(
      piece,
      routeOf(piece, belongsToPage, facts.source, site, now),
      [...notes, ...removed],
      facts,
      denied,
    );
  });
  return {
    kind: 'store',
    event: complete,
    events,
    memories: denied ? [] : memoriesOf(consented, site.id, now),
    withdrawnBy: refusedBy,
  };
}

/** The event's own word; else, on server routes, what the visitor decided before; else the setting. */
function isDenied(event: CapiEvent, memories: readonly Memory[], { site }: Facts): boolean {
  if (event.adStorageConsent !== undefined) return event.adStorageConsent === 'D';
  return (rememberedConsent(memories) ?? site.consent.server) === 'denied';
}

/** The event's click id; else that of its landing URL; else the newest that is remembered. */
function withClick(event: CapiEvent, memories: readonly Memory[]): CapiEvent['userData'] {
  const msclkid = event.userData.msclkid ?? clickOfUrl(event.eventSourceUrl) ?? newestClick(memories);
  return msclkid === undefined ? event.userData : { ...event.userData, msclkid };
}

function clickOfUrl(url: string | undefined): string | undefined {
  const raw = /[?&#]msclkid=([^&#]*)/i.exec(url ?? '')?.[1];
  return raw === undefined ? undefined : cleanClickId(raw);
}

function toStore(event: CapiEvent, route: Route, notes: string[], facts: Facts, denied: boolean): NewEvent {
  const { site, source, now } = facts;
  const visitor = denied ? undefined : event.userData.anonymousId;
  return {
    site: site.id,
    tagId: site.tagId,
    name: event.eventName ?? '',
    eventId: event.eventId as string,
    source,
    receivedAt: now,
    expiresAt: (event.eventTime + MAX_EVENT_AGE_S) * 1_000 - EXPIRY_MARGIN_MS,
    wire: JSON.stringify(event),
    ...(visitor !== undefined && { visitor }),
    ...(event.pageLoadId !== undefined && { pageLoadId: event.pageLoadId }),
    notes,
    route,
  };
}
