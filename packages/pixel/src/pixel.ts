import type { PixelEvent } from '@uet-capi/protocol';
import { PAGE_NAMES, WITHDRAWAL_NAME } from '@uet-capi/protocol/names';
import type { Capi, ConsentDecision, PixelContext, PixelState, TrackOptions } from './api.ts';
import { attempt, read } from './attempt.ts';
import { clickId, clickIdNames, forgetClickId } from './capture/click-id.ts';
import { createConsent } from './capture/consent.ts';
import { readCookie, writeCookie } from './capture/cookie.ts';
import { type Captured, captureEvent, type Identifiers } from './capture/event.ts';
import { createIdentity, type Identity } from './capture/identity.ts';
import { eventId } from './capture/ids.ts';
import { watchLifecycle, whenActivated, whenIdle } from './capture/lifecycle.ts';
import { type Page, type Pages, watchPages } from './capture/page.ts';
import { aliases, asName, type CustomData, cleanParams } from './capture/params.ts';
import { forgetVisitor, knownVisitor, visitor } from './capture/visitor.ts';
import { post } from './channels/collector.ts';
import { push, pushConsent, TAG_NAMES, tagParams } from './channels/uetq.ts';
import { on, onSay, say } from './debug.ts';
import type { Core, Feature } from './features/feature.ts';
import { guard, later, listen } from './guard.ts';
import { disown } from './queue/owner.ts';
import { createQueue } from './queue/queue.ts';
import { mergeSettings, type PixelSettings } from './settings.ts';

/**
 * A running pixel: captures page loads and custom events, hands each to the UET tag of the page and
 * to the site's collector under one id. One per page.
 *
 * An event is captured at once (id, time, address, parameters) and waits until consent, its page's
 * id and hashes under way are settled; then it goes to the tag, to disk and to the collector.
 */
