import type { PixelEvent } from '@uet-capi/protocol';
import { WITHDRAWAL_NAME } from '@uet-capi/protocol/names';
import type { Capi, ConsentDecision, EventParams, PixelContext, PixelState, TrackOptions } from './api.ts';
import { clickId, clickIdNames, forgetClickId } from './capture/click-id.ts';
import { createConsent } from './capture/consent.ts';
import { cookieDomain, readCookie } from './capture/cookie.ts';
import { type Captured, captureEvent, type Identifiers } from './capture/event.ts';
import { createIdentity } from './capture/identity.ts';
import { eventId } from './capture/ids.ts';
import { watchLifecycle, whenActivated, whenIdle } from './capture/lifecycle.ts';
import { isPageName, mapName } from './capture/names.ts';
import { type Page, type Pages, watchPages } from './capture/page.ts';
import { aliases, asName, type CustomData, cleanParams } from './capture/params.ts';
import { forgetSales, isNewSale } from './capture/sales.ts';
import { watchBeacons } from './capture/tag-page.ts';
import { forgetVisitor, visitor } from './capture/visitor.ts';
import { post } from './channels/collector.ts';
import { ours, pushConsent, pushEvent, pushIdentity, TAG_NAMES } from './channels/uetq.ts';
import { on, onSay, say } from './debug.ts';
import type { Core, Feature } from './features/feature.ts';
import { attempt, guard, later, listen } from './guard.ts';
import { disown } from './queue/owner.ts';
import { createQueue } from './queue/queue.ts';
import { mergeSettings, type PixelSettings } from './settings.ts';

/** Of a call made before the script had loaded: the id that the stub gave back. */
export interface ReplayOptions extends TrackOptions {
  stubId?: string;
}

/**
 * A running pixel: captures page loads and custom events, hands each to the UET tag of the page and
 * to the site's collector under one id. One per page.
 *
 * An event is captured at once (id, time, address, parameters) and held until consent, its page's
 * id and hashes under way are settled; then it goes to disk, to the tag and to the collector.
 */
