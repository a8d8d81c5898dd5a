import { announce, firePing } from './beacon.js';
import { addCookieIds, clearCookieIds } from './cookies.js';

/** Longest wait that a page can ask for, ms. */
const MAX_WAIT_MS = 10_000;
/** Wait for a TCF decision, ms. */
const TCF_WAIT_MS = 500;
/** Microsoft's number in the IAB's vendor list. */
const VENDOR_ID = 1126;

export function consentState() {
  return {
    consent: {
      enabled: false,
      adStorageAllowed: true,
      adStorageUpdated: false,
      enforced: false,
      waitForUpdate: 0,
      timeoutId: null,
    },
    tcf: {
      enabled: false,
      hasLoaded: false,
      hasVendor: false,
      gdprApplies: undefined,
      adStorageAllowed: undefined,
      timeoutId: null,
    },
    enableAdStorage: true,
  };
}

/** `push('consent', kind, value)`: anything but the word `denied` is granted. */
export function changeConsent(tag, kind, value) {
  if (typeof value !== 'object' || value === null) return;
  const { consent } = tag.uetConfig;
  consent.enabled = true;
  const says = Object.hasOwn(value, 'ad_storage');
  if (kind === 'default') {
    // Too late once the page has decided.
    if (says && !consent.adStorageUpdated) consent.adStorageAllowed = value.ad_storage !== 'denied';
    applyConsent(tag);
    firePing(tag, 'consent', { src: 'default' });
    const wait = Number.parseInt(value.wait_for_update, 10);
    if (wait > 0) consent.waitForUpdate = Math.min(wait, MAX_WAIT_MS);
  } else if (kind === 'update' && says) {
    consent.adStorageAllowed = value.ad_storage !== 'denied';
    consent.adStorageUpdated = true;
    applyConsent(tag);
    firePing(tag, 'consent', { src: 'update' });
    if (consent.timeoutId && !tag.uetLoaded) {
      clearTimeout(consent.timeoutId);
      tag.start();
    }
  }
}

/** `push('config', 'tcf', { enabled: true })`: follow the page's TCF API. */
export function followTcf(tag, value) {
  const { tcf } = tag.uetConfig;
  if (value?.enabled !== true || tcf.enabled || typeof window.__tcfapi !== 'function') return;
  tcf.enabled = true;
  window.__tcfapi('addEventListener', 2, (data, ok) => {
    if (!ok) return;
    const allowed = (list, id) => list?.consents?.[id] === true || list?.legitimateInterests?.[id] === true;
    tcf.gdprApplies = data.gdprApplies;
    tcf.hasVendor = allowed(data.vendor, VENDOR_ID);
    tcf.adStorageAllowed = tcf.hasVendor && allowed(data.purpose, 1);
    tcf.hasLoaded = true;
    clearTimeout(tcf.timeoutId);
    applyConsent(tag);
    firePing(tag, 'consent', { src: 'tcf' });
    if (!tag.uetLoaded) tag.start();
  });
}

/** True when nothing is waited for any more; else `tag.start()` is called again later. */
export function consentSettled(tag) {
  const { consent, tcf } = tag.uetConfig;
  if (consent.enabled && consent.waitForUpdate > 0 && !consent.timeoutId) {
    consent.timeoutId = setTimeout(() => tag.start(), consent.waitForUpdate);
    return false;
  }
  if (tcf.enabled && !tcf.hasLoaded && !tcf.timeoutId) {
    tcf.timeoutId = setTimeout(() => tag.start(), TCF_WAIT_MS);
    return false;
  }
  return true;
}

/** Brings cookies and ids in line with the consent state and tells the page. */
function applyConsent(tag) {
  const { consent, tcf } = tag.uetConfig;
  const deniedByTcf = tcf.hasLoaded && tcf.gdprApplies === true && !tcf.adStorageAllowed;
  const allowed = !(consent.enabled && !consent.adStorageAllowed) && !deniedByTcf;
  announce(tag, 'UetConsent', { adStorageConsent: allowed });
  if (allowed === tag.uetConfig.enableAdStorage) return;
  tag.uetConfig.enableAdStorage = allowed;
  if (allowed) addCookieIds(tag);
  else clearCookieIds(tag);
}

/** `asc` and `tcf` of a beacon; both absent until a page uses the mechanism. */
export function consentParams({ uetConfig: { consent, tcf } }) {
  const params = {};
  if (consent.enabled) params.asc = consent.adStorageAllowed ? 'G' : 'D';
  if (tcf.enabled) {
    const flags = { st: tcf.hasLoaded ? 'L' : 'E' };
    if (tcf.gdprApplies === true) flags.gdpr = 'Y';
    if (tcf.gdprApplies === true && tcf.adStorageAllowed) flags.as = 'G';
    params.tcf = encodeURIComponent(new URLSearchParams(flags).toString());
  }
  return params;
}
