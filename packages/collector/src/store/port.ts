import type { Consent } from '@uet-capi/protocol';
import type { DayTable } from './day-table.ts';
import type { Reading } from './reading.ts';

/**
 * The store as the rest of the collector sees it: asynchronous, batch-shaped, and without a clock
 * of its own (`now` comes in as a parameter, ms since 1970). Two adapters implement it; the suite
 * in `testing/contract.ts` holds both to the same behaviour.
 *
 * One event and its way:
 *
 *     append ──► skipped                        (a rule; final, with its reason)
 *        └─────► held ──┐ page load: due after the hold; a report of the tag makes it skipped
 *        └─────► pending ──claim──► leased ──settle──► accepted | rejected | expired | dead   (final)
 *                   ▲                 │
 *                   └── settle: retry ┴ lease ran out (the process died)
 *
 * A lease is nothing but a due time in the future: who dies simply lets it pass. Such an event is
 * called leased until somebody claims it again.
 *
 * A call rejects with `StoreUnavailable` when the store as a whole cannot do it now, and with any
 * other error when its arguments are to blame. Either way it has changed nothing.
 */
export interface Store extends DayTable, Reading {
  /**
   * Stores what arrived, in one transaction that is on disk when the promise resolves. An event
   * whose key (tag id, name, event id) is known is a duplicate and changes nothing. Reports and
   * withdrawals take effect on events of the same call too, whatever their order.
   */
  append(arrivals: Arrivals): Promise<AppendResult[]>;

  /**
   * Arrivals as they wait for their turn, in a form of the store's own: as small as it can be, since
   * thousands wait, and holding nothing of what was given.
   */
  pack(arrivals: Arrivals): Packed;

  /** Some of the events, with all that came beside them: what that does, it does once, however often it comes. */
  slice(packed: Packed, from: number, to: number): Packed;

  /** `append` of several, one after the other, in one transaction and under the latest of their times. */
  appendPacked(group: readonly Packed[]): Promise<AppendResult[]>;

  /** What is remembered of people, by key; unknown keys are left out. */
  recall(site: string, keys: readonly string[]): Promise<Memory[]>;

  /** Leases due events of a destination to the caller. Nothing is given while it is paused. */
  claim(request: ClaimRequest): Promise<Claim>;

  /**
   * Writes down what became of leased events, in one transaction. Events whose lease has passed to
   * somebody else are left alone.
   */
  settle(settlement: Settlement): Promise<void>;

  /**
   * Stops all claims on a destination until `resume`, for every process. One that a probe may end does
   * not replace one by an operator (`UNTIL_RESUMED`).
   */
  pause(destination: string, reason: string, probeAt: number, now: number): Promise<void>;

  /**
   * True for exactly one caller when a paused destination is due for a probe; the next probe is
   * then due at `nextProbeAt`.
   */
  claimProbe(destination: string, now: number, nextProbeAt: number): Promise<boolean>;

  /**
   * Ends a pause.
   *
   * @param probeAt only while its next probe is due then: not what somebody else has paused since
   */
  resume(destination: string, now: number, probeAt?: number): Promise<void>;

  /** The double entry: what was received, and in which state it is, both at the same moment. */
  stats(): Promise<Stats>;

  /** The state of single events, newest first. */
  find(query: FindQuery): Promise<EventView[]>;

  /**
   * Puts events that have ended back into the queue: the same wire and id, attempts from zero, due
   * at once. What is too old for its destination or has lost its content stays as it ended.
   */
  replay(filter: ReplayFilter, options: { now: number; dryRun: boolean }): Promise<Replayed>;

  /**
   * Erases people: the content of their events, what of them waits (a late settlement then changes
   * nothing), and what is remembered of them, but for a refusal. Keys of events stay, so that a late
   * copy is not sent.
   */
  erase(people: People, now: number): Promise<Erased>;

  /** Erases the content of one event likewise. False where there is none any more. */
  eraseEvent(seq: number, now: number): Promise<boolean>;

