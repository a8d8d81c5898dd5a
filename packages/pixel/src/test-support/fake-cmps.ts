import type { BrowserContext } from 'playwright-core';

/**
 * Consent platforms that behave like the real ones, as far as a script on the page can see. Each is
 * installed before the page's first script and puts what a test needs on `window.fakes`:
 *
 * - `load(saved)`: the platform's own script arrives. With what the visitor answered on an earlier
 *   visit it tells that at once; without, it shows its banner.
 * - `answer(granted)`: the visitor answers.
 *
 * Until `load`, only what a site has in its head is there: the stub or the queue.
 */
export interface FakeCmp {
  load(saved?: boolean): void;
  answer(granted: boolean): void;
}

type Listener = (...words: unknown[]) => void;

// biome-ignore lint/suspicious/noExplicitAny: the page's globals, which no type knows
type Globals = any;

/** The site's own pushes; `load` is `bat.js`, which takes the queue over and has a state of its own. */
function uet() {
  const page = window as Globals;
  page.uetq = page.uetq || [];
  const consent = { enabled: false, adStorageAllowed: true, adStorageUpdated: false };
  const take = (command: unknown, kind: unknown, value: Globals) => {
    if (command !== 'consent') return;
    consent.enabled = true;
    if (kind === 'update' || !consent.adStorageUpdated)
      consent.adStorageAllowed = value.ad_storage !== 'denied';
    consent.adStorageUpdated = consent.adStorageUpdated || kind === 'update';
    const detail = { adStorageConsent: consent.adStorageAllowed };
    document.dispatchEvent(new CustomEvent('UetConsent', { bubbles: true, detail }));
  };
  page.fakes.uet = {
    preset: (state: string) => page.uetq.push('consent', 'default', { ad_storage: state }),
    answer: (granted: boolean) =>
      page.uetq.push('consent', 'update', { ad_storage: granted ? 'granted' : 'denied' }),
    /** The word goes round before the tag's state has changed. */
    answerLate(granted: boolean) {
      document.dispatchEvent(new CustomEvent('UetConsent', { bubbles: true }));
      Object.assign(consent, { adStorageAllowed: granted, adStorageUpdated: true });
    },
    load() {
      const queue: unknown[] = page.uetq;
      page.uetq = { uetConfig: { consent, tcf: { enabled: false } }, push: take, kept: queue };
      for (const [i, word] of queue.entries()) take(word, queue[i + 1], queue[i + 2]);
      page.uetq.uetLoaded = true;
    },
  };
}

/** `gtag()` in the page's head; `load` is Google's tag, which resolves regions and has listeners. */
function gcm() {
  const page = window as Globals;
  page.dataLayer = page.dataLayer || [];
  const gtag = function () {
    // biome-ignore lint/complexity/noArguments: as Google's snippet does, and its tag expects
    return page.dataLayer.push(arguments);
  } as Listener;
  const entries: Record<string, { default?: boolean; update?: boolean }> = {};
  const listeners: (() => void)[] = [];
  const take = (command: Globals) => {
    const [name, kind, value] = Array.from(command as unknown[]) as [unknown, 'default' | 'update', Globals];
    // The visitor of these tests is in Germany.
    if (name !== 'consent' || (value.region && !value.region.includes('DE'))) return;
    entries.ad_storage = { ...entries.ad_storage, [kind]: value.ad_storage === 'granted' };
    for (const listener of listeners) listener();
  };
  page.fakes.gcm = {
    preset: (state: string, region?: string[]) =>
      gtag('consent', 'default', { ad_storage: state, wait_for_update: 500, ...(region && { region }) }),
    answer: (granted: boolean) => gtag('consent', 'update', { ad_storage: granted ? 'granted' : 'denied' }),
    /** A template of the tag manager: past `dataLayer`. */
    answerByTemplate: (granted: boolean) =>
      take(['consent', 'update', { ad_storage: granted ? 'granted' : 'denied' }]),
    load() {
      page.google_tag_data = {
        ics: { entries, addListener: (_: string[], listener: () => void) => listeners.push(listener) },
      };
      page.dataLayer.forEach(take);
      const { push } = page.dataLayer;
      page.dataLayer.push = (...commands: unknown[]) => {
        const length = push.apply(page.dataLayer, commands);
        commands.forEach(take);
        return length;
      };
    },
    push: (entry: unknown) => page.dataLayer.push(entry),
  };
}

