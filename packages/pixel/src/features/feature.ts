import type { PageReport, PixelEvent } from '@uet-capi/protocol';
import type { Capi, ConsentDecision } from '../api.ts';
import type { attempt } from '../attempt.ts';
import type { Captured } from '../capture/event.ts';
import type { Identity } from '../capture/identity.ts';
import type { Page } from '../capture/page.ts';
import type { CustomData } from '../capture/params.ts';
import type { on } from '../debug.ts';
import type { guard, later, listen } from '../guard.ts';
import type { RunningSettings } from '../settings.ts';

/**
 * Something that a site may want beyond the core. Each feature is a file of its own in the build,
 * and the collector puts only those into a site's `c.js` that its settings use. A feature therefore
 * imports types from the core and nothing that runs; what it needs it gets from `Core`.
 *
 * It is called once, when the pixel is created, before any event and before consent is asked for.
 */
export type Feature = (core: Core) => void;

/** What the core tells, by its code word, to features that want to know. */
export interface Words {
  /** The page is shown: consent may be read, the tag looked at. */
  start: [];
  /** A new page began. */
  opened: [page: Page];
  /** The page is about to change its address by `history`. */
  moving: [];
  /** An event was captured. */
  held: [event: Captured];
  /** A page load is counted. */
  page: [page: Page];
  /** The decision that is in force from now on, and whether somebody made it (else it is a default). */
  consent: [decision: ConsentDecision, made: boolean];
  /** What is pushed to the tag. */
  uetq: [command: unknown, name?: unknown, params?: unknown];
  /** A beacon of the page's UET tag, as its parameters, and whether it was sent just now. */
  beacon: [params: URLSearchParams, isLive: boolean];
  /** The collector answered a request, 0 where it did not. */
  answered: [status: number];
  /** Consent was taken back: nothing may stay in this browser. What is in localStorage is gone. */
  erased: [];
  /** The page may end. */
  leave: [];

  /** Something may go on that waits. */
  'go?': [];
  /** Asked for the name of an event on both channels. */
  'name?': [name: string | undefined];
  /** Asked for the decision of the sources that a feature reads, given that of the page's call. */
  'consent?': [called: ConsentDecision | undefined, isWaitOver: boolean];
  /** May it go out? Never, when one answers false; without consent, when one answers true. */
  'out?': [event: Partial<PixelEvent>];
  /**
   * May the collector's copy of an event go that the tag was given too? Never, when one answers
   * false; not before the page is leaving, while one answers `wait`.
   */
  'copy?': [event: PixelEvent, leaving: boolean];
}

/**
 * What a source says: `decision` as the visitor made it, or undefined where it has none to give.
 *
 * - `default`: nobody has decided there yet. Until the wait is over it keeps the other sources'
 *   grants back, then it counts as this source's word. Too late once a decision is in force.
 * - `binding`: not even the page's own call overrides it.
 */
export type TellConsent = (decision?: ConsentDecision, kind?: 'default' | 'binding') => void;

/**
 * Something that knows the visitor's decision. It tells what holds now, then every change. The
 * function that it gives looks for what it needs, again and again until it gives true.
 */
export type ConsentSource = (tell: TellConsent) => () => unknown;

export interface Core {
  settings: RunningSettings;
  /** What the page has as `window.capi`. */
  capi: Capi;

  attempt: typeof attempt;
  guard: typeof guard;
  listen: typeof listen;
  later: typeof later;
  /** An address relative to the collector's; by default that of its event route. */
  address(path?: string): URL;
  /** Tells who debugs and other features: a code word, and what it is about. Gives the answers. */
  say(word: string, ...facts: unknown[]): unknown[];
  /** From now on, `run` is told the facts of this word; what it returns is its answer. */
  on: typeof on;
  /** From now on, `hear` is told everything. */
  onSay(hear: (word: string, ...facts: never[]) => unknown): void;

  /** The decision in force; undefined while waiting. */
  consent(): ConsentDecision | undefined;
  /** What `consent?` is answered may have changed. */
  updateConsent(): void;

  /** Cookies and ids; only with consent. */
  readCookie(name: string): string | undefined;
  /** Gives the highest domain that took it. Without `days` it is removed. */
  writeCookie(name: string, value?: string, days?: number): string | undefined;
  visitor(): string;
  /** Dashed lower-case UUID. */
  clickId(): string | undefined;
  /** Parameters of an address that hold the click id, as patterns. */
  clickIdNames: string[];
  /** What `identify` told. */
  identity(): Identity;

  /** Whether the address is no longer that of the page; the next page has not begun. */
  hasMoved(): boolean;
  /**
   * Sends a custom event to the collector alone, under the name as it stands. Gives its id: the
   * usable one given, else the transaction's, else a fresh one.
   */
  capture(name: string, data: CustomData, id: unknown): string;
  /** Tells the collector what was seen of the tag. */
  report(report: PageReport): void;
  /** `customData` of what a page gave: known fields with usable values. */
  cleanParams(params: unknown): CustomData;
  /** Other names under which parameters are read, by theirs; a feature may add some. */
  aliases: Record<string, string[]>;
  /** The tag's names of `customData` where they are not simply ours in snake case. */
  tagNames: Record<string, string>;

  /** Adds a place that knows the visitor's decision; there after the feature `consent-sources`. */
  addConsentSource(source: ConsentSource): void;
  /** Loads a script; there after the feature `load-script`. `properties` are those of the element. */
  loadScript(url: string, properties: object): void;
}
