import { registrableDomain } from '../../ingest/origin.ts';
import { isLoopbackHost } from '../../loopback-host.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';

const DAY_MS = 86_400_000;

/** Certificates are renewed a month before their end; what is still there now was forgotten. ms. */
const RENEWAL_MS = 14 * DAY_MS;

/** Words in addresses that lists of ad blockers match. */
const TELLING =
  /\b(ad|ads|adserver|analytics|beacon|bing|capi|collect|conversions?|pixel|stats|tag|telemetry|track|tracker|tracking|uet)\b/i;

/** What the address itself tells, before anybody asks there. @param url as it stands in the snippet */
export function checkAddress(url: URL, origins: readonly string[]): Finding {
  const { protocol, hostname, href } = url;
  if (protocol === 'http:' && !isLoopbackHost(hostname)) {
    return problem('address', {
      what: `${href} is not https.`,
      why: 'Browsers load no script over http into an https page, and keep no secure cookies there.',
      next: 'Serve the collector over https, on a path of the site itself.',
    });
  }
  const foreign = origins.filter((origin) => !isSameSite(new URL(origin).hostname, hostname));
  if (foreign.length > 0) {
    return warning('address', {
      what: `${hostname} is of another site than ${foreign.join(', ')}.`,
      why: 'On those pages the cookies are third-party ones, which browsers do not keep: visitors and clicks are forgotten after seven days in Safari.',
      next: 'Let each site reach the collector by a path or a subdomain of its own, such as /m.',
    });
  }
  const word = TELLING.exec(hostname + url.pathname)?.[0];
  if (word !== undefined) {
    return warning('address', {
      what: `The address ${href} holds the word "${word}".`,
      why: 'Ad blockers match such words: those visitors load no pixel, and their events never come.',
      next: 'Use a short neutral path, such as /m; the routes can be renamed too (setting routes).',
    });
  }
  return ok('address', `${href} is a first-party address without telling words.`);
}

/** @param endsAt of the certificate, ms; undefined without TLS */
export function checkCertificate(hostname: string, endsAt: number | undefined, now: number): Finding[] {
  if (endsAt === undefined) return [];
  const days = Math.floor((endsAt - now) / DAY_MS);
  if (endsAt - now >= RENEWAL_MS) {
    return [ok('certificate', `The certificate of ${hostname} is in order for ${days} days.`)];
  }
  return [
    warning('certificate', {
      what: `The certificate of ${hostname} ends in ${days} days.`,
      why: 'From then on no browser loads the pixel, nor the site if it is the same.',
      next: 'Renew it, and look at why it was not renewed by itself.',
    }),
  ];
}

function isSameSite(pattern: string, hostname: string): boolean {
  const name = pattern.replace(/^\*\./, '');
  return name === hostname || (registrableDomain(name) ?? name) === (registrableDomain(hostname) ?? hostname);
}