  /** All that is stored of people, some records at a time; the first are all that is remembered of them, be it nothing. */
  subject(people: People): AsyncIterable<SubjectRecord[]>;

  /** A small fact that is neither an event nor about a person, such as a sealed token. */
  readRecord(kind: string, key: string): Promise<StoredRecord | undefined>;

  /** All of a kind, in order of their keys. */
  listRecords(kind: string): Promise<StoredRecord[]>;

  /**
   * Compare and swap: true when the record still had the expected version, 0 for none, and has the new
   * value now. So that two processes never overwrite what the other has just written.
   */
  swapRecord(kind: string, key: string, expectedVersion: number, value: string): Promise<boolean>;

  /**
   * Forgets content and keys older than the retention. Content that still waits is never touched, but what has
   * waited too long to be delivered to anybody ends.
   *
   * @throws {AggregateError} parts of it failed; the others are done
   */
  prune(limits: PruneLimits): Promise<void>;

  /** Why nothing can be appended now; undefined when it can. Known without asking the disk, for probes. */
  obstacle(): 'restarting' | 'low-disk' | undefined;

  close(): Promise<void>;
}

/** When a pause by an operator is probed, ms: never. */
export const UNTIL_RESUMED = Number.MAX_SAFE_INTEGER;

export type Source = 'pixel' | 'noscript' | 'server' | 'code';

export interface NewEvent {
  site: string;
  tagId: string;
  /** Empty on page loads and on the nameless revenue event. */
  name: string;
  eventId: string;
  source: Source;
  /** ms. */
  receivedAt: number;
  /** After this moment (ms) Microsoft would refuse it. */
  expiresAt: number;
  /** The event as it will be sent, final bytes: a JSON object. */
  wire: string;
  /** Whom it is about, so that a withdrawal and an erasure find it. At most one of a kind. */
  keys: readonly PersonKey[];
  /** Of what is held alone: the page load that a report of the tag would name. */
  pageLoadId?: string;
  /** What was corrected, left out or decided on the way, for the operator. */
  notes: readonly string[];
  route: Route;
}

export type Route =
  /** Delivered from `dueAt` on (ms). `held`: unless a report says the tag has sent this page load. */
  { destination: string; dueAt: number; held: boolean } | { skipped: string };

export interface Arrivals {
  /** ms. */
  now: number;
  events: readonly NewEvent[];
  /** Page loads that the browser's own tag has sent. */
  tagPageLoads: readonly { site: string; pageLoadId: string }[];
  memories: readonly NewMemory[];
  /** People who took their consent back: what waits under any of the keys is erased. */
  withdrawals: readonly { site: string; keys: readonly PersonKey[] }[];
}

/** Known to the store that made it. */
export interface Packed {
  packed: unknown;
}

/** Visitor id, customer id, SHA-256 of the e-mail address, of the phone number. */
export type PersonKind = 'visitor' | 'customer' | 'em' | 'ph';

/** Under what a person is known: `visitor:…`, `customer:…`, `em:…`, `ph:…`. */
export type PersonKey = `${PersonKind}:${string}`;

/** Somebody who is known under any of the keys. */
export interface People {
  keys: readonly PersonKey[];
  /** Default: every site. */
  site?: string;
}

export type AppendResult = 'stored' | 'duplicate';

/** What is known of a person under one key. */
export interface Memory {
  /** A `PersonKey`. */
  key: string;
  consent?: Consent;
  /** Dashed lower-case UUID. */
  msclkid?: string;
  /** When the click id was first seen, ms: about when the click was. */
  clickedAt?: number;
}

export type NewMemory = Memory & { site: string };

export interface ClaimRequest {
  destination: string;
  now: number;
  maxEvents: number;
  /** UTF-8 bytes of all wires: stops before the event that would exceed it; one is always given. */
  maxBytes: number;
  /** The lease ends then (ms). */
  leaseUntil: number;
  /** Unique to this claim: only its holder can settle. */
  lease: string;
}