/** The IAB's stub; the platform takes its queue over. */
function tcf() {
  const page = window as Globals;
  const listeners: Listener[] = [];
  let data: Globals;
  let hasBegun = false;
  const tell = (eventStatus: string, more: object) => {
    data = { gdprApplies: true, cmpStatus: 'loaded', eventStatus, ...more };
    for (const listener of listeners) listener(data, true);
  };
  const answers = (granted: boolean, vendor = granted) => ({
    purpose: {
      consents: granted ? { 1: true, 3: true, 4: true, 7: true, 9: true, 10: true } : {},
      legitimateInterests: { 7: true },
    },
    vendor: {
      consents: vendor ? { 755: true, 1126: true } : { 755: granted },
      legitimateInterests: { 1126: true },
    },
  });
  page.fakes.tcf = {
    stub() {
      const queue: unknown[][] = [];
      page.__tcfapi = (...call: unknown[]) => {
        if (call[0] === 'ping') (call[2] as Listener)({ cmpLoaded: false, cmpStatus: 'stub' }, true);
        else queue.push(call);
        return queue;
      };
      page.fakes.tcf.queue = queue;
    },
    /** Its script is there, and knows nothing yet. */
    begin() {
      hasBegun = true;
      page.__tcfapi = (command: string, _: number, listener: Listener) => {
        if (command !== 'addEventListener') return;
        listeners.push(listener);
        // Some call back before they know anything; the IAB's library waits.
        listener(data || { cmpStatus: 'loading', purpose: { consents: {} }, vendor: { consents: {} } }, true);
      };
      for (const call of page.fakes.tcf.queue || []) page.__tcfapi(...call);
    },
    load(saved?: boolean, { applies = true } = {}) {
      if (!hasBegun) page.fakes.tcf.begin();
      if (!applies) tell('tcloaded', { gdprApplies: false });
      else if (saved === undefined) tell('cmpuishown', answers(false));
      else tell('tcloaded', answers(saved));
    },
    answer: (granted: boolean, vendor?: boolean) => tell('useractioncomplete', answers(granted, vendor)),
    /** The visitor agrees to all, and the site restricts Microsoft for a purpose. */
    restrict: (purpose: number, type: number) =>
      tell('tcloaded', {
        ...answers(true),
        publisher: { restrictions: { [purpose]: { 755: 0, 1126: type } } },
      }),
    /** The visitor opens the settings again. */
    reopen: (granted: boolean) => tell('cmpuishown', answers(granted)),
  };
}

/** The IAB's stub, which answers registrations itself; the platform takes them over. */
function gpp() {
  const page = window as Globals;
  const listeners: Listener[] = [];
  let pingData: Globals = {
    cmpStatus: 'stub',
    signalStatus: 'not ready',
    applicableSections: [],
    parsedSections: {},
  };
  const tell = (eventName: string, status: string, parsedSections: object, applicableSections: number[]) => {
    pingData = { cmpStatus: 'loaded', signalStatus: status, applicableSections, parsedSections };
    for (const listener of listeners) listener({ eventName, listenerId: 1, data: status, pingData }, true);
  };
  const usnat = (granted: boolean, more?: object) => ({
    usnat: [
      { Version: 1, SaleOptOut: granted ? 2 : 1, SharingOptOut: 0, TargetedAdvertisingOptOut: 2 },
      { SubsectionType: 1, Gpc: false, ...more },
    ],
  });
  page.__gpp = (command: string, listener: Listener) => {
    if (command !== 'addEventListener') return;
    listeners.push(listener);
    listener({ eventName: 'listenerRegistered', listenerId: 1, data: true, pingData }, true);
  };
  page.fakes.gpp = {
    load(saved?: boolean) {
      if (saved === undefined) tell('cmpDisplayStatus', 'not ready', usnat(true), [7]);
      else tell('signalStatus', 'ready', usnat(saved), [7]);
    },
    answer: (granted: boolean) => tell('signalStatus', 'ready', usnat(granted), [7]),
    /** Any sections, as the platform parsed them. */
    sections: (parsedSections: object, applicable: number[]) =>
      tell('signalStatus', 'ready', parsedSections, applicable),
    gpc: () => tell('signalStatus', 'ready', usnat(true, { Gpc: true }), [7]),
  };
}

function cookiebot() {
  const page = window as Globals;
  const set = (marketing: boolean, hasResponse: boolean) => {
    page.Cookiebot = { consent: { necessary: true, marketing }, hasResponse };
  };
  const raise = (...names: string[]) => {
    for (const name of names) window.dispatchEvent(new Event(name));
  };
  page.fakes.cookiebot = {
    load(saved?: boolean) {
      set(!!saved, saved !== undefined);
      if (saved !== undefined) raise('CookiebotOnConsentReady');
    },
    answer(granted: boolean) {
      set(granted, true);
      raise('CookiebotOnConsentReady', granted ? 'CookiebotOnAccept' : 'CookiebotOnDecline');
    },
  };
}