export function createPixel(given: PixelSettings, features: readonly Feature[]): Capi {
  const settings = mergeSettings({}, given);
  const tagId = `${settings.tagId}`;
  const hasTag = () => settings.uet !== 'off';

  /** Calls made while the page is only prerendered: until it is shown, nothing happened. */
  let prerendered: (() => void)[] | undefined = [];
  /** The browser had a moment for us: storage may be touched without an event. */
  let idle = false;
  let pages: Pages;
  let common: CustomData = {};
  let pushedIdentity = '';
  /** What a feature makes of an event without consent; false: not sent. */
  let anonymise: ((event: Partial<PixelEvent>) => boolean) | undefined;
  /** In order of capture; each waits for its page's id. */
  const held: [go: (decision: ConsentDecision) => void, page: Page | undefined][] = [];
  /** The collector's copies of what the tag was given: each waits for what features know of the tag. */
  const copies = new Set<{ name: string; id: string; go(): void }>();
  const checks: Parameters<Core['checkCopy']>[0][] = [];
  const flushing: (() => void)[] = [];
  let announce: (state: PixelState) => void;

  const address = (path = settings.eventsPath || 'e') =>
    new URL(path, new URL((settings.endpoint || '.').replace(/\/*$/, '/'), location.href));
  const granted = () => consent.now() === 'granted';
  const identifiers = (): Identifiers => (granted() ? { anonymousId: visitor(), msclkid: clickId() } : {});
  const mayGo = (event: Partial<PixelEvent>) => granted() || !!anonymise?.(event);

  /** The visitor took consent back, or never gave it: nothing of an earlier visit stays. */
  const erase = () => {
    // A source refused first, then the page's own call overrode it.
    if (granted()) return;
    const anonymousId = forgetVisitor();
    forgetClickId();
    forgetSales();
    copies.clear();
    queue.clear();
    say('erased');
    // Tells the collector to erase what it still holds of this visitor.
    const event: PixelEvent = {
      eventType: 'custom',
      eventName: WITHDRAWAL_NAME,
      eventTime: Math.floor(Date.now() / 1000),
      consent: 'denied',
      userData: { anonymousId: anonymousId as string },
    };
    if (anonymousId) queue.add({ event }, false);
  };
  const consent = createConsent(settings, (decision, made) => {
    say('consent', decision, made);
    if (decision === 'denied' && made) idle ? erase() : whenIdle(erase);
    if (idle) queue.wake();
    release();
  });
  const identity = createIdentity(
    () => address().protocol === 'https:',
    () => release(),
  );
  const settleFlush = () => {
    if (!held[0] && !copies.size && queue.safe()) for (const resolve of flushing.splice(0)) resolve();
  };
  const queue = createQueue({
    tab: eventId(),
    post: (body, keepalive) => post(address().href, body, keepalive),
    mayStore: () => idle && granted(),
    changed: settleFlush,
  });

  const release = (leaving = false) => {
    const decision = consent.now();
    if (prerendered || !decision || (identity.busy() && !leaving)) return;
    const { em, ph } = identity.now();
    const page = pages.now();
    if (idle && page.settled) announce({ consent: decision, pageLoadId: page.id, ...identifiers() });
    if (granted() && hasTag() && (em || ph) && pushedIdentity !== `${em}${ph}`) {
      pushedIdentity = `${em}${ph}`;
      pushIdentity({ em, ph });
    }
    while (held[0] && (!held[0][1] || held[0][1].settled)) held.shift()![0](decision);
    for (const copy of copies) {
      const answers = checks.map((check) => check(copy.name, copy.id, leaving));
      const isRefused = !granted() || answers.includes(false);
      if (!isRefused && !leaving && answers.includes(undefined)) continue;
      copies.delete(copy);
      if (isRefused) say('copy withheld', copy);
      else copy.go();
    }
    queue.send(leaving);
    settleFlush();
  };
  /** Keeps it until it may go, at the earliest at the end of this task. */
  const hold = (go: (decision: ConsentDecision) => void, page?: Page) => {
    held.push([go, page]);
    Promise.resolve().then(guard(() => release()));
  };

  /**
   * @param sale the id is the transaction's: it must not go out twice
   * @param pushed the tag has it already
   */
  const capture = (event: Captured, page: Page, sale?: unknown, pushed?: boolean) => {
    const who = identity.now();
    say('held', event);
    hold((decision) => {
      const { eventName = '', customData = {} } = event;
      const userData: Record<string, unknown> = { ...identifiers() };
      // Inherited fields too, which a spread leaves out.
      if (granted()) for (const field in who) userData[field] = who[field as keyof typeof who];
      const signed = {
        eventId: page.id,
        ...event,
        pageLoadId: page.id,
        consent: decision,
        userData,
      } as PixelEvent;
      const id = signed.eventId as string;
      if (!mayGo(signed) || (sale && granted() && !isNewSale(tagId, eventName, id)))
        return say('not sent', event, decision);
      const isPage = event.eventType === 'pageLoad';
      if (isPage) page.sentAs = id;
      const go = () => {
        queue.add({ event: signed }, granted());
        say('queued', event, signed);
      };
      const isForTag = granted() && hasTag();
      if (isPage || !isForTag) go();
      else copies.add({ name: eventName, id, go });
      if (!isForTag || pushed) return;
      if (!isPage) pushEvent(eventName, customData, id);
      else if ('value' in customData) pushEvent('', customData, `${id}-revenue`);
    }, page);
  };
  /** One page load per page; revenue may follow it. */
  const count = (page: Page, params?: EventParams) => {
    const { value, currency } = cleanParams(params);
    const customData = value === undefined ? {} : { value, currency };
    const revenue = captureEvent(page, Date.now(), { customData } as Partial<Captured>);
    if (!page.counted) {
      page.counted = true;
      say('page', page);
      capture({ ...revenue, eventType: 'pageLoad' }, page);
    } else if (value !== undefined) {
      hold(() => capture({ ...revenue, eventId: `${page.sentAs || page.id}-revenue` }, page), page);
    }
  };
  const countByItself = (page: Page) => {
    if (settings.autoPage !== false && !page.counted) count(page);
  };
  const countPage = (params?: EventParams) => {
    const page = pages.now();
    // Each call is a page load where the site counts by itself.
    count(page.counted && settings.autoPage === false ? pages.open() : page, params);
  };
  /** Runs now, or once the page is shown. */
  const whenShown = (run: () => void) => {
    if (prerendered) prerendered.push(guard(run));
    else run();
  };
  /** Gives the id: the usable one given, else the transaction's, else another. */
  const captureCustom = (
    eventName: string,
    customData: CustomData,
    given: unknown,
    fallback: string,
    time: number,
    pushed?: boolean,
  ) => {
    // A list from code, a text from an attribute.
    const sale =
      `${settings.idFromTransaction || 'purchase'}`.split(',').includes(eventName) &&
      asName(customData.transactionId);
    const explicit = asName(given);
    const eventId = explicit || sale || fallback;
    whenShown(() => {
      const page = pages.now();
      // A nameless event has no name, not an empty one.
      const facts = { customData, eventId, eventName: eventName || undefined } as Partial<Captured>;
      capture(captureEvent(page, time, facts), page, sale === eventId, pushed);
    });
    return eventId;
  };

  const track = guard((rawName: string, params?: EventParams, options?: ReplayOptions) => {
    say('track', rawName);
    const now = Date.now();
    const option = (key: keyof ReplayOptions) => attempt(() => options![key]);
    const eventName = mapName(asName(rawName), settings.eventNames as object);
    const fallback = (option('stubId') as string) || eventId(now);
    if (!eventName) return say('no name', rawName);
    if (isPageName(eventName)) {
      whenShown(() => countPage(params));
      return fallback;
    }
    const time = attempt(() => +new Date(option('time') as number)) || now;
    const data = { ...common, ...cleanParams(params) };
    return captureCustom(eventName, data, option('eventId'), fallback, Math.min(time, now));
  });

  const capi: Capi = {
    track: (...call) => track(...call) || eventId(),
    page: guard((params) => whenShown(() => countPage(params))),
    identify: guard(identity.identify),
    set: guard((params) => {
      common = { ...common, ...cleanParams(params) };
    }),
    consent: guard((input) => {
      const decision = typeof input === 'string' ? input : input.ad_storage;
      if (decision !== 'granted' && decision !== 'denied') return say('bad consent', input);
      consent.decide(decision);
      if (hasTag()) pushConsent(consent.now() as ConsentDecision);
    }),
    context: () =>
      attempt(() => {
        const { anonymousId: a, msclkid: c } = identifiers();
        const context = { v: 1, a, c, p: prerendered ? undefined : pages.now().id, g: consent.now() };
        return btoa(JSON.stringify(context as PixelContext))
          .replace(/\+/g, '-')
          .replace(/\//g, '_')
          .replace(/=/g, '');
      }) || '',
    flush: () =>
      new Promise((resolve) => {
        flushing.push(resolve);
        guard(release)();
      }),
    // Filled by the feature of that name.
    debug() {},
    init: guard((over) => void mergeSettings(settings, over)),
    ready: new Promise((resolve) => {
      announce = resolve;
    }),
  };

  const core: Omit<Core, 'loadScript'> = {
    settings,
    capi,
    address,
    attempt,
    guard,
    listen,
    later,
    say,
    onSay,
    addConsentSource: consent.add,
    consent: consent.now,
    onConsent(run) {
      on('consent', run);
      const decision = consent.now();
      if (decision) guard(run)(decision);
    },
    sendDenied(run) {
      anonymise = run;
    },
    readCookie,
    visitor,
    clickId,
    clickIdNames,
    cookieDomain,
    identity: identity.now,
    page: () => pages.now(),
    capture: (name, data, given) => captureCustom(name, data, given, eventId(), Date.now(), true),
    cleanParams,
    aliases,
    onBeacon: (run) => watchBeacons(tagId, run),
    onPageLoad: (run) => on('page', run),
    tagNames: TAG_NAMES,
    ours,
    checkCopy: (check) => void checks.push(guard(check)),
    recheck: () => release(),
    onErase: (run) => on('erased', run),
  };
  for (const feature of features) guard(feature)(core as Core);
  whenActivated(() => {
    pages = watchPages({
      hasTag,
      tagId,
      opened: (page) => (idle ? countByItself(page) : whenIdle(() => countByItself(page))),
      settled: () => release(),
      report: (report) =>
        hold(() => {
          if (mayGo({})) queue.add({ report }, granted());
        }),
    });
    const calls = prerendered || [];
    prerendered = undefined;
    consent.start();
    for (const call of calls) call();
    watchLifecycle(
      (gone) => {
        countByItself(pages.now());
        pages.settle();
        if (gone && !consent.now()) consent.settle();
        release(true);
        if (gone) disown();
      },
      () => queue.wake(),
    );
    whenIdle(() => {
      idle = true;
      queue.wake();
      release();
    });
  });
  return capi;
}
