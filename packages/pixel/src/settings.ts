/**
 * The public settings of the pixel. Nothing in here is secret: the collector writes them into the
 * `c.js` that every visitor loads.
 */
export interface PixelSettings {
  /** The UET tag that the events belong to. */
  tagId: string;
  /** Base address of the collector. Default: the folder that the script was loaded from. */
  endpoint?: string;
  /** Where events go, relative to `endpoint`. Default `e`. */
  eventsPath?: string;
  /** Where the script is, relative to `endpoint`: the debug overlay is asked for there. Default `c.js`. */
  scriptPath?: string;
  /**
   * The UET tag that custom events are pushed to. `observe` (default): the page has it. `own`: the
   * pixel loads it. `off`: there is none.
   */
  uet?: 'observe' | 'own' | 'off';
  /** With `own`: address of `bat.js`, where it is not Microsoft's. The collector names its sandbox in mode `test`. */
  tagScript?: string;
  /** Events that the page pushes to its UET tag by itself go to the collector too. Default true, in `observe`. */
  mirror?: boolean;
  /** Further URL parameters that hold the click id. */
  clickIdParams?: string[];
  /** The site's other domains: links and forms to them carry the click id. */
  linkDomains?: string[];
  /** Microsoft Advertising customer id: turns the ID sync on. */
  customerId?: string;
  /** Events from `data-capi-event` on elements. Default false. */
  declarative?: boolean;
  /** Events from GA4's e-commerce pushes to `dataLayer`. Default false. */
  ga4?: boolean;
  /** Forms that ask for an e-mail identify the visitor. Default false. */
  identifyForms?: boolean;
  /** Page loads are captured by themselves, also on SPA navigation. Default true. */
  autoPage?: boolean;
  /** Renames events for both channels: presets (`'meta'`, `['meta', 'segment']`) or a map. No default. */
  eventNames?: EventNamePreset | EventNamePreset[] | Record<string, string>;
  /** Names whose `transactionId` is the event id. Default `['purchase']`. */
  idFromTransaction?: string[];
  consent?: {
    /** Where consent is read from, besides calls and Global Privacy Control. Default `auto`, all. */
    source?: 'auto' | ConsentSourceName[];
    /** What counts when no source spoke. Default `region`: denied in EEA, UK, CH and where that cannot be told. */
    default?: 'granted' | 'denied' | 'region';
    /** How long to wait for a source before the default counts, ms. Default 2,000. */
    waitMs?: number;
    /** What becomes of events under denial. Default `drop`. */
    whenDenied?: 'drop' | 'anonymous';
  };
}

/**
 * UET consent pushes, Google Consent Mode, IAB TCF, IAB GPP, events of consent platforms.
 */
export type ConsentSourceName = 'uet' | 'gcm' | 'tcf' | 'gpp' | 'cmp';

export type EventNamePreset = 'ga4' | 'meta' | 'segment';

/** Settings in use: those of consent can be asked for without a look whether there are any. */
export type RunningSettings = PixelSettings & { consent: NonNullable<PixelSettings['consent']> };

/** How long to wait for a decision about consent, ms, where the setting does not say. */
const WAIT_MS = 2_000;

/** The settings of the one pixel that a page has. */
export const settings = { consent: { waitMs: WAIT_MS } } as RunningSettings;

/** Puts `over` over the settings, those of consent one by one. */
export function configure(over: Partial<PixelSettings>): void {
  Object.assign(settings, over, { consent: { ...settings.consent, ...over.consent } });
}

/**
 * Takes settings from the `data-*` attributes of the script element: `data-auto-page="false"`,
 * `data-event-names="meta,segment"`, `data-consent-wait-ms="500"`.
 */
export function configureByAttributes(dataset: DOMStringMap): void {
  for (const name in dataset) {
    const text = dataset[name];
    const value = text === 'true' || (text !== 'false' && text);
    const [, first, rest] = /^consent(.)(.*)/.exec(name) || [];
    configure(first ? { consent: { [first.toLowerCase() + rest]: value } } : { [name]: value });
  }
}

/** Whether custom events are pushed to a UET tag. */
export function hasTag(): boolean {
  return settings.uet !== 'off';
}

/** An address relative to the collector's; by default that of its event route. */
export function address(path = settings.eventsPath || 'e'): URL {
  return new URL(path, new URL((settings.endpoint || '.').replace(/\/*$/, '/'), location.href));
}