export function createPixel(given: PixelSettings, features: readonly Feature[]): Capi {
  const settings = mergeSettings({}, given);
  const hasTag = () => settings.uet !== 'off';

  /** Calls made while the page is only prerendered: until it is shown, nothing happened. */
  let prerendered: (() => unknown)[] | undefined = [];
  /** The browser had a moment for us: storage may be touched without an event. */
  let idle = false;
  let pages: Pages;
  let common: CustomData = {};
  /** The identity that the tag knows. */
  let told: Identity | undefined;
  /** What waits, in order of capture: each is asked to go on, and gives true when it is done. */
  const waiting = new Set<(leaving: boolean) => unknown>();

  const address = (path = settings.eventsPath || 'e') =>
    new URL(path, new URL((settings.endpoint || '.').replace(/\/*$/, '/'), location.href));
  const granted = () => consent.now() === 'granted';
  const identifiers = (): Identifiers => (granted() ? { anonymousId: visitor(), msclkid: clickId() } : {});

  const release = (leaving = false) => {
    const who = identity.now();
    if (prerendered || !consent.now() || (granted() && identity.busy() && !leaving)) return;
    if (granted() && hasTag() && who !== told && (who.em || who.ph)) {
      told = who;
      push('set', { pid: { em: who.em, ph: who.ph } });
    }
    for (const go of waiting) if (attempt(() => go(leaving))) waiting.delete(go);
    queue.send(leaving);
  };
  /** Goes on with what may go on now. */
  const proceed = guard(() => release());
  const hold = (go: (leaving: boolean) => unknown) => {
    waiting.add(go);
    // At the earliest at the end of this task.
    queueMicrotask(proceed);
  };

  /** The visitor took consent back, or never gave it: nothing of an earlier visit stays. */
  const erase = () => {
    // A source refused first, then the page's own call overrode it.
    if (granted()) return;
    const anonymousId = knownVisitor() as string;
    forgetVisitor();
    forgetClickId();
    queue.clear();
    say('erased');
    // Tells the collector to erase what it still holds of this visitor.
    if (anonymousId)
      send({
        event: {
          eventType: 'custom',
          eventName: WITHDRAWAL_NAME,
          eventTime: Math.floor(Date.now() / 1000),
          consent: 'denied',
          userData: { anonymousId },
        },
      });
  };
  const consent = createConsent(settings, (decision, made) => {
    say('consent', decision, made);
    release();
    if (decision === 'denied' && made) idle ? erase() : whenIdle(erase);
    if (idle) queue.wake();
  });
  const identity = createIdentity(
    () => address().protocol === 'https:',
    proceed,
  );
  const queue = createQueue({
    tab: eventId(),
    post: (body, keepalive) => post(address().href, body, keepalive),
    mayStore: () => idle && granted(),
    changed: proceed,
  });
  const send = (content: object) => queue.add({ ...content, at: Date.now() }, granted());

  /** @param pushed the tag has it already */
  const capture = (page: Page, time: number, facts: Partial<Captured>, pushed?: boolean) => {
    const event = captureEvent(page, time, facts);
    const { eventName = '', customData = {} } = event;
    const isPage = event.eventType === 'pageLoad';
    const who = identity.now();
    let signed: PixelEvent | undefined;
    let isForTag = false;
    say('held', event);
    hold((leaving) => {
      if (!signed) {
        if (granted() && page.pending) return;
        const userData: Record<string, unknown> = { ...identifiers() };
        // Inherited fields too, which a spread leaves out.
        if (granted()) for (const field in who) userData[field] = who[field as keyof typeof who];
        // A page load is called like its page, and the revenue that follows it like that.
        if (isPage) page.sentAs = page.id;
        signed = {
          eventId: page.sentAs + (isPage ? '' : '-revenue'),
          ...event,
          pageLoadId: page.id,
          consent: consent.now(),
          userData,
        } as PixelEvent;
        const answers = say('out?', signed);
        if (answers.includes(false) || !(granted() || answers.includes(true))) {
          say('not sent', event, consent.now());
          return true;
        }
        isForTag = granted() && hasTag();
        if (isForTag && !pushed && (!isPage || 'value' in customData))
          push('event', eventName, tagParams(customData, signed.eventId + (isPage ? '-revenue' : '')));
      }
      if (isForTag && !isPage) {
        const answers = granted() ? say('copy?', signed, leaving) : [false];
        if (answers.includes(false)) {
          say('copy withheld', signed);
          return true;
        }
        if (answers.includes('wait') && !leaving) return;
      }
      send({ event: signed });
      say('queued', event, signed);
      return true;
    });
  };

  /** One page load per page; revenue may follow it. */
  const count = (page: Page, params?: unknown) => {
    const { value, currency } = cleanParams(params);
    const customData = value === undefined ? {} : { value, currency };
    if (page.counted && value === undefined) return;
    const facts = page.counted ? {} : { eventType: 'pageLoad' as const };
    if (!page.counted) say('page', page);
    page.counted = true;
    capture(page, Date.now(), { customData, ...facts } as Partial<Captured>);
  };
  const countByItself = (page: Page) => {
    if (settings.autoPage !== false && !page.counted) count(page);
  };
  const countPage = (params?: unknown) => {
    const page = pages.now();
    // Each call is a page load where the site counts by itself.
    count(page.counted && settings.autoPage === false ? pages.open() : page, params);
  };
  /** Runs now, or once the page is shown. */
  const whenShown = (run: () => unknown) => {
    if (prerendered) prerendered.push(guard(run));
    else run();
  };
  /** Gives the id: the usable one given, else the transaction's, else another. */
  const captureCustom = (
    eventName: string,
    customData: CustomData,
    given: unknown,
    fallback = eventId(),
    time = Date.now(),
    pushed?: boolean,
  ) => {
    // A list from code, a text from an attribute.
    const isSale = `${settings.idFromTransaction || 'purchase'}`.split(',').includes(eventName);
    const id = asName(given) || (isSale && asName(customData.transactionId)) || fallback;
    whenShown(() =>
      // A nameless event has no name, not an empty one.
      capture(
        pages.now(),
        time,
        { customData, eventId: id, eventName: eventName || undefined } as Partial<Captured>,
        pushed,
      ),
    );
    return id;
  };

  const track = guard(
    (rawName: string, params?: unknown, options?: TrackOptions, id?: string, now: number = Date.now()) => {
      say('track', rawName);
      const [name = asName(rawName)] = say('name?', asName(rawName)).filter(Boolean) as string[];
      if (!name) return void say('no name', rawName);
      if (PAGE_NAMES.includes(name)) return void whenShown(() => countPage(params));
      const time = attempt(() => +new Date(read(options, 'time') as number)) || now;
      return captureCustom(
        name,
        { ...common, ...cleanParams(params) },
        read(options, 'eventId'),
        id,
        Math.min(time, now),
      );
    },
  );

  const capi: Capi = {
    track: (...call) => track(...(call as Parameters<typeof track>)) || eventId(),
    page: guard((params) => whenShown(() => countPage(params))),
    identify: guard(identity.identify),
    set: guard((params) => {
      common = { ...common, ...cleanParams(params) };
    }),
    consent: guard((input) => {
      const decision = typeof input === 'string' ? input : input.ad_storage;
      if (decision !== 'granted' && decision !== 'denied') return void say('bad consent', input);
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
        // Behind what was captured before.
        hold(function done() {
          if ([...waiting][0] !== done || !queue.safe()) return;
          resolve();
          return true;
        });
      }),
    // Filled by the feature of that name.
    debug() {},
    init: guard((over) => void mergeSettings(settings, over)),
    ready: new Promise<PixelState>((resolve) =>
      waiting.add(() => {
        const { id, pending } = pages.now();
        if (!idle || pending) return;
        resolve({ consent: consent.now() as ConsentDecision, pageLoadId: id, ...identifiers() });
        return true;
      }),
    ),
  };

  const core: Core = {
    settings,
    capi,
    address,
    attempt,
    guard,
    listen,
    later,
    say,
    on,
    onSay,
    consent: consent.now,
    updateConsent: consent.update,
    readCookie,
    writeCookie,
    visitor,
    clickId,
    clickIdNames,
    identity: identity.now,
    capture: (name, data, given) => captureCustom(name, data, given, undefined, undefined, true),
    cleanParams,
    aliases,
    tagNames: TAG_NAMES,
    hasMoved: () => pages.hasMoved(),
    release: proceed,
    report: (report) =>
      hold(() => {
        if (granted() || say('out?', {}).includes(true)) send({ report });
        return true;
      }),
  } as Core;
  for (const feature of features) guard(feature)(core);
  whenActivated(() => {
    pages = watchPages((page) => (idle ? countByItself(page) : whenIdle(() => countByItself(page))));
    const calls = prerendered || [];
    prerendered = undefined;
    say('start');
    consent.start();
    for (const call of calls) call();
    watchLifecycle(
      (gone) => {
        countByItself(pages.now());
        say('leave');
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
