import { cleanClickId } from '@uet-capi/protocol/click-id';
import { attempt } from '../attempt.ts';
import { readCookie, writeCookie } from './cookie.ts';

const CLICK_COOKIE = '_capi_msclkid';

/** Microsoft keeps click ids for 90 days, and so does its tag. */
const CLICK_DAYS = 90;

/** The cookie of the UET tag, `_uet` and the id; its twin in localStorage has the bare id. */
const TAG_COOKIE = '_uetmsclkid';

/** Parameters that hold the click id, as patterns; a feature adds those that the site renames it to. */
export const clickIdNames = ['msclkid'];

/** The newest click id seen in an address, as it was written there. Memory only until consent. */
let landed: string | undefined;

/** What of it was put into the cookie: once, since another tab may land later. */
let saved: string | undefined;

/** Remembers the click id of an address, if it has a valid one. Touches no storage. */
export function noteClickId(url: string): void {
  // In the query, in the fragment, or in the query of a router's fragment.
  url.replace(new RegExp(`[?&#](?:${clickIdNames.join('|')})=([^&#]*)`, 'gi'), (_, raw) => {
    if (cleanClickId(raw)) landed = raw;
    return '';
  });
}

/**
 * The click id as a dashed UUID: our cookie, which has the newest address of all tabs, this page's
 * address where cookies are refused, the UET tag's. Only with consent. The cookie keeps the original
 * text, which offline conversions want.
 */
export function clickId(): string | undefined {
  let kept = readCookie(CLICK_COOKIE);
  // An earlier page of this host could keep nothing: consent came later. The UET tag looks there too.
  if (!landed && !kept)
    attempt(
      () =>
        document.referrer &&
        new URL(document.referrer).host === location.host &&
        noteClickId(document.referrer),
    );
  if (landed !== saved) {
    writeCookie(CLICK_COOKIE, landed, CLICK_DAYS);
    kept = saved = landed;
  }
  return [kept, landed, readCookie(TAG_COOKIE), attempt(() => localStorage.getItem(TAG_COOKIE))]
    .map(cleanClickId as (raw: unknown) => string | undefined)
    .find(Boolean);
}

/** Forgets the stored click id. The address may still hold it, should consent come back. */
export function forgetClickId(): void {
  saved = undefined;
  writeCookie(CLICK_COOKIE);
}