function onetrust() {
  const page = window as Globals;
  const set = (granted: boolean, closed: boolean) => {
    page.OnetrustActiveGroups = granted ? ',C0001,C0002,C0004,' : ',C0001,';
    page.OneTrust = { IsAlertBoxClosed: () => closed };
    const detail = page.OnetrustActiveGroups.split(',');
    window.dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail }));
  };
  page.fakes.onetrust = {
    /** Its script runs, and has read its cookie of the banner, not yet that of the groups. */
    begin(groups?: string) {
      page.OnetrustActiveGroups = groups;
      page.OneTrust = { IsAlertBoxClosed: () => true };
      window.dispatchEvent(new CustomEvent('OneTrustGroupsUpdated', { detail: [] }));
    },
    load: (saved?: boolean) => set(!!saved, saved !== undefined),
    answer: (granted: boolean) => set(granted, true),
  };
}

function usercentrics() {
  const page = window as Globals;
  const set = (granted: boolean, required: boolean, ...events: string[]) => {
    page.UC_UI = {
      isConsentRequired: () => required,
      getServicesBaseInfo: () => [
        { name: 'Usercentrics', categorySlug: 'essential', consent: { status: true } },
        { name: 'Microsoft Advertising', categorySlug: 'marketing', consent: { status: granted } },
      ],
    };
    for (const name of events) window.dispatchEvent(new CustomEvent(name, { detail: {} }));
  };
  page.fakes.usercentrics = {
    load: (saved?: boolean) => set(!!saved, saved === undefined, 'UC_UI_INITIALIZED'),
    answer(granted: boolean) {
      // The event of the button comes before the services have changed.
      window.dispatchEvent(
        new CustomEvent('UC_UI_CMP_EVENT', { detail: { type: granted ? 'ACCEPT_ALL' : 'DENY_ALL' } }),
      );
      set(granted, false);
    },
  };
}

/** Version 3: a promise for each question, and an event behind each change. */
function usercentrics3() {
  const page = window as Globals;
  let details: object;
  const set = (granted: boolean, type: string) => {
    const state = granted ? 'ALL_ACCEPTED' : 'ALL_DENIED';
    details = {
      consent: { status: state, required: true, type },
      categories: { essential: { state: 'ALL_ACCEPTED' }, marketing: { state } },
    };
    page.__ucCmp = { getConsentDetails: async () => details };
    page.UC_UI = { isConsentRequired: async () => true, getServicesBaseInfo: async () => [] };
    window.dispatchEvent(new CustomEvent('UC_CONSENT', { detail: details }));
  };
  page.fakes.usercentrics3 = {
    load(saved?: boolean) {
      set(!!saved, saved === undefined ? 'IMPLICIT' : 'EXPLICIT');
      window.dispatchEvent(new CustomEvent('UC_UI_INITIALIZED'));
    },
    answer: (granted: boolean) => set(granted, 'EXPLICIT'),
  };
}

function didomi() {
  const page = window as Globals;
  const listeners: (() => void)[] = [];
  let state: [granted: boolean, asked: boolean];
  page.fakes.didomi = {
    load(saved?: boolean) {
      state = [!!saved, saved === undefined];
      page.Didomi = {
        on: (name: string, run: () => void) => name === 'consent.changed' && listeners.push(run),
        shouldUserStatusBeCollected: () => state[1],
        getCurrentUserStatus: () => ({
          regulation: 'gdpr',
          purposes: { cookies: { id: 'cookies', enabled: state[0] } },
        }),
      };
    },
    answer(granted: boolean) {
      state = [granted, false];
      for (const listener of listeners) listener();
    },
  };
}

function cookieyes() {
  const page = window as Globals;
  const set = (advertisement: boolean, isUserActionCompleted: boolean, name: string) => {
    const detail = {
      activeLaw: 'gdpr',
      categories: { necessary: true, advertisement },
      isUserActionCompleted,
    };
    page.getCkyConsent = () => detail;
    document.dispatchEvent(new CustomEvent(name, { detail }));
  };
  page.fakes.cookieyes = {
    load: (saved?: boolean) => set(!!saved, saved !== undefined, 'cookieyes_banner_load'),
    answer: (granted: boolean) => set(granted, true, 'cookieyes_consent_update'),
  };
}

const FAKES = { uet, gcm, tcf, gpp, cookiebot, onetrust, usercentrics, usercentrics3, didomi, cookieyes };

export type FakeName = keyof typeof FAKES;

/** Every page of this visitor has these platforms. `head`: what the page's own first script then does. */
export async function installFakes(context: BrowserContext, names: FakeName[], head = ''): Promise<void> {
  const fakes = names.map((name) => `(${FAKES[name]})();`);
  await context.addInitScript({
    content: `window.fakes = {};${fakes.join('')}with (window.fakes) {${head}}`,
  });
}
