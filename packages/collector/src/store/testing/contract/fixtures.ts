import type {
  Arrivals,
  ClaimRequest,
  EventView,
  NewEvent,
  PruneLimits,
  StateCount,
  Store,
} from '../../port.ts';

/** Some moment, ms. */
export const NOW = 1_790_000_000_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const DESTINATION = 'uet-capi:1234';

export function newEvent(eventId: string, given: Partial<NewEvent> = {}): NewEvent {
  return {
    site: 'shop',
    tagId: '1234',
    name: 'purchase',
    eventId,
    source: 'pixel',
    receivedAt: NOW,
    expiresAt: NOW + 7 * DAY_MS,
    wire: JSON.stringify({ eventName: 'purchase', eventId }),
    notes: [],
    keys: [],
    route: { destination: DESTINATION, dueAt: NOW, held: false },
    ...given,
  };
}

/** A page load that waits for the tag's report. */
export function heldPageLoad(pageLoadId: string, given: Partial<NewEvent> = {}): NewEvent {
  return newEvent(`${pageLoadId}-load`, {
    name: '',
    pageLoadId,
    route: { destination: DESTINATION, dueAt: NOW + 10_000, held: true },
    ...given,
  });
}

export function arrivals(given: Partial<Arrivals>): Arrivals {
  return { now: NOW, events: [], tagPageLoads: [], memories: [], withdrawals: [], ...given };
}

export function append(store: Store, ...events: NewEvent[]) {
  return store.append(arrivals({ events }));
}

let leases = 0;

export function claimRequest(given: Partial<ClaimRequest> = {}): ClaimRequest {
  return {
    destination: DESTINATION,
    now: NOW,
    maxEvents: 1_000,
    maxBytes: 1_000_000,
    leaseUntil: (given.now ?? NOW) + 60_000,
    lease: `lease-${++leases}`,
    ...given,
  };
}

/** Claims, and gives the event ids that were got. */
export async function claimIds(store: Store, given: Partial<ClaimRequest> = {}): Promise<string[]> {
  const { events } = await store.claim(claimRequest(given));
  return events.map(({ wire }) => (JSON.parse(wire) as { eventId: string }).eventId);
}

/** The one event with this id. */
export async function view(store: Store, eventId: string): Promise<EventView> {
  const found = await store.find({ eventId, limit: 2 });
  if (found.length !== 1) throw new Error(`${found.length} events with the id ${eventId}`);
  return found[0]!;
}

/** The states as pairs, for a store with one site and destination. */
export function countsOf(states: readonly StateCount[]): Record<string, number> {
  return Object.fromEntries(states.map(({ state, count }) => [state, count]));
}

/** The same limit for content of every state. */
export function pruneLimits(contentBefore: number, keysBefore: number): PruneLimits {
  const states = ['accepted', 'rejected', 'expired', 'dead', 'skipped'] as const;
  const limits = states.map((state) => [state, contentBefore]);
  const byState = Object.fromEntries(limits) as PruneLimits['contentBefore'];
  const now = Math.max(contentBefore, keysBefore);
  return { now, waitingBefore: now, contentBefore: byState, keysBefore, daysBefore: '' };
}
