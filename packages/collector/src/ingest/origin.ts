import { getDomain } from 'tldts';
import { memoize } from '../memoize.ts';

/** Which pages may post: pure functions of a request's headers and the configured origins. */

/** A configured origin, made ready for matching. */
export type OriginRule = (origin: URL) => boolean;

export interface OriginFacts {
  /** The `Origin` header. */
  origin: string | undefined;
  /** The `Sec-Fetch-Site` header. */
  fetchSite: string | undefined;
  /** The request's own host name, see `own-address.ts`. */
  hostname: string | undefined;
}

/** `sameSite`: the page's site is the collector's, so that a cookie set here is first-party. */
export type OriginVerdict = { allowed: false } | { allowed: true; sameSite: boolean };

const REFUSED: OriginVerdict = { allowed: false };

/**
 * Allowed are the request's own host, its registrable domain, and the configured origins. Without
 * `Origin`, only what the browser itself calls same-origin: pages cannot forge `Sec-Fetch-Site`.
 */
export function judgeOrigin(facts: OriginFacts, rules: readonly OriginRule[]): OriginVerdict {
  if (facts.origin === undefined) {
    return facts.fetchSite === 'same-origin' ? { allowed: true, sameSite: true } : REFUSED;
  }
  const origin = parseOrigin(facts.origin);
  return origin ? judgePage(origin, facts.hostname, rules) : REFUSED;
}

/** The same for the address of a page, where there is no `Origin` to go by. */
export function judgePage(
  page: URL,
  hostname: string | undefined,
  rules: readonly OriginRule[],
): OriginVerdict {
  const sameSite = hostname !== undefined && isSameSite(page.hostname, hostname);
  return sameSite || rules.some((rule) => rule(page)) ? { allowed: true, sameSite } : REFUSED;
}

/**
 * `https://shop.example` matches itself alone; `https://*.shop.example` every host below
 * `shop.example` and not that one. Scheme and port must be the same.
 */
export function compileOrigin(configured: string): OriginRule {
  const { protocol, port, hostname } = new URL(configured);
  const hostMatches = hostname.startsWith('*.')
    ? (candidate: string) => candidate.endsWith(hostname.slice(1))
    : (candidate: string) => candidate === hostname;
  return (origin) => origin.protocol === protocol && origin.port === port && hostMatches(origin.hostname);
}

/**
 * What a site is for cookies: the registrable domain by the public suffix list, private suffixes
 * (`github.io`) included. Undefined for addresses, `localhost`, other names without a dot, and
 * public suffixes themselves.
 */
export const registrableDomain: (hostname: string) => string | undefined = memoize(
  (hostname) => getDomain(hostname, { allowPrivateDomains: true, extractHostname: false }) ?? undefined,
);

function isSameSite(a: string, b: string): boolean {
  if (a === b) return true;
  const domain = registrableDomain(a);
  return domain !== undefined && domain === registrableDomain(b);
}

/** Only a serialised http(s) origin, as browsers write it: no path, no `null`. */
const parseOrigin = memoize((raw) => {
  const url = URL.parse(raw);
  return url && /^https?:$/.test(url.protocol) && url.origin === raw.toLowerCase() ? url : undefined;
});