export interface Claim {
  events: ClaimedEvent[];
  /** When the next event that was not given is due, ms; undefined when none waits. */
  nextDueAt: number | undefined;
  /** Set while the destination is paused. */
  paused: { reason: string; probeAt: number } | undefined;
}

export interface ClaimedEvent {
  /** The store's own number of the event, rising. */
  seq: number;
  wire: string;
  /** How often delivery has been tried before. */
  attempts: number;
  expiresAt: number;
}

export interface Settlement {
  destination: string;
  lease: string;
  now: number;
  outcomes: readonly Outcome[];
}

/** What became of one event after one try. `code` and `message` are Microsoft's or ours. */
export type Outcome = { seq: number } & (
  | { state: 'accepted'; warnings: readonly Warning[] }
  | { state: 'rejected' | 'expired' | 'dead'; code: string; message: string }
  /** Back to pending. `countsAttempt` is false where the event itself was not tried. */
  | { state: 'retry'; dueAt: number; countsAttempt: boolean; code: string; message: string }
);

export interface Warning {
  /** Path of the field that Microsoft removed, `userData.em`; empty where the warning is about the whole answer. */
  path: string;
  code: string;
  message: string;
}

export type FinalState = 'accepted' | 'rejected' | 'expired' | 'dead' | 'skipped';

export type State = 'held' | 'pending' | 'leased' | FinalState;

/** Counts over the store's whole life, also of events whose content and key are forgotten by now. */
export interface Stats {
  /** Stored events; duplicates are none. */
  received: { site: string; destination: string; count: number }[];
  states: StateCount[];
}

export interface StateCount {
  site: string;
  /** Empty for events that were never meant for one. */
  destination: string;
  state: State;
  count: number;
  /** When the oldest of them arrived, ms; undefined for final states. */
  oldestAt?: number;
}

/** What is left out matches everything. */
export interface ReplayFilter {
  /** Not `skipped`: a rule decided that these are not sent. */
  states: readonly Exclude<FinalState, 'skipped'>[];
  /** This event alone. */
  seq?: number;
  destination?: string;
  site?: string;
  name?: string;
  eventId?: string;
  /** Reason of the outcome. */
  code?: string;
  /** Received at or after, ms. */
  since?: number;
  /** Received before, ms. */
  until?: number;
}

/** How many matching events wait again (in a dry run: would), and how many cannot. */
export interface Replayed {
  replayed: number;
  /** The destination would refuse them for their age. */
  tooOld: number;
  /** Their content is gone: past its retention, or erased. */
  erased: number;
}

export interface Erased {
  /** Events that lost their content. */
  events: number;
  /** Those among them that waited. */
  waiting: number;
  /** What was remembered, keys. */
  memories: number;
}

export type SubjectRecord = ({ kind: 'event' } & EventView) | ({ kind: 'memory' } & NewMemory);

export interface StoredRecord {
  key: string;
  /** 1 when it is new, one more with every change. */
  version: number;
  value: string;
}

export interface PruneLimits {
  /** ms. */
  now: number;
  /**
   * What waits and was received before, ms, ends as expired where its destination would refuse it by now: nobody
   * may ever claim it, since its destination is paused or left the settings.
   */
  waitingBefore: number;
  /** Content of events that ended so goes when they were received before, ms. */
  contentBefore: Readonly<Record<FinalState, number>>;
  /** Keys and outcomes likewise, ms. */
  keysBefore: number;
  /** The first day whose sums are kept, UTC, `2026-11-20`. */
  daysBefore: string;
}

export interface FindQuery {
  eventId?: string;
  state?: State;
  limit: number;
}

export interface EventView {
  seq: number;
  site: string;
  tagId: string;
  name: string;
  eventId: string;
  source: Source;
  receivedAt: number;
  /** Undefined once the content was erased or its retention has passed. */
  wire: string | undefined;
  notes: readonly string[];
  destination: string;
  state: State;
  attempts: number;
  /** While it waits, ms. */
  dueAt: number | undefined;
  /** When it got its final state, ms. */
  endedAt: number | undefined;
  code: string | undefined;
  message: string | undefined;
  warnings: readonly Warning[];
}
