import type { PixelEvent } from '@uet-capi/protocol';
import type { ConsentDecision } from '../api.ts';
import type { Captured } from '../capture/event.ts';
import type { Page } from '../capture/page.ts';
import type { Entry } from '../queue/queue.ts';

/**
 * Something that a site may want beyond the core. Each feature is a file of its own in the build,
 * and the collector puts only those into a site's `c.js` that its settings use. So a feature imports
 * what it needs of the core, but the core no feature, and no feature another one.
 *
 * It is called once, when the pixel is created, before any event and before consent is asked for.
 */
export type Feature = () => void;

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
  /** There is a TCF API. */
  tcf: [];
  /** A beacon of the page's UET tag, as its parameters, and whether it was sent just now. */
  beacon: [params: URLSearchParams, isLive: boolean];
  /** An event may be sent to the collector, as it is on disk. */
  queued: [event: Captured, signed: PixelEvent];
  /** The collector answered a request, 0 where it did not, with these entries. */
  answered: [status: number, sent: Entry[]];
  /** An entry will not be sent again. */
  dropped: [entry: Entry];
  /** Consent was taken back: nothing may stay in this browser. What is in localStorage is gone. */
  erased: [];
  /** The page may end. */
  leave: [];
  /** Asks for a script to be loaded; `properties` are those of the element. */
  load: [url: string, properties: object];

  /** Something may go on that waits. */
  'go?': [];
  /** Asked for the name of an event on both channels. */
  'name?': [name: string | undefined];
  /** Asked for what knows the visitor's decision, a `ConsentSource`. */
  'source?': [];
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
 * What a source says of the visitor's decision; `isGranted` undefined where it has none to give.
 *
 * @param isDecided else nobody has decided there yet: until the wait is over this keeps the other
 *   sources' grants back, then it counts as this source's word. Too late once a decision is in force.
 * @param isBinding not even the page's own call overrides it
 */
export type TellConsent = (isGranted?: boolean, isDecided?: unknown, isBinding?: boolean) => void;

/**
 * Something that knows the visitor's decision. It tells what holds now, then every change. The
 * function that it gives looks for what it needs, again and again until it gives true.
 */
export type ConsentSource = (tell: TellConsent) => () => unknown;
