import { fireBeacon, firePid, firePing } from './beacon.js';
import { changeConsent, consentParams, consentSettled, consentState, followTcf } from './consent.js';
import { addCookieIds, readCookie } from './cookies.js';
import { uuidV4 } from './ids.js';
import { documentData, loadTime, screenData, urlData } from './page-data.js';
import { KNOWN_PARAMS, PAGE_LOAD_PARAMS } from './params.js';
import { replayQueue } from './queue.js';
import { origin, settings } from './settings.js';
import { trackNavigation } from './spa.js';
import { knownParams, validateLegacy, validateParams } from './validate.js';

/** How often a script in the head looks whether the body is there, ms. */
const DOM_POLL_MS = 5;
/** How often a second copy looks whether the first has started, ms. */
const DUPLICATE_POLL_MS = 100;

/** Commands that are carried out before the first beacon. */
const EARLY = ['set', 'consent', 'config'];

/**
 * The constructor that the loader calls. Names of properties that pages and Microsoft's container
 * script are known to read are Microsoft's.
 */
export class UET {
  constructor(options) {
    const ti = String(options.ti || options.tagId || '').replace(/[^\w-]/g, '');
    if (options.q instanceof UET && options.q.beaconParams.ti === ti) {
      announceDuplicate(options.q);
      // biome-ignore lint/correctness/noConstructorReturn: the first tag stays the only one.
      return options.q;
    }
    this.uetInstance = this;
    this.evq = Array.isArray(options.q) ? options.q : [];
    this.eventPushQueue = [];
    this.snippetEventQueue = [];
    this.pageLevelParams = {};
    this.pageLoadDispatch = false;
    this.documentLoaded = false;
    this.uetLoaded = false;
    this.msClkId = null;
    this.previousPage = null;
    this.earlyDispatched = false;
    this.queueReplayed = false;
    this.lastUrl = location.href;
    this.uetConfig = {
      ...consentState(),
      cookieAllowed: options.storeConvTrackCookies !== false,
      cookieDomain: options.cookieDomain || '',
      cookieFlags: options.cookieFlags || '',
      disableAutoPageView: options.disableAutoPageView === true,
      disableContainer: options.disableContainer === true,
      disableUetVid: options.disableUetVid === true,
      disableVisibilityEvents: options.disableVisibilityEvents === true,
      enableAutoSpaTracking: options.enableAutoSpaTracking === true,
      removeQueryFromUrls: options.removeQueryFromUrls === true,
      uidCookie: options.uidCookie || '_uetuid',
      msDns: readCookie(options.msDnsCookie || '_uetmsdns') === '1',
    };
    if (options.pagePid) this.pageLevelParams.pid = options.pagePid;
    this.beaconParams = { ti, Ver: 2, ...(options.tm ? { tm: encodeURIComponent(options.tm) } : {}) };
    this.beaconParams.mid = uuidV4();
    this.beaconParams.bo = 0;

    // Own properties, as in Microsoft's tag: pages wrap `push`.
    this.push = (...args) => receive(this, args);
    this.setExternalMid = (mid) => {
      if (!/^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(mid)) return;
      this.beaconParams.mid = mid;
      this.beaconParams.bo = 0;
      this.midOverride = true;
    };
    /** Called by the container script. */
    this.setUserSignals = () => {
      this.signalled = true;
      releaseHold(this);
    };
    if (ti && !this.uetConfig.disableContainer) loadContainer(this, ti);
    this.start();
  }

  mayStore() {
    return this.uetConfig.cookieAllowed && this.uetConfig.enableAdStorage;
  }

  withConsent(params) {
    return { ...params, ...consentParams(this) };
  }

