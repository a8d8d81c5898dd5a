import type { PixelEvent } from '@uet-capi/protocol';
import type { Capi, ConsentDecision, EventParams, PixelContext, PixelState, TrackOptions } from './api.ts';
import { clickId, forgetClickId } from './capture/click-id.ts';
import { createConsent } from './capture/consent.ts';
import { buildEvent, type Captured, describeDocument } from './capture/event.ts';
import { createIdentity } from './capture/identity.ts';
import { eventId } from './capture/ids.ts';
import { watchLifecycle, whenActivated, whenIdle } from './capture/lifecycle.ts';
import { isPageName, likeSegment, mapName } from './capture/names.ts';
import { type Page, type Pages, watchPages } from './capture/page.ts';
import { type CustomData, cleanParams } from './capture/params.ts';
import { forgetSales, isNewSale } from './capture/sales.ts';
import { forgetVisitor, visitor } from './capture/visitor.ts';
import { post } from './channels/collector.ts';
import { pushConsent, pushEvent, pushIdentity } from './channels/uetq.ts';
import { say, setDebug } from './debug.ts';
import { attempt, guard } from './guard.ts';
import { disown } from './queue/owner.ts';
import { createQueue } from './queue/queue.ts';
import { asList, mergeSettings, type PixelSettings } from './settings.ts';

/** A longer id or name is a mistake of the page, characters. */
const MAX_NAME = 255;

/** Of a call made before the script had loaded: the id that the stub gave back. */
export interface ReplayOptions extends TrackOptions {
  stubId?: string;
}

/** A short text, or undefined. */
function asName(value: unknown): string | undefined {
  const name = typeof value === 'number' ? `${value}` : value;
  return typeof name === 'string' && name.trim() && name.length <= MAX_NAME ? name : undefined;
}

/**
 * A running pixel: captures page loads and custom events, hands each to the UET tag of the page and
 * to the site's collector under one id. One per page.
 *
 * An event is captured at once (id, time, address, parameters) and held until consent, its page's
 * id and hashes under way are settled; then it goes to disk, to the tag and to the collector.
 */
