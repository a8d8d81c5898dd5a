import { cleanClickId } from '@uet-capi/protocol';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { PixelIntake } from '../intake/intake.ts';
import { registrableDomain } from './origin.ts';
import type { OwnAddress } from './own-address.ts';

/**
 * The first-party cookies. The script writes them too and reads them, so they are not HttpOnly;
 * the collector sets them again because Safari keeps those of a script for only seven days.
 */

/** Visitor id; the pixel knows it by the same name. */
export const VISITOR_COOKIE = '_capi_vid';
/** 390 days, as long as Microsoft's `_uetvid`; s. */
const VISITOR_MAX_AGE_S = 390 * 86_400;

/** Microsoft click id; the pixel knows it by the same name. */
export const CLICK_COOKIE = '_capi_msclkid';
/** 90 days, as long as Microsoft's `_uetmsclkid`; s. */
const CLICK_MAX_AGE_S = 90 * 86_400;

/**
 * The click id that the browser has, as it was written there; undefined where it has none. It is the
 * newest, since the script puts it there before it sends anything, while an event may wait for days.
 */
export function readClickCookie(header = ''): string | undefined {
  const { [CLICK_COOKIE]: click = '' } = parseCookie(header);
  return cleanClickId(click) && click;
}

/**
 * The `Set-Cookie` headers that keep a visitor's identity for every host of the site.
 *
 * @param newest the click id of the request's own cookie
 */
export function identityCookies(
  { anonymousId, msclkid }: PixelIntake['identity'],
  own: OwnAddress,
  newest = msclkid?.replaceAll('-', ''),
): string[] {
  const domain = own.hostname === undefined ? undefined : registrableDomain(own.hostname);
  const set = (name: string, value: string | undefined, maxAge: number) =>
    value === undefined
      ? []
      : [
          stringifySetCookie({
            name,
            value,
            maxAge,
            path: '/',
            sameSite: 'lax',
            secure: own.secure,
            ...(domain === undefined ? {} : { domain }),
          }),
        ];
  return [
    ...set(VISITOR_COOKIE, anonymousId, VISITOR_MAX_AGE_S),
    // As auto-tagging wrote it into the landing URL, without the dashes of the Conversions API:
    // offline conversions want the original.
    ...set(CLICK_COOKIE, msclkid && newest, CLICK_MAX_AGE_S),
  ];
}
