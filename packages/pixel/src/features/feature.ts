import type { PixelEvent } from '@uet-capi/protocol';
import type { Capi, ConsentDecision } from '../api.ts';
import type { ConsentSource } from '../capture/consent.ts';
import type { Identity } from '../capture/identity.ts';
import type { Page } from '../capture/page.ts';
import type { CustomData } from '../capture/params.ts';
import type { attempt, guard, later, listen } from '../guard.ts';
import type { RunningSettings } from '../settings.ts';

/**
 * Something that a site may want beyond the core. Each feature is a file of its own in the build,
 * and the collector puts only those into a site's `c.js` that its settings use. A feature therefore
 * imports types from the core and nothing that runs; what it needs it gets from `Core`.
 *
 * It is called once, when the pixel is created, before any event and before consent is asked for.
 */
export type Feature = (core: Core) => void;

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
  /** Tells who debugs: a code word, and what it is about. */
  say(...words: unknown[]): void;
  /** From now on, `run` is told what is said. */
  onSay(run: (...words: unknown[]) => void): void;

  /** Adds a place that knows the visitor's decision. The strictest of all sources counts. */
  addConsentSource(source: ConsentSource): void;
  /** The decision in force; undefined while waiting. */
  consent(): ConsentDecision | undefined;
  /** Told of the decision in force, now if there is one, and of each new one. */
  onConsent(run: (decision: ConsentDecision) => void): void;

  /** Events without consent go out as `run` leaves them, where it gives true. */
  sendDenied(run: (event: Partial<PixelEvent>) => boolean): void;

  /** Cookies and ids; only with consent. */
  readCookie(name: string): string | undefined;
  visitor(): string;
  /** Dashed lower-case UUID. */
  clickId(): string | undefined;
  /** Parameters of an address that hold the click id, as patterns. */
  clickIdNames: string[];
  /** The highest domain that takes cookies; empty where only the host itself does. Only with consent. */
  cookieDomain(): string;
  /** What `identify` told. */
  identity(): Identity;

  /** The page that is shown. */
  page(): Page;
  /**
   * Sends a custom event to the collector alone, under the name as it stands. Gives its id: the
   * usable one given, else the transaction's, else a fresh one.
   */
  capture(name: string, data: CustomData, id: unknown): string;
  /** `customData` of what a page gave: known fields with usable values. */
  cleanParams(params: unknown): CustomData;
  /** Other names under which parameters are read, by theirs; a feature may add some. */
  aliases: Record<string, string[]>;
  /** Told each beacon of the page's UET tag, as its parameters; those that it kept first. */
  onBeacon(run: (params: URLSearchParams) => void): void;
  /** Told each page load as it is counted. */
  onPageLoad(run: (page: Page) => void): void;

  /** The tag's names of `customData` where they are not simply ours in snake case. */
  tagNames: Record<string, string>;
  /** Parameters of events that came from us: for who watches what is pushed to the tag. */
  ours: WeakSet<object>;
  /**
   * Asked whether the collector's copy of an event that the tag was given too may go. It goes when
   * all say true, never when one says false, and waits while one says undefined: until `recheck`,
   * or until the page is `leaving`.
   */
  checkCopy(check: (name: string, id: string, leaving: boolean) => boolean | undefined): void;
  recheck(): void;
  /** Told that consent was taken back: nothing may stay in this browser. */
  onErase(run: () => void): void;
  /** Loads a script; there after the feature `load-script`. `properties` are those of the element. */
  loadScript(url: string, properties: object): void;
}
