import { PAGE_NAMES, WITHDRAWAL_NAME } from '@uet-capi/protocol/names';
import type { Capi, ConsentDecision, PixelContext, PixelState, TrackOptions } from './api.ts';
import { attempt, read } from './attempt.ts';
import { forgetClickId } from './capture/click-id.ts';
import { consent, decideConsent, granted, settleConsent, startConsent } from './capture/consent.ts';
import { type Captured, capture, identifiers, send } from './capture/event.ts';
import { identify } from './capture/identity.ts';
import { eventId } from './capture/ids.ts';
import { watchLifecycle, whenActivated } from './capture/lifecycle.ts';
import { currentPage, openPage, type Page, page, watchPages } from './capture/page.ts';
import { asName, type CustomData, cleanParams } from './capture/params.ts';
import { forgetVisitor, knownVisitor } from './capture/visitor.ts';
import { pushConsent } from './channels/uetq.ts';
import { on, say } from './debug.ts';
import type { Feature } from './features/feature.ts';
import { guard, whenIdle } from './guard.ts';
import { disown } from './queue/owner.ts';
import { clearQueue, isSafe, wakeQueue } from './queue/queue.ts';
import { watchSuccessor } from './queue/successor.ts';
import { configure, hasTag, settings } from './settings.ts';
import { hold, isFirst, release } from './waiting.ts';

/** Calls made while the page is only prerendered: until it is shown, nothing happened. */
let prerendered: (() => unknown)[] | undefined = [];

/** The browser had a moment for us: storage may be touched without an event. */
let isIdle = false;

/** What an earlier consent had left was erased. */
let isErased = false;

/** What the page has as `window.capi`: there once the pixel runs. */
export let capi: Capi;

/** Parameters of every event. */
let common: CustomData = {};

/** Runs now, or once the page is shown. */
function whenShown(run: () => unknown): void {
  if (prerendered) prerendered.push(guard(run));
  else run();
}

/** What the collector sets too, with each answer. */
function forget(): void {
  forgetVisitor();
  forgetClickId();
}

/** Runs now, or once the browser has a moment for us. */
function soon(run: () => void): void {
  if (isIdle) run();
  else whenIdle(run);
}

/** The visitor took consent back, or never gave it: nothing of an earlier visit stays. */
function erase(): void {
  // A source refused first, then the page's own call overrode it.
  if (granted()) return;
  isErased = true;
  const anonymousId = knownVisitor() as string;
  forget();
  clearQueue();
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
  say('go?');
}

/** One page load per page; revenue may follow it. */
function count(page: Page, params?: unknown): void {
  const { value, currency } = cleanParams(params);
  const customData = value === undefined ? {} : { value, currency };
  const facts = { customData } as Partial<Captured>;
  if (!page.counted) {
    page.counted = true;
    say('page', page);
    facts.eventType = 'pageLoad';
  } else if (value === undefined) return;
  capture(page, Date.now(), facts);
}

function countByItself(page: Page): void {
  if (settings.autoPage !== false && !page.counted) count(page);
}

function countPage(params?: unknown): void {
  whenShown(() => {
    const page = currentPage();
    // Each call is a page load where the site counts by itself.
    count(page.counted && settings.autoPage === false ? openPage() : page, params);
  });
}

/**
 * Captures a custom event under the name as it stands. Gives its id: the usable one given, else the
 * transaction's, else another.
 *
 * @param isPushed the tag has it already
 */
export function captureCustom(
  eventName: string,
  customData: CustomData,
  given: unknown,
  isPushed?: boolean,
  fallback = eventId(),
  time = Date.now(),
): string {
  // A list from code, a text from an attribute.
  const isSale = `${settings.idFromTransaction || 'purchase'}`.split(',').includes(eventName);
  const id = asName(given) || (isSale && asName(customData.transactionId)) || fallback;
  // A nameless event has no name, not an empty one.
  const facts = { customData, eventId: id, eventName: eventName || undefined } as Partial<Captured>;
  whenShown(() => capture(currentPage(), time, facts, isPushed));
  return id;
}

/** @param id given by the stub, `now` when it was called, ms */
function track(
  rawName: string,
  params?: unknown,
  options?: TrackOptions,
  id?: string,
  now: number = Date.now(),
): string | undefined {
  say('track', rawName);
  const given = asName(rawName);
  const name = (say('name?', given).find(Boolean) as string | undefined) || given;
  if (!name) return void say('no name', rawName);
  if (PAGE_NAMES.includes(name)) return void countPage(params);
  const time = attempt(() => +new Date(read(options, 'time') as number)) || now;
  const data = { ...common, ...cleanParams(params) };
  return captureCustom(name, data, read(options, 'eventId'), false, id, Math.min(time, now));
}

/** Reads consent, follows page, visitor and network. */
function start(): void {
  const calls = prerendered || [];
  prerendered = undefined;
  on('consent', (decision, isMade) => {
    release();
    if (decision === 'denied' && isMade) soon(erase);
    if (isIdle) wakeQueue();
  });
  on('opened', (page) => soon(() => countByItself(page)));
  // The answer to what was on its way when consent was taken back brings the cookies again.
  on('answered', () => isErased && !granted() && forget());
  on('go?', () => release());
  watchPages();
  watchSuccessor();
  say('start');
  startConsent();
  for (const call of calls) call();
  watchLifecycle(
    (isGone) => {
      countByItself(currentPage());
      say('leave');
      if (isGone && !consent()) settleConsent();
      release(true);
      if (isGone) disown();
    },
    () => {
      if (isIdle) wakeQueue();
    },
  );
  whenIdle(() => {
    isIdle = true;
    wakeQueue();
    release();
  });
}

/**
 * The running pixel: captures page loads and custom events, hands each to the UET tag of the page
 * and to the site's collector under one id. One per page, with the `settings` as they are.
 *
 * An event is captured at once (id, time, address, parameters) and waits until consent, its page's
 * id and hashes under way are settled; then it goes to the tag, to disk and to the collector.
 */
export function startPixel(features: readonly Feature[]): Capi {
  capi = {
    track: (...call) => guard(track)(...(call as Parameters<typeof track>)) || eventId(),
    page: guard(countPage),
    identify: guard(identify),
    set: guard((params) => {
      common = { ...common, ...cleanParams(params) };
    }),
    consent: guard((input) => {
      const decision = (read(input, 'ad_storage') || input) as ConsentDecision;
      if (decision !== 'granted' && decision !== 'denied') return void say('bad consent', input);
      decideConsent(decision);
      if (hasTag()) pushConsent(consent() as ConsentDecision);
    }),
    context: () =>
      attempt(() => {
        const { anonymousId: a, msclkid: c } = identifiers();
        const context = { v: 1, a, c, p: prerendered ? undefined : currentPage().id, g: consent() };
        // Base64url: of ids and these names, neither `+` nor `/` can come.
        return btoa(JSON.stringify(context as PixelContext)).replace(/=/g, '');
      }) || '',
    flush: () =>
      new Promise((resolve) => {
        hold(function flushed() {
          if (!isFirst(flushed) || !isSafe()) return;
          resolve();
          return true;
        });
      }),
    // Filled by the feature of that name.
    debug() {},
    init: guard(configure),
    ready: new Promise<PixelState>((resolve) => {
      hold(() => {
        // Without a look at the address: its router may not have come to rest.
        const { id, pending } = page as Page;
        if (!isIdle || pending) return;
        resolve({ consent: consent() as ConsentDecision, pageLoadId: id, ...identifiers() });
        return true;
      });
    }),
  };

  for (const feature of features) guard(feature)();
  whenActivated(start);
  return capi;
}