  /** Passes one gate after the other; a closed gate calls this again when it opens. */
  start() {
    if (!documentReady(this)) return;
    this.invisibleDiv ??= appendInvisibleDiv();
    if (!containerSettled(this)) return;
    if (!this.earlyDispatched) {
      replayQueue(this, true);
      this.earlyDispatched = true;
      for (const call of this.eventPushQueue) if (EARLY.includes(call.command)) obey(this, call);
    }
    if (!consentSettled(this) || this.uetLoaded) return;
    // The list grows while the page load replays the page's array. An exception leaves it as it
    // is and `uetLoaded` false, so that all later events only pile up: Microsoft's tag does that.
    for (let i = 0; i < this.eventPushQueue.length; i++) {
      if (!EARLY.includes(this.eventPushQueue[i].command)) obey(this, this.eventPushQueue[i]);
    }
    this.eventPushQueue = [];
    this.uetLoaded = true;
  }
}

/** Sorts out the forms of `push` and carries the call out or keeps it for later. */
function receive(tag, args) {
  const call = { command: args[0], args: args.slice(1), legacy: false };
  if (args.length === 1) {
    const [value] = Array.isArray(args[0]) ? args[0] : args;
    if (Array.isArray(args[0]) && args[0].length === 0) return;
    call.command = 'event';
    call.legacy = true;
    call.args = value === 'pageLoad' ? ['page_view', {}] : ['', value || {}];
  } else if (args.length === 0 || args[0] === 'pageLoad') {
    // A page load takes no parameters; with any it is not recognised.
    return;
  }
  const now = tag.uetLoaded || (tag.documentLoaded && tag.earlyDispatched && EARLY.includes(call.command));
  if (now) obey(tag, call);
  else tag.eventPushQueue.push(call);
}

function obey(tag, { command, args: [first, second], legacy }) {
  if (command === 'event') {
    if (first != null) dispatchEvent(tag, first, second || {}, legacy);
  } else if (command === 'set') {
    if (typeof first !== 'object') return;
    for (const name in first) {
      if (!(name in KNOWN_PARAMS)) continue;
      tag.pageLevelParams[name] = first[name];
      if (name === 'pid' && tag.pageLoadDispatch) {
        const { pid } = knownParams({ pid: first.pid }, '', failOf(tag));
        if (pid) firePid(tag, pid);
      }
    }
  } else if (command === 'consent') {
    changeConsent(tag, first, second);
  } else if (command === 'config' && first === 'tcf') {
    followTcf(tag, second);
  }
}

/** Reports to the page and throws, as the tag does at every invalid value. */
function failOf(tag) {
  return (message) => {
    window.dispatchEvent(
      new CustomEvent('uetError', { detail: { errMsg: message, tagId: tag.beaconParams.ti } }),
    );
    throw message;
  };
}

function dispatchEvent(tag, action, given, legacy) {
  if (tag.uetConfig.disableAutoPageView) replayOnce(tag);
  if (typeof given !== 'object') return;
  const isPageLoad = action === 'page_view';
  if (![1, '1', true].includes(given.rep)) delete given.rep;
  else given.rep = '1';
  if (isPageLoad && legacy && tag.pageLevelParams.pid && !given.pid) given.pid = tag.pageLevelParams.pid;
  if (isPageLoad && URL.canParse(given.page_location)) tag.plOverride = new URL(given.page_location).href;

  let params = given;
  if (legacy) validateLegacy(given, isPageLoad, failOf(tag));
  else {
    given.event_action = action;
    params = validateParams(given, tag.pageLevelParams, failOf(tag));
  }
  const ready = isPageLoad ? pageLoadParams(tag, params, legacy) : customParams(tag, params, legacy);
  if (!ready) return;
  send(tag, isPageLoad ? 'pageLoad' : 'custom', ready);
  if (!isPageLoad) return;
  if (ready.pid) firePid(tag, ready.pid);
  replayOnce(tag);
}

/** Undefined when there is nothing to send. */
function customParams(tag, params, legacy) {
  if (Object.keys(params).length === 0) return undefined;
  return { ...params, ...(legacy ? {} : { en: 'Y' }), ...urlData(tag, true), ...screenData() };
}

