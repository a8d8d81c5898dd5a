import { uuidV1Hex } from './ids.js';

/** Lives, s: one day; 390 days; 90 days. */
const SESSION_LIFE_S = 86_400;
const VISITOR_LIFE_S = 33_696_000;
const CLICK_ID_LIFE_S = 7_776_000;

/** Longest value of an id cookie: the id, `|`, and 128 characters that Clarity keeps behind it. */
const MAX_ID_LENGTH = 36 + 1 + 128;
/** Dashed click ids are longer and therefore never stored. */
const MAX_CLICK_ID_LENGTH = 32;

const CLICK_ID_COOKIE = '_uetmsclkid';
const CLICK_ID_PREFIX = '_uet';

export function readCookie(name, prefix = '', maxLength = MAX_ID_LENGTH) {
  const start = `${name}=${prefix}`;
  const found = document.cookie.split('; ').find((entry) => entry.startsWith(start));
  const value = found?.slice(start.length);
  return value && value.length <= maxLength ? value : null;
}

/** Writes on the highest domain that takes it, and a twin in localStorage. */
function writeCookie(tag, name, value, lifeS, prefix, maxLength) {
  if (!value || value.length > maxLength) return;
  const expires = new Date(Date.now() + lifeS * 1000).toUTCString();
  try {
    localStorage.setItem(name, value);
    localStorage.setItem(`${name}_exp`, expires);
  } catch {
    // Storage is off: the cookie alone will do.
  }
  const { cookieDomain, cookieFlags } = tag.uetConfig;
  const write = (domain) => {
    const scope = `${domain ? `;domain=.${domain}` : ''};path=/${cookieFlags ? `;${cookieFlags}` : ''}`;
    // biome-ignore lint/suspicious/noDocumentCookie: what the tag uses, and every browser has.
    document.cookie = `${name}=${prefix}${value};expires=${expires}${scope}`;
    return readCookie(name, prefix, maxLength) === value;
  };
  tag.domainName ??=
    domainsFromTop(location.hostname)
      .filter((domain) => !cookieDomain || cookieDomain.toLowerCase() === domain)
      .find(write) ?? '';
  write(tag.domainName);
}

/** `a.b.example` gives `b.example`, `a.b.example`; an address or a bare name gives nothing. */
function domainsFromTop(host) {
  const labels = host.split('.');
  if (host === 'localhost' || /^[\d.]+$|:/.test(host)) return [];
  return labels.map((_, i) => labels.slice(labels.length - 1 - i).join('.')).slice(1);
}

function readTwin(name, maxLength) {
  try {
    const expires = localStorage.getItem(`${name}_exp`);
    if (expires === null) return null;
    if (new Date() > new Date(expires)) {
      localStorage.removeItem(name);
      localStorage.removeItem(`${name}_exp`);
      return null;
    }
    const value = localStorage.getItem(name);
    return value !== null && value.length <= maxLength ? value : null;
  } catch {
    return null;
  }
}

/** Puts sid, vid, uid and msclkid on the beacons, renewing what holds them. */
export function addCookieIds(tag) {
  if (!tag.mayStore()) return;
  const { beaconParams, uetConfig } = tag;
  addId(tag, 'sid', '_uetsid', SESSION_LIFE_S);
  const uid = readCookie(uetConfig.uidCookie);
  if (uid) beaconParams.uid = encodeURIComponent(uid.split('|')[0]);

  const own = typeof tag.pageLevelParams.vid === 'string' && tag.pageLevelParams.vid.replace(/[-{}]/g, '');
  if (own && /^[0-9a-f]{32}$/i.test(own)) {
    beaconParams.vid = own.toLowerCase();
    beaconParams.vids = '3';
  } else if (!uetConfig.disableUetVid) {
    const isNew = addId(tag, 'vid', '_uetvid', VISITOR_LIFE_S);
    if (isNew !== undefined) beaconParams.vids = isNew ? '1' : '0';
  }
  beaconParams.msclkid = clickIdParam(tag);
}

export function clearCookieIds({ beaconParams }) {
  for (const name of ['sid', 'vid', 'vids', 'msclkid']) delete beaconParams[name];
}

/** Whether the id was made just now; undefined when it could not be kept, then it is not sent. */
function addId(tag, param, cookie, lifeS) {
  const stored = readCookie(cookie) ?? readTwin(cookie, MAX_ID_LENGTH) ?? '';
  const [raw, ...insights] = stored.split('|');
  const known = raw.replaceAll('-', '');
  const isNew = !/^[0-9a-f]{32}$/.test(known);
  const id = isNew ? uuidV1Hex() : known;
  const value = [id, ...insights].join('|');
  writeCookie(tag, cookie, value, lifeS, '', MAX_ID_LENGTH);
  if (readCookie(cookie) !== value && readTwin(cookie, MAX_ID_LENGTH) !== value) return undefined;
  tag.beaconParams[param] = id;
  return isNew;
}

/** `<id>-1` new in this page, `<id>-0` from the cookie, a further `N` where it could not be stored. */
function clickIdParam(tag) {
  const stored =
    readCookie(CLICK_ID_COOKIE, CLICK_ID_PREFIX, MAX_CLICK_ID_LENGTH) ??
    readTwin(CLICK_ID_COOKIE, MAX_CLICK_ID_LENGTH);
  tag.msClkId ||= clickIdOf(location.href) || (stored ? null : clickIdOfOwnReferrer());
  const isNew = Boolean(tag.msClkId) && tag.msClkId !== stored;
  tag.msClkId ||= stored;
  if (!tag.msClkId) return 'N';
  writeCookie(tag, CLICK_ID_COOKIE, tag.msClkId, CLICK_ID_LIFE_S, CLICK_ID_PREFIX, MAX_CLICK_ID_LENGTH);
  const kept = readCookie(CLICK_ID_COOKIE, CLICK_ID_PREFIX, MAX_CLICK_ID_LENGTH) === tag.msClkId;
  return encodeURIComponent(`${tag.msClkId}-${isNew ? 1 : 0}${kept ? '' : 'N'}`);
}

/** The name in any case; the value neither decoded nor checked. */
function clickIdOf(url) {
  return /[?&]msclkid=([^&#]*)/i.exec(url)?.[1] ?? null;
}

function clickIdOfOwnReferrer() {
  if (!document.referrer) return null;
  return new URL(document.referrer).hostname === location.hostname ? clickIdOf(document.referrer) : null;
}
