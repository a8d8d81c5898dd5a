import type { EventView, FinalState, Source, State, Warning } from './port.ts';

/**
 * What people ask of the store: lists, single events with their past, sums. Nothing here is on an
 * event's way; an adapter answers it beside its work, so that no question makes an event wait.
 */
export interface Reading {
  /**
   * Events that match, newest first. However many are stored and however few match, one call works for
   * a bounded time: it may then give fewer events than asked for, even none, and where to go on.
   */
  search(query: SearchQuery): Promise<SearchPage>;

  /** What a list that is shown must take up, to stay as `search` would give it. */
  changes(query: ChangesQuery): Promise<Changes>;

  /** Everything that is known of one event; undefined where there is none (of these sites). */
  detail(query: DetailQuery): Promise<EventDetail | undefined>;

  /** Numbers for all events, and what the newest of them met with. */
  overview(query: OverviewQuery): Promise<Overview>;
}

/** What is left out matches everything. */
export interface EventFilter {
  /** Of none where it is empty. */
  sites?: readonly string[];
  /** The whole name; empty for page loads and the nameless revenue event. */
  name?: string;
  states?: readonly State[];
  /** Empty: events that were never meant for one. */
  destination?: string;
  source?: Source;
  /** The whole event id. What is held back under it (`idsOfCopies`) is found too. */
  id?: string;
  /** Received at or after, ms. */
  since?: number;
  /** Received before, ms. */
  until?: number;
}

export interface SearchQuery extends EventFilter {
  /** `next` of the page before. */
  before?: number;
  /** At most `MAX_PAGE_EVENTS`. */
  limit: number;
}

/** Of one page or one look at changes. */
export const MAX_PAGE_EVENTS = 500;

export interface SearchPage {
  events: EventSummary[];
  /** Where the next page begins (`before`); undefined when everything was looked at. */
  next: number | undefined;
  /** When the last event that was looked at was received, ms; undefined when everything was. */
  searchedBackTo: number | undefined;
}

/** One line of a list. */
export interface EventSummary {
  /** The store's own number of the event, rising in the order of arrival. */
  seq: number;
  site: string;
  tagId: string;
  name: string;
  eventId: string;
  source: Source;
  receivedAt: number;
  destination: string;
  state: State;
  attempts: number;
  /** While it waits, ms. */
  dueAt: number | undefined;
  /** When it got its final state, ms. */
  endedAt: number | undefined;
  code: string | undefined;
  /** How many warnings Microsoft gave. */
  warnings: number;
  /** Of what is sent, undefined where it has none or the content is gone. Cut to `SUMMARY_TEXT_CHARS`. */
  pageUrl: string | undefined;
  value: number | undefined;
  currency: string | undefined;
}

/** Longer addresses are cut in a list, characters. */
export const SUMMARY_TEXT_CHARS = 300;

export interface ChangesQuery extends EventFilter {
  /** Events after this number are new to the list. */
  after: number;
  /** Numbers of the events that are shown. At most `MAX_PAGE_EVENTS`. */
  shown: readonly number[];
  /** How long the list is: no more are added, the newest. At most `MAX_PAGE_EVENTS`. */
  limit: number;
}

export interface Changes {
  /** What matches and came after `after`, or came to match, newest first. */
  added: EventSummary[];
  /** The shown events as they are now, whether or not they still match; forgotten ones are left out. */
  shown: EventSummary[];
  /** The next `after`. */
  next: number;
}

export interface DetailQuery {
  seq: number;
  /** Default: every site. */
  sites?: readonly string[];
}

export interface EventDetail {
  event: EventView;
  /** After this moment (ms) Microsoft would refuse it. */
  expiresAt: number | undefined;
  /** Of what is sent; undefined where there is none or the content is gone. */
  pageLoadId: string | undefined;
  /** When the pixel reported that the browser's own tag has sent this page load, ms. */
  tagSentPageLoadAt: number | undefined;
  /** What happened between arrival and now, oldest first. Empty where an event was plainly accepted. */
  history: HistoryEntry[];
  /** When its destination was paused while it waited, oldest first. */
  pauses: PauseEntry[];
  /** Newest first, at most `MAX_RELATED_EVENTS`. */
  related: RelatedEvent[];
}