/** Undefined for a second page load that is no navigation. */
function pageLoadParams(tag, given, legacy) {
  const params = legacy
    ? given
    : Object.fromEntries(Object.entries(given).filter(([name]) => PAGE_LOAD_PARAMS.includes(name)));
  const isNavigation = !legacy && 'page_path' in params;
  if (!isNavigation) {
    if (tag.pageLoadDispatch || (legacy && tag.uetConfig.disableAutoPageView)) return undefined;
    tag.pageLoadDispatch = true;
    Object.assign(params, documentData(), urlData(tag, false), loadTime());
    tag.previousPage = params.p;
    return params;
  }
  params.spa = 'Y';
  if (tag.pageLoadDispatch) {
    if (!tag.uetConfig.disableVisibilityEvents) firePing(tag, 'pageHide');
    if (!tag.midOverride) {
      tag.beaconParams.mid = uuidV4();
      tag.beaconParams.bo = 0;
    }
    params.r = tag.previousPage;
  } else {
    const page = urlData(tag, false);
    tag.previousPage = page.p;
    Object.assign(params, { r: page.r }, loadTime());
  }
  tag.pageLoadDispatch = true;
  const title = params.page_title;
  delete params.page_title;
  params.p = tag.previousPage;
  if (params.page_path.startsWith('%2F')) {
    params.p = encodeURIComponent(new URL(decodeURIComponent(tag.previousPage)).origin) + params.page_path;
  }
  Object.assign(params, documentData(title));
  tag.previousPage = params.p;
  return params;
}

function send(tag, evt, params) {
  params.evt = evt;
  if (window !== window.top) params.ifm = 1;
  addCookieIds(tag);
  if (evt === 'pageLoad') params.sv = 2;
  if (tag.midOverride) params.et = 'up';
  if (tag.uetConfig.msDns) return;
  tag.beaconParams.bo += 1;
  fireBeacon(tag, tag.withConsent(params));
}

/** The page's array, once, when the page load is out. */
function replayOnce(tag) {
  if (tag.queueReplayed) return;
  tag.queueReplayed = true;
  if (!tag.uetConfig.disableVisibilityEvents) {
    window.addEventListener('pagehide', () => firePing(tag, 'pageHide'));
    window.addEventListener('pageshow', (event) => event.persisted && firePing(tag, 'pageShow'));
  }
  if (tag.uetConfig.enableAutoSpaTracking) trackNavigation(tag);
  replayQueue(tag, false);
}

function documentReady(tag) {
  tag.documentLoaded ||= Boolean(document.body) && document.readyState !== 'loading';
  if (!tag.documentLoaded) setTimeout(() => tag.start(), DOM_POLL_MS);
  return tag.documentLoaded;
}

function appendInvisibleDiv() {
  const div = document.createElement('div');
  div.id = `batBeacon${Math.floor(Math.random() * 1e12)}`;
  div.style.cssText = 'width:0;height:0;display:none;visibility:hidden';
  document.body.append(div);
  return div;
}

/** Microsoft's per-tag script, which says where the visitor is. The first beacon waits for it. */
function loadContainer(tag, ti) {
  const name = `ueto_${Math.random().toString(16).slice(2, 12)}`;
  window[name] = tag;
  const script = document.createElement('script');
  script.src = `${origin}/p/action/${encodeURIComponent(ti)}.js`;
  script.async = true;
  script.dataset.ueto = name;
  script.onload = () => {
    tag.containerLoaded = true;
    releaseHold(tag);
  };
  document.head.append(script);
}

function containerSettled(tag) {
  if (tag.uetConfig.disableContainer || tag.signalled || tag.containerLoaded || tag.holdOver) return true;
  tag.holdTimer ??= setTimeout(() => {
    tag.holdOver = true;
    tag.start();
  }, settings.holdMs);
  return false;
}

function releaseHold(tag) {
  if (!tag.holdTimer || tag.holdOver || !tag.signalled || !tag.containerLoaded) return;
  clearTimeout(tag.holdTimer);
  tag.holdOver = true;
  tag.start();
}

function announceDuplicate(first) {
  if (first.uetLoaded) firePing(first, 'dedup');
  else setTimeout(() => announceDuplicate(first), DUPLICATE_POLL_MS);
}

globalThis.UET = UET;