export function createPixel(given: PixelSettings): Capi {
  const settings: PixelSettings = { ...given };
  const hasTag = () => settings.uet !== 'off';
  const tagId = String(settings.tagId);

  /** Calls made while the page is only prerendered: until it is shown, nothing happened. */
  let prerendered: (() => void)[] | undefined = [];
  let idle = false;
  let pages: Pages;
  let common: CustomData = {};
  let identityPushed = '';
  /** In order of capture; each waits for its page's id. */
  const held: { page?: Page; go(decision: ConsentDecision): void }[] = [];
  const flushing: (() => void)[] = [];
  let announce: (state: PixelState) => void;
  const ready = new Promise<PixelState>((resolve) => {
    announce = resolve;
  });

  const address = () =>
    new URL(
      settings.eventsPath || 'e',
      new URL((settings.endpoint || '.').replace(/\/*$/, '/'), location.href),
    );
  const granted = () => consent.now() === 'granted';

  const erase = () => {
    const anonymousId = forgetVisitor();
    forgetClickId();
    forgetSales();
    queue.clear();
    if (!anonymousId) return;
    // Tells the collector to erase what it still holds of this visitor.
    const event: PixelEvent = {
      eventType: 'custom',
      eventName: 'consent',
      eventTime: Math.floor(Date.now() / 1000),
      consent: 'denied',
      userData: { anonymousId },
    };
    queue.add({ at: Date.now(), event }, false);
    queue.send();
  };
  const consent = createConsent(settings, (decision, made) => {
    say('consent', decision, made ? '' : '(default)');
    if (decision === 'denied' && made) idle ? erase() : whenIdle(erase);
    if (decision === 'granted' && idle) queue.wake();
    release();
  });
  const identity = createIdentity(
    () => address().protocol === 'https:',
    () => release(),
  );
  const queue = createQueue({
    tab: eventId(),
    post: (body, keepalive) => post(address().href, body, keepalive),
    mayStore: () => idle && granted(),
    changed: () => settleFlush(),
  });

  const settleFlush = () => {
    if (!held.length && queue.safe()) for (const resolve of flushing.splice(0)) resolve();
  };
  const release = (leaving = false) => {
    const decision = consent.now();
    if (prerendered || !decision || (!leaving && identity.busy())) return;
    if (idle && pages.now().settled) announce(state());
    const { em, ph } = identity.now();
    if (decision === 'granted' && hasTag() && (em || ph) && identityPushed !== `${em}${ph}`) {
      identityPushed = `${em}${ph}`;
      pushIdentity({ em, ph });
    }
    while (held.length && held[0]?.page?.settled !== false) held.shift()?.go(decision);
    queue.send(leaving);
    settleFlush();
  };
  /** Keeps it until it may go, at the latest at the end of this task. */
  const hold = (go: (decision: ConsentDecision) => void, page?: Page) => {
    held.push(page ? { page, go } : { go });
    Promise.resolve().then(guard(() => release()));
  };
  const isDropped = (decision: ConsentDecision) =>
    decision === 'denied' && settings.consent?.whenDenied !== 'anonymous';

  const capture = (event: Captured) => {
    const { type, name = '', page, data } = event;
    hold((decision) => {
      const id = event.id || page.id;
      if (isDropped(decision)) return say(name || type, id, 'not sent: consent denied');
      const ids = granted() ? { anonymousId: visitor(), msclkid: clickId() } : {};
      if (granted() && event.once && !isNewSale(tagId, name, id)) return say(name, id, 'sent before');
      if (type === 'pageLoad') page.sentAs = page.id;
      queue.add({ at: Date.now(), event: buildEvent(event, decision, ids) }, granted());
      say(name || type, id, 'to the collector', data);
      if (!granted() || !hasTag()) return;
      if (type === 'custom') pushEvent(name, data, id);
      else if (data.value !== undefined) pushEvent('', data, `${id}-revenue`);
    }, page);
  };
  /** One page load per page; revenue may follow it. */
  const count = (page: Page, params?: EventParams) => {
    const { value, currency } = cleanParams(params, false);
    const data: CustomData = value === undefined ? {} : { value, currency };
    const about = {
      time: Math.floor(Date.now() / 1000),
      page,
      who: identity.now(),
      data,
      ...describeDocument(),
    };
    if (!page.counted) capture({ type: 'pageLoad', ...about });
    else if (value !== undefined)
      hold(() => capture({ type: 'custom', id: `${page.sentAs || page.id}-revenue`, ...about }), page);
    page.counted = true;
  };
  const autoCount = (page: Page) => {
    if (settings.autoPage !== false && !page.counted) count(page);
  };
  const countPage = (params?: EventParams) => {
    let page = pages.now();
    // Each call is a page load where the site counts by itself.
    if (page.counted && settings.autoPage === false) page = pages.open();
    count(page, params);
  };

  const state = (): PixelState => ({
    consent: consent.now() as ConsentDecision,
    pageLoadId: pages.now().id,
    ...(granted() ? { anonymousId: visitor(), ...(clickId() ? { msclkid: clickId() as string } : {}) } : {}),
  });

  /** Runs now, or once the page is shown. */
  const whenShown = (run: () => void) => {
    if (prerendered) prerendered.push(guard(run));
    else run();
  };

  const track = (rawName: string, params?: EventParams, options?: ReplayOptions): string => {
    const now = Date.now();
    const option = <K extends keyof ReplayOptions>(key: K) => attempt(() => options?.[key]);
    const name = asName(rawName);
    const fallback = option('stubId') || eventId(now);
    if (!name) {
      say('refused: an event needs a name', rawName);
      return fallback;
    }
    const mapped = mapName(name, settings.eventNames);
    if (isPageName(name) || isPageName(mapped)) {
      whenShown(() => countPage(params));
      return prerendered ? fallback : pages.now().id;
    }
    const data = { ...common, ...cleanParams(params, likeSegment(settings.eventNames)) };
    const explicit = asName(option('eventId'));
    const sale =
      asList(settings.idFromTransaction || 'purchase').includes(mapped) && asName(data.transactionId);
    const id = explicit || sale || fallback;
    const time = Number(new Date(option('time') ?? now)) || now;
    whenShown(() => {
      capture({
        type: 'custom',
        name: mapped,
        id,
        once: !explicit && !!sale,
        time: Math.floor(Math.min(time, now) / 1000),
        page: pages.now(),
        who: identity.now(),
        data,
        ...describeDocument(),
      });
    });
    return id;
  };
  const guardedTrack = guard(track);

  whenActivated(() => {
    pages = watchPages({
      hasTag,
      tagId,
      opened(page) {
        if (idle) autoCount(page);
        else whenIdle(() => autoCount(page));
      },
      settled: () => release(),
      report(report) {
        hold((decision) => {
          if (!isDropped(decision)) queue.add({ at: Date.now(), report }, granted());
        });
      },
    });
    const calls = prerendered || [];
    prerendered = undefined;
    consent.start();
    for (const call of calls) call();
    watchLifecycle(
      (gone) => {
        autoCount(pages.now());
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

  return {
    track: (...call) => guardedTrack(...call) || eventId(),
    page: guard((params) => whenShown(() => countPage(params))),
    identify: guard((who) => identity.identify(who)),
    set: guard((params) => {
      common = { ...common, ...cleanParams(params, likeSegment(settings.eventNames)) };
    }),
    consent: guard((input) => {
      const decision = typeof input === 'string' ? input : input?.ad_storage;
      if (decision !== 'granted' && decision !== 'denied') return say('consent not understood', input);
      consent.decide(decision);
      if (hasTag()) pushConsent(consent.now() as ConsentDecision);
    }),
    context: () =>
      attempt(() => {
        const context: PixelContext = { v: 1 };
        if (granted()) {
          context.a = visitor();
          const click = clickId();
          if (click) context.c = click;
        }
        if (!prerendered) context.p = pages.now().id;
        const decision = consent.now();
        if (decision) context.g = decision;
        return btoa(JSON.stringify(context)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
      }) || '',
    flush: () =>
      new Promise((resolve) => {
        flushing.push(resolve);
        guard(release)();
      }),
    debug: (on = true) => setDebug(on),
    init: guard((over) => mergeSettings(settings, over)),
    ready,
  };
}
