import { stringifySetCookie } from 'cookie';
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

/** The `Set-Cookie` headers that keep a visitor's identity for every host of the site. */
export function identityCookies(identity: PixelIntake['identity'], own: OwnAddress): string[] {
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
    ...set(VISITOR_COOKIE, identity.anonymousId, VISITOR_MAX_AGE_S),
    // As auto-tagging wrote it into the landing URL, without the dashes of the Conversions API:
    // offline conversions want the original.
    ...set(CLICK_COOKIE, identity.msclkid?.replaceAll('-', ''), CLICK_MAX_AGE_S),
  ];
}