/** Others that are shown beside an event. */
export const MAX_RELATED_EVENTS = 50;

/** A stretch of the same thing happening again and again is one entry. */
export interface HistoryEntry {
  /**
   * `retried`: a try failed. `deferred`: put off, without a try of the event itself. `lapsed`: the process
   * that had leased it never said what became of it. `ended`: an ending before a replay. `replayed`: an
   * operator had it sent again.
   */
  what: 'retried' | 'deferred' | 'lapsed' | 'ended' | 'replayed';
  /** First and last time, ms. */
  at: number;
  lastAt: number;
  count: number;
  /** Of `ended`. */
  state: FinalState | undefined;
  code: string | undefined;
  message: string | undefined;
  /** Of `retried` and `deferred`: until when, ms. */
  dueAt: number | undefined;
}

/** Entries of one event; beyond it the oldest but the first are dropped. */
export const MAX_HISTORY_ENTRIES = 50;

export interface PauseEntry {
  reason: string;
  /** ms. */
  from: number;
  /** ms; undefined while it lasts. */
  until: number | undefined;
}

export type RelatedEvent = EventSummary & {
  /** The same event id; or the same page load, among those that came shortly before and after. */
  by: 'id' | 'page-load';
};

export interface OverviewQuery {
  /** Default: every site. */
  sites?: readonly string[];
}

export interface Overview {
  accounts: AccountOverview[];
  destinations: DestinationOverview[];
  /** Why events ended without being accepted, the most frequent first. */
  reasons: ReasonCount[];
  /** What Microsoft warned of, the most frequent first. */
  warnings: WarningCount[];
  latency: Latency;
}

/** One site's events for one destination, over the store's whole life. */
export interface AccountOverview {
  site: string;
  /** Empty for events that were never meant for one. */
  destination: string;
  received: number;
  /** Held, pending or leased: received less ended. */
  waiting: number;
  ended: Partial<Record<FinalState, number>>;
}

export interface DestinationOverview {
  destination: string;
  /** When the oldest event that waits arrived, ms, or one about as old where very many do; undefined when none does. */
  oldestAt: number | undefined;
  /** The same of those that nobody has put off on purpose (`ON_PURPOSE`). */
  stuckAt: number | undefined;
  /** Without `probeAt`: by an operator, who ends it too. */
  paused: { reason: string; since: number | undefined; probeAt: number | undefined } | undefined;
}

/** Among the newest `OVERVIEW_EVENTS` that ended so. */
export interface ReasonCount {
  site: string;
  destination: string;
  state: Exclude<FinalState, 'accepted'>;
  code: string;
  count: number;
  /** The newest of them. */
  seq: number;
  at: number;
}

/** Among the newest `OVERVIEW_EVENTS` that were accepted with warnings. */
export interface WarningCount extends Pick<Warning, 'code' | 'path'> {
  site: string;
  destination: string;
  count: number;
  /** The newest of them. */
  seq: number;
  at: number;
}

/** How many of the newest events of a kind reasons and warnings are counted of. */
export const OVERVIEW_EVENTS = 1_000;

/** Of the newest events of browsers that were accepted. */
export interface Latency {
  /** From the moment in the browser (whole seconds) to Microsoft's acceptance. */
  sinceEvent: Distribution;
  /** From the arrival at the collector. */
  sinceReceipt: Distribution;
}

/** Of how many at most. */
export const LATENCY_EVENTS = 1_000;

/** Times in ms; 0 where there are no events. */
export interface Distribution {
  events: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
  /** Each counts what is above the one before, and at most `upTo` (ms); the last one the rest. */
  buckets: { upTo: number | undefined; events: number }[];
}
