import type { PixelEvent } from '@uet-capi/protocol';
import { WITHDRAWAL_NAME } from '@uet-capi/protocol/names';
import type { Capi, ConsentDecision, EventParams, PixelContext, PixelState, TrackOptions } from './api.ts';
import { clickId, clickIdNames, forgetClickId } from './capture/click-id.ts';
import { createConsent } from './capture/consent.ts';
import { cookieDomain, readCookie } from './capture/cookie.ts';
import { type Captured, captureEvent, type Identifiers, signEvent } from './capture/event.ts';
import { createIdentity } from './capture/identity.ts';
import { eventId } from './capture/ids.ts';
import { watchLifecycle, whenActivated, whenIdle } from './capture/lifecycle.ts';
import { asName, isPageName, likeSegment, mapName } from './capture/names.ts';
import { type Page, type Pages, watchPages } from './capture/page.ts';
import { type CustomData, cleanParams } from './capture/params.ts';
import { forgetSales, isNewSale } from './capture/sales.ts';
import { watchBeacons } from './capture/tag-page.ts';
import { forgetVisitor, visitor } from './capture/visitor.ts';
import { post } from './channels/collector.ts';
import { ours, pushConsent, pushEvent, pushIdentity, TAG_NAMES } from './channels/uetq.ts';
import { debug, say } from './debug.ts';
import type { Core, Feature } from './features/feature.ts';
import { attempt, guard, later, listen } from './guard.ts';
import { loadScript } from './load-script.ts';
import { disown } from './queue/owner.ts';
import { createQueue } from './queue/queue.ts';
import { asList, mergeSettings, type PixelSettings } from './settings.ts';

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
export function createPixel(given: PixelSettings, features: readonly Feature[] = []): Capi {
  const settings = mergeSettings({}, given);
  const tagId = String(settings.tagId);
  const hasTag = () => settings.uet !== 'off';

  /** Calls made while the page is only prerendered: until it is shown, nothing happened. */
  let prerendered: (() => void)[] | undefined = [];
  /** The browser had a moment for us: storage may be touched without an event. */
  let idle = false;
  let pages: Pages;
  let common: CustomData = {};
  let pushedIdentity = '';
  /** In order of capture; each waits for its page's id. */
  const held: { page?: Page; go(decision: ConsentDecision): void }[] = [];
  /** The collector's copies of what the tag was given: each waits for what features know of the tag. */
  const copies = new Set<{ name: string; id: string; go(): void }>();
  const checks: Parameters<Core['checkCopy']>[0][] = [];
  const erasers = [() => copies.clear(), forgetClickId, forgetSales];
  const pageListeners: ((page: Page) => void)[] = [];
  const flushing: (() => void)[] = [];
  const consentListeners: ((decision: ConsentDecision) => void)[] = [];
  let announce: (state: PixelState) => void;
  const ready = new Promise<PixelState>((resolve) => {
    announce = resolve;
  });

  const address = (path = settings.eventsPath || 'e') =>
    new URL(path, new URL((settings.endpoint || '.').replace(/\/*$/, '/'), location.href));
  const granted = () => consent.now() === 'granted';
  const identifiers = (): Identifiers => (granted() ? { anonymousId: visitor(), msclkid: clickId() } : {});

  /** The visitor took consent back, or never gave it: nothing of an earlier visit stays. */
  const erase = () => {
    const anonymousId = forgetVisitor();
    for (const run of erasers) run();
    queue.clear();
    if (!anonymousId) return;
    // Tells the collector to erase what it still holds of this visitor.
    const event: PixelEvent = {
      eventType: 'custom',
      eventName: WITHDRAWAL_NAME,
      eventTime: Math.floor(Date.now() / 1000),
      consent: 'denied',
      userData: { anonymousId },
    };
    queue.add({ event }, false);
  };
  const consent = createConsent(settings, (decision, made) => {
    say('consent', decision, made);
    for (const run of consentListeners) run(decision);
    if (decision === 'denied' && made) idle ? erase() : whenIdle(erase);
    if (idle) queue.wake();
    release();
  });
  const identity = createIdentity(
    () => address().protocol === 'https:',
    () => release(),
  );
  const settleFlush = () => {
    if (!held.length && !copies.size && queue.safe()) for (const resolve of flushing.splice(0)) resolve();
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
    for (let next = held[0]; next && (!next.page || next.page.settled); next = held[0]) {
      held.shift();
      next.go(decision);
    }
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
    held.push(page ? { go, page } : { go });
    Promise.resolve().then(guard(() => release()));
  };
  const isDropped = (decision: ConsentDecision) =>
    decision === 'denied' && settings.consent.whenDenied !== 'anonymous';

  /**
   * @param sale the id is the transaction's: it must not go out twice
   * @param pushed the tag has it already
   */
  const capture = (event: Captured, page: Page, sale?: unknown, pushed?: boolean) => {
    const who = identity.now();
    say('held', event);
    hold((decision) => {
      const { eventName = '', customData = {} } = event;
      const id = event.eventId || page.id;
      const isPage = event.eventType === 'pageLoad';
      const isRepeated = () => sale && granted() && !isNewSale(tagId, eventName, id);
      if (isDropped(decision) || isRepeated()) return say('not sent', event, decision);
      if (isPage) page.sentAs = page.id;
      const signed = signEvent(event, page, decision, identifiers(), who);
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
    const data = (value === undefined ? {} : { value, currency }) as CustomData;
    if (!page.counted) {
      page.counted = true;
      for (const run of pageListeners) run(page);
      capture(captureEvent('pageLoad', page, Date.now(), data), page);
    } else if ('value' in data) {
      const revenue = captureEvent('custom', page, Date.now(), data);
      hold(() => capture({ ...revenue, eventId: `${page.sentAs || page.id}-revenue` }, page), page);
    }
  };
  const countByItself = (page: Page) => {
    if (settings.autoPage !== false && !page.counted) count(page);
  };
  const countPage = (params?: EventParams) => {
    let page = pages.now();
    // Each call is a page load where the site counts by itself.
    if (page.counted && settings.autoPage === false) page = pages.open();
    count(page, params);
  };
  /** Runs now, or once the page is shown. */
  const whenShown = (run: () => void) => {
    if (prerendered) prerendered.push(guard(run));
    else run();
  };

  /** The transaction's id, where it is the event's too. */
  const saleId = (name: string, data: CustomData) =>
    asList(settings.idFromTransaction || 'purchase').includes(name) && asName(data.transactionId);

  const track = (rawName: string, params?: EventParams, options?: ReplayOptions) => {
    say('track', rawName);
    const now = Date.now();
    const option = (key: keyof ReplayOptions) => attempt(() => options![key]);
    const name = mapName(asName(rawName), settings.eventNames);
    const fallback = (option('stubId') as string) || eventId(now);
    if (!name) {
      say('no name', rawName);
    } else if (isPageName(name)) {
      whenShown(() => countPage(params));
    } else {
      const data = { ...common, ...cleanParams(params, likeSegment(settings.eventNames)) };
      const explicit = asName(option('eventId'));
      const sale = saleId(name, data);
      const id = explicit || sale || fallback;
      const given = attempt(() => Number(new Date(option('time') as number)));
      const time = Math.min(given || now, now);
      whenShown(() => {
        const page = pages.now();
        const event = captureEvent('custom', page, time, data);
        capture({ ...event, eventId: id, eventName: name }, page, !explicit && sale);
      });
      return id;
    }
    return fallback;
  };

  const context = () => {
    const { anonymousId: a, msclkid: c } = identifiers();
    const context = { v: 1, a, c, p: prerendered ? undefined : pages.now().id, g: consent.now() };
    return btoa(JSON.stringify(context as PixelContext))
      .replace(/\+/g, '-')
      .replace(/\//g, '_')
      .replace(/=/g, '');
  };
  const tracking = guard(track);
  const capi: Capi = {
    track: (...call) => tracking(...call) || eventId(),
    page: guard((params) => whenShown(() => countPage(params))),
    identify: guard(identity.identify),
    set: guard((params) => {
      common = { ...common, ...cleanParams(params, likeSegment(settings.eventNames)) };
    }),
    consent: guard((input) => {
      const decision = typeof input === 'string' ? input : input.ad_storage;
      if (decision !== 'granted' && decision !== 'denied') return say('bad consent', input);
      consent.decide(decision);
      if (hasTag()) pushConsent(consent.now() as ConsentDecision);
    }),
    context: () => attempt(context) || '',
    flush: () =>
      new Promise((resolve) => {
        flushing.push(resolve);
        guard(release)();
      }),
    debug: guard((on = true) =>
      debug(on, address(`${settings.scriptPath || 'c.js'}?debug=1`).href, capi, settings),
    ),
    init: guard((over) => void mergeSettings(settings, over)),
    ready,
  };

  if (/[?&]capi_debug=1/.test(location.search)) capi.debug();
  for (const feature of features) {
    guard(feature)({
      settings,
      capi,
      attempt,
      guard,
      listen,
      later,
      say,
      addConsentSource: consent.add,
      consent: consent.now,
      onConsent(run) {
        const safely = guard(run);
        consentListeners.push(safely);
        const decision = consent.now();
        if (decision) safely(decision);
      },
      readCookie,
      visitor,
      clickId,
      clickIdNames,
      cookieDomain,
      identity: identity.now,
      page: () => pages.now(),
      capture(name, data, given) {
        const now = Date.now();
        const sale = saleId(name, data);
        const id = asName(given) || sale || eventId(now);
        whenShown(() => {
          const page = pages.now();
          const event = { ...captureEvent('custom', page, now, data), eventId: id };
          // A nameless event has no name, not an empty one.
          capture(name ? { ...event, eventName: name } : event, page, id === sale, true);
        });
        return id;
      },
      cleanParams: (params) => cleanParams(params as EventParams),
      onBeacon: (run) => watchBeacons(tagId, run),
      onPageLoad: (run) => void pageListeners.push(guard(run)),
      tagNames: TAG_NAMES,
      ours,
      checkCopy: (check) => void checks.push(guard(check)),
      recheck: () => release(),
      onErase: (run) => void erasers.push(guard(run)),
      loadScript,
    });
  }
  whenActivated(() => {
    pages = watchPages({
      hasTag,
      tagId,
      opened: (page) => (idle ? countByItself(page) : whenIdle(() => countByItself(page))),
      settled: () => release(),
      report: (report) =>
        hold((decision) => {
          if (!isDropped(decision)) queue.add({ report }, granted());
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
