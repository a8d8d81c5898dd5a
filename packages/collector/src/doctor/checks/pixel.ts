import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Answered } from '../reach.ts';
import { describeProxyFault, describeRedirect } from './proxy-faults.ts';

/** What `c.js` should be. */
export interface ExpectedPixel {
  tagId: string;
  script: string;
}

/** The contract's freshness is five minutes, and a day while it is asked for again; s. */
const LONGEST_CACHE_S = 86_400;

const NO_PIXEL = 'No page loads the pixel: its events never come, and the cookies are not kept.';

/** The pixel as a browser gets it: that it is one, this site's, and today's. */
export function checkPixel(url: URL, answer: Answered, { tagId, script }: ExpectedPixel): Finding {
  const { status, headers, body } = answer;
  const fault = (what: string, next: string, why = NO_PIXEL) => problem('pixel', { what, why, next });
  const redirect = describeRedirect(url, answer);
  if (redirect) return fault(redirect.what, redirect.next);
  if (status !== 200) {
    const { what, next } = describeProxyFault(url, status);
    return fault(what, next);
  }
  const type = headers['content-type'] ?? 'no type';
  if (!/^(text|application)\/(x-)?javascript\b/i.test(type)) {
    return fault(
      `${url.href} is not a script, but ${type}.`,
      'Let the proxy pass this path on to the collector: another program, such as the site’s own page for unknown addresses, answers here.',
    );
  }
  if (headers['set-cookie']) {
    return fault(
      `The proxy sets a cookie with ${url.href}.`,
      'Let the proxy or CDN set none on this path.',
      'Caches give one visitor’s cookie to all others, or keep no copy of the script at all.',
    );
  }
  if (body === script) return checkCaching(url, headers);
  if (!body.includes(`"tagId":"${tagId}"`)) {
    return fault(
      `${url.href} is the pixel of another UET tag than ${tagId}, or none.`,
      'Correct the path: with several sites it is /ID-OF-THE-SITE/c.js; or restart the collector with these settings.',
      'Events are counted for another tag, or refused.',
    );
  }
  const age = Number(headers.age ?? 0);
  return warning('pixel', {
    what: `${url.href} is another version than these settings give${age > 0 ? `: a cache has kept it for ${age} s` : ''}.`,
    why: 'Visitors run older settings, or an older pixel.',
    next:
      age > 0
        ? 'Let the cache obey Cache-Control of the collector, and purge this address.'
        : 'Restart the collector with these settings and this version; if a CDN stands in front, purge this address.',
  });
}

function checkCaching(url: URL, { 'cache-control': caching = '' }: Answered['headers']): Finding {
  const seconds = Number(/\bmax-age=(\d+)/i.exec(caching)?.[1] ?? 0);
  if (seconds <= LONGEST_CACHE_S) return ok('pixel', `${url.href} is the pixel, with these settings.`);
  return warning('pixel', {
    what: `Browsers keep ${url.href} for ${Math.round(seconds / 86_400)} days: the proxy has changed Cache-Control.`,
    why: 'New settings and mended faults reach visitors only after that time.',
    next: 'Let the proxy or CDN pass Cache-Control of the collector on as it is.',
  });
}
