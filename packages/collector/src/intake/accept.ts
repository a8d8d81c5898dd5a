import type { CapiEvent, Detail } from '@uet-capi/protocol';
import { type Decision, decide } from '../pipeline/decide.ts';
import type { Facts } from '../pipeline/facts.ts';
import { memoryKeys, withoutRepetition } from '../pipeline/memory.ts';
import type { Prepared } from '../pipeline/prepare.ts';
import type { Appended, AppendOptions } from '../store/appender.ts';
import type { Arrivals, Memory, NewEvent, NewMemory } from '../store/port.ts';
import { correct } from './corrections.ts';
import type { Refusal } from './intake.ts';
import type { IntakeEvents, Taken } from './intake-events.ts';
import { NOT_STORABLE } from './not-storable.ts';
import type { Storage } from './storage.ts';

/** An event that Microsoft's rules have passed. */
export interface Judged {
  prepared: Prepared;
  event: CapiEvent;
  warnings: readonly Detail[];
}

/**
 * What became of one event. Not the event itself: thousands wait for the disk at a time, and what
 * they hold is copied by the garbage collector again and again.
 */
export type Accepted = { withdraws: boolean } & (
  | { kind: 'skip'; reason: string }
  /** The store takes it neither now nor later. */
  | { kind: 'refused' }
  | {
      kind: 'store';
      eventId: string;
      /** Of the visitor, where the event may carry it. */
      identity: Identity | undefined;
      /** Why a rule of the site's own keeps it from being delivered. */
      filtered: string | undefined;
      /** What the store said of its pieces. */
      stored: readonly Appended[];
    }
);

export interface Identity {
  anonymousId?: string;
  msclkid?: string;
}

/** The same before the store has said anything. */
type Decided = Exclude<Accepted, { kind: 'refused' }> & { pieces: number; skipped: string | undefined };

/** What holds for all events of a request. */
export interface RequestOptions extends AppendOptions {
  /** Page loads that it reports as sent by the tag. */
  tagPageLoads?: Arrivals['tagPageLoads'];
}

/** Decides each event and makes what is stored durable, all in one append. */
export function accept(
  judged: readonly Judged[],
  facts: Facts,
  storage: Storage,
  events: IntakeEvents,
  request: RequestOptions = {},
): Promise<Accepted[] | Refusal> {
  // No `await` from here to the append, unless there is something to ask: an asynchronous function
  // keeps its arguments until it ends, and these are all that the request brought.
  const keys = keysToRecall(judged, facts);
  if (keys.length === 0) return decideAll(judged, [], facts, storage, events, request);
  return storage
    .recall(facts.site.id, keys)
    .then((memories) =>
      'refused' in memories ? memories : decideAll(judged, memories, facts, storage, events, request),
    );
}

function decideAll(
  judged: readonly Judged[],
  memories: readonly Memory[],
  facts: Facts,
  storage: Storage,
  events: IntakeEvents,
  request: RequestOptions,
): Promise<Accepted[] | Refusal> {
  const remembered = new Map(memories.map((memory) => [memory.key, memory]));
  const decisions = judged.map(({ event, prepared, warnings }) =>
    decide(event, prepared, warnings, memoriesOfUser(event, remembered), facts),
  );
  if (facts.site.goals.length === 0) return storeAll(decisions, facts, storage, events, request);
  return correct(decisions, facts, storage).then((corrected) =>
    'refused' in corrected ? corrected : storeAll(corrected, facts, storage, events, request),
  );
}

function storeAll(
  decisions: readonly Decision[],
  facts: Facts,
  storage: Storage,
  events: IntakeEvents,
  request: RequestOptions,
): Promise<Accepted[] | Refusal> {
  const storing = store(decisions, facts, storage, request);
  return conclude(decisions.map(toDecided), storing, facts, events);
}

function toDecided(decision: Decision): Decided {
  const withdraws = decision.withdrawnBy.length > 0;
  if (decision.kind === 'skip') {
    const { reason } = decision;
    return { kind: 'skip', reason, withdraws, pieces: 0, skipped: reason };
  }
  const { event, events, filtered } = decision;
  const { route } = events[0]!;
  return {
    kind: 'store',
    eventId: event.eventId!,
    identity: event.adStorageConsent === 'G' ? identityOf(event) : undefined,
    filtered,
    withdraws,
    stored: [],
    pieces: events.length,
    skipped: 'skipped' in route ? route.skipped : undefined,
  };
}

function identityOf({ userData: { anonymousId, msclkid } }: CapiEvent): Identity {
  return { ...(anonymousId !== undefined && { anonymousId }), ...(msclkid !== undefined && { msclkid }) };
}

async function conclude(
  decided: readonly Decided[],
  storing: Promise<readonly Appended[] | Refusal>,
  facts: Facts,
  { onEvent }: IntakeEvents,
): Promise<Accepted[] | Refusal> {
  const results = await storing;
  if ('refused' in results) return results;
  let next = 0;
  return decided.map((one) => {
    next += one.pieces;
    const stored = results.slice(next - one.pieces, next);
    onEvent(facts, ...takenAs(one, stored));
    return stored.includes('refused') ? { kind: 'refused', withdraws: one.withdraws } : { ...one, stored };
  });
}

/** A page load's revenue is stored as an event of its own; it counts with the page load that brought it. */
function takenAs({ kind, skipped }: Decided, stored: readonly Appended[]): [Taken, reason?: string] {
  if (stored.includes('refused')) return ['rejected', NOT_STORABLE.code];
  if (kind === 'store' && stored.every((result) => result === 'duplicate')) return ['duplicate'];
  return skipped === undefined ? ['accepted'] : ['skipped', skipped];
}

function store(
  decisions: readonly Decision[],
  { site, now }: Facts,
  storage: Storage,
  { tagPageLoads = [], ...options }: RequestOptions,
): Promise<readonly Appended[] | Refusal> {
  const events: NewEvent[] = [];
  const memories: NewMemory[] = [];
  const withdrawals: Arrivals['withdrawals'][number][] = [];
  for (const decision of decisions) {
    if (decision.withdrawnBy.length > 0) withdrawals.push({ site: site.id, keys: decision.withdrawnBy });
    if (decision.kind === 'skip') continue;
    events.push(...decision.events);
    memories.push(...decision.memories);
  }
  if (events.length + withdrawals.length + tagPageLoads.length === 0) return Promise.resolve([]);
  return storage.append(
    { now, events, memories: withoutRepetition(memories), withdrawals, tagPageLoads },
    options,
  );
}

/** A browser knows its visitor's decision and click itself; a server may have to be told. */
function keysToRecall(judged: readonly Judged[], { client }: Facts): string[] {
  if (client) return [];
  const incomplete = judged.filter(
    ({ event }) => event.adStorageConsent === undefined || event.userData.msclkid === undefined,
  );
  return [...new Set(incomplete.flatMap(({ event }) => memoryKeys(event.userData)))];
}

function memoriesOfUser(event: CapiEvent, remembered: Map<string, Memory>): Memory[] {
  if (remembered.size === 0) return [];
  return memoryKeys(event.userData).flatMap((key) => remembered.get(key) ?? []);
}
