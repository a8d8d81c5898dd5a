/** The browser API, as `window.capi` and as what `createPixel` gives. */

import type { PixelSettings } from './settings.ts';

export interface Capi {
  /** A custom event; gives its event id at once. */
  track(name: string, params?: EventParams, options?: TrackOptions): string;
  /** A page load. With `autoPage`, at most one counts per page; `value` and `currency` become its revenue. */
  page(params?: EventParams): void;
  /** Identity for later events. Clear e-mail and phone are hashed before anything is stored or sent. */
  identify(identity: IdentifyParams): void;
  /** The visitor's decision; wins over every source but Global Privacy Control. */
  consent(decision: ConsentDecision | { ad_storage: ConsentDecision }): void;
  /** Parameters for every later event. */
  set(params: EventParams): void;
  /** For the site's own server: base64url of a {@link PixelContext}; empty before the script has loaded. */
  context(): string;
  /** Resolves when everything captured so far is delivered or safely stored. */
  flush(): Promise<void>;
  /** Explains, in an overlay and on the console, what was sent where and why not; `?capi_debug=1` does so too. */
  debug(on?: boolean): void;
  /** Changes settings of the running pixel. */
  init(settings: Partial<PixelSettings>): void;
  /** Resolves once consent and page-load id are settled. */
  ready: Promise<PixelState>;
}

export type ConsentDecision = 'granted' | 'denied';

/** Names as in Microsoft's `customData`; the GA4 spellings in snake case are read too. */
export interface EventParams {
  value?: number;
  /** ISO 4217. */
  currency?: string;
  transactionId?: string;
  items?: { id?: string; name?: string; price?: number; quantity?: number; [alias: string]: unknown }[];
  itemIds?: string[];
  pageType?: 'cart' | 'category' | 'home' | 'other' | 'product' | 'purchase' | 'searchresults';
  searchTerm?: string;
  eventCategory?: string;
  eventLabel?: string;
  eventValue?: number;
  ecommTotalValue?: number;
  ecommCategory?: string;
  hotelData?: {
    totalPrice?: number;
    basePrice?: number;
    /** `YYYY-MM-DD`, as `checkoutDate`. */
    checkinDate?: string;
    checkoutDate?: string;
    /** Nights. */
    lengthOfStay?: number;
    partnerHotelId?: string;
    bookingHref?: string;
  };
  [alias: string]: unknown;
}

export interface TrackOptions {
  /** The event id; the same on both channels. */
  eventId?: string;
  /** When it happened: ms since 1970, a Date or an ISO 8601 text. */
  time?: number | Date | string;
}

export interface IdentifyParams {
  email?: string;
  /** With its country code. */
  phone?: string;
  /** The site's anonymised customer id. */
  externalId?: string;
  /** SHA-256 of the normalised e-mail. */
  em?: string;
  /** SHA-256 of the phone number in E.164. */
  ph?: string;
}

export interface PixelState {
  consent: ConsentDecision;
  pageLoadId: string;
  anonymousId?: string;
  /** Dashed lower-case UUID. */
  msclkid?: string | undefined;
}

/**
 * What `context()` holds: base64url (no padding) of this as compact JSON, ASCII only. Ids are there
 * only while consent is granted.
 */
export interface PixelContext {
  v: 1;
  /** Visitor id, `userData.anonymousId`. */
  a?: string;
  /** Click id, a dashed lower-case UUID. */
  c?: string;
  /** `pageLoadId`. */
  p?: string;
  /** Consent; absent while unknown. */
  g?: ConsentDecision;
}

/** The UET tag's queue: an array before `bat.js` has loaded, the tag afterwards. */
export interface Uetq {
  push(command: 'pageLoad'): unknown;
  push(command: 'event', action: string, params: Record<string, unknown>): unknown;
  push(command: 'set', params: Record<string, unknown>): unknown;
  push(command: 'consent', kind: 'default' | 'update', state: { ad_storage: string }): unknown;
  push(command: 'config', kind: 'tcf', options: { enabled: boolean }): unknown;
  /** Read by Microsoft's own scripts, though not documented. */
  beaconParams?: { mid?: string };
  /** What the tag knows of consent; undocumented too. */
  uetConfig?: {
    /** `adStorageUpdated`: by an update, not only by a default. */
    consent?: { enabled?: boolean; adStorageAllowed?: boolean; adStorageUpdated?: boolean };
    tcf?: { enabled?: boolean };
  };
  /** It has worked through its queue. */
  uetLoaded?: boolean;
  /** The last 20 beacons as query strings. */
  snippetEventQueue?: unknown[];
}

declare global {
  interface Window {
    capi?: Capi;
    uetq?: Uetq;
  }
}
