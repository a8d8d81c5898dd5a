import type { Source } from './port.ts';

/**
 * What days looked like: sums that outlive the events they were made from, and name nobody. They are
 * made behind the events' backs, in steps: `groupEvents` counts what came after a point, `addDays` adds
 * it and moves that point on, in one transaction. Of several processes that do so at once, one wins and
 * the others have changed nothing.
 */
export interface DayTable {
  /** One step: the next events in order of their arrival, counted by what they have in common. */
  groupEvents(request: GroupRequest): Promise<GroupedEvents>;

  /** How far the days reach: the last event that is in them. 0: none yet. */
  readDayCursor(): Promise<number>;

  /** Adds to the days where they still reach just as far as `from`; true when it did. */
  addDays(addition: DayAddition): Promise<boolean>;

  /** The oldest first. */
  readDays(range: DayRange): Promise<Day[]>;
}

export interface GroupRequest {
  after: number;
  /**
   * Only events that arrived by then, ms: so that what is told of them later has come too. One that a wrong clock
   * stamped far later holds up nothing.
   */
  until: number;
  /** Reports of the tag are known since, ms: before, it is unknown whether the tag sent a page load. */
  reportsSince: number;
}

export interface GroupedEvents {
  groups: EventGroup[];
  /** The last event that was looked at; the same as `after` where there was none. */
  reached: number;
  /** Whether there may be more. */
  isEnd: boolean;
}

/** Events that have all this in common. Those without content, or of another API, are in none. */
export interface EventGroup {
  site: string;
  /** When the hour of their arrival began, ms. */
  hour: number;
  /** Empty for the nameless revenue event; page loads have `isPageLoad`. */
  name: string;
  isPageLoad: boolean;
  source: Source;
  /** Empty where they name none. */
  currency: string;
  destination: string;
  /** Set where a rule kept them from being delivered: its reason. */
  skipped: string | undefined;
  counts: EventCounts;
}

/** Numbers that can be added. All but `value` are events; what names somebody is counted with consent alone. */
export interface EventCounts {
  events: number;
  /** Sum of their values, in their currency. */
  value: number;
  /** Those with a value. */
  valued: number;
  msclkid: number;
  em: number;
  ph: number;
  externalId: number;
  anonymousId: number;
  clientIpAddress: number;
  clientUserAgent: number;
  /** Those with consent for advertising. */
  granted: number;
  /** The browser's own tag sent the page load that they belong to. */
  tagSeen: number;
  /** They belong to a page load that the tag was not seen to send. */
  tagNotSeen: number;
}

/** Sums of one site, day, name, source and currency. */
export interface Day {
  site: string;
  /** UTC, `2026-11-20`. */
  day: string;
  name: string;
  source: Source;
  currency: string;
  /** By what they count; what is missing is 0. */
  counts: Readonly<Record<string, number>>;
}

export interface DayAddition {
  from: number;
  to: number;
  days: readonly Day[];
}

export interface DayRange {
  /** The first and last day, UTC. */
  since: string;
  until: string;
  /** Default: every site. */
  sites?: readonly string[];
  /** Default: every name. */
  names?: readonly string[];
}

/**
 * Different rows that one day of a site may have, and the name of what is beyond: names come from
 * browsers, and anybody can invent some. What is beyond has no currency and no value.
 */
export const MAX_DAY_ROWS = 1_000;
export const OTHER_NAMES = '(other names)';
