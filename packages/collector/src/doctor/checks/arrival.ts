import { type Arrival, arrivalSchema } from '../../ingest/arrival.ts';
import { CLICK_COOKIE, VISITOR_COOKIE } from '../../ingest/cookies.ts';
import { isPrivateAddress } from '../../ingest/private-address.ts';
import { isLoopbackHost } from '../../loopback-host.ts';
import { VERSION } from '../../version.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Answered } from '../reach.ts';
import { describeProxyFault, describeRedirect } from './proxy-faults.ts';

const NOTHING_COMES = 'Browsers can send no events: only what the UET tag sends by itself is counted.';

/** How `POST /e` of a page of the collector's own site came through, and what came back. */
export function checkArrival(url: URL, answer: Answered): Finding[] {
  const fault = describeRedirect(url, answer);
  if (fault) return [problem('events', { ...fault, why: NOTHING_COMES })];
  const arrival = readArrival(answer);
  if (!arrival) return [checkWithoutArrival(url, answer)];
  if (!arrival.allowed) return [checkRefusal(url, arrival)];
  return [
    ok('events', `${url.href} takes events of the pages of ${url.origin}.`),
    checkProxy(url, arrival),
    checkCookies(url, answer),
    ...checkVersion(arrival),
  ];
}

/** How a page of another configured origin fares. */
export function checkForeignPage(origin: string, answer: Answered): Finding {
  const arrival = readArrival(answer);
  const allowed = answer.headers['access-control-allow-origin'];
  if (
    arrival?.allowed &&
    allowed === origin &&
    answer.headers['access-control-allow-credentials'] === 'true'
  ) {
    return ok('cross-origin', `Pages of ${origin} may send events.`);
  }
  if (arrival && !arrival.allowed) {
    return problem('cross-origin', {
      what: `The collector refuses pages of ${origin}, which these settings allow.`,
      why: 'Their events never come.',
      next: 'Restart the collector with these settings.',
    });
  }
  return problem('cross-origin', {
    what: `The answer to pages of ${origin} says ${allowed === undefined ? 'nothing of who may read it' : `"${allowed}" may read it`}.`,
    why: 'Browsers withhold such an answer: the pixel keeps its events and sends them again and again.',
    next: 'Let the proxy leave the Access-Control headers of the collector as they are, and add none of its own.',
  });
}

function readArrival({ body }: Answered): Arrival | undefined {
  try {
    return arrivalSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}

/** An answer that is not the collector's to the doctor. */
function checkWithoutArrival(url: URL, { status }: Answered): Finding {
  if (status === 202) {
    return warning('events', {
      what: `${url.href} takes events, but the collector there does not know the doctor.`,
      why: 'How requests arrive there is not known: it runs with another token, another version, or a proxy drops the header X-Capi-Arrival.',
      next: 'Run the doctor with the environment of that collector, and its version.',
    });
  }
  return problem('events', { ...describeProxyFault(url, status), why: NOTHING_COMES });
}

function checkRefusal(url: URL, { hostname = 'none' }: Arrival): Finding {
  return problem('events', {
    what: `The collector refuses pages of ${url.origin}: it takes its own host for ${hostname}.`,
    why: NOTHING_COMES,
    next: `Let the proxy pass the browser's Host on (for nginx: proxy_set_header Host $host;), or X-Forwarded-Host together with clientAddress; or allow ${url.origin} in origins (UET_CAPI_ORIGINS).`,
  });
}

function checkProxy(url: URL, { ip, secure }: Arrival): Finding {
  if (url.protocol === 'https:' && !secure) {
    return problem('proxy', {
      what: 'The collector does not know that the browser came by https.',
      why: 'Its cookies are not Secure, so that anybody on the way can read them; and what it is told of the visitor is not believed.',
      next: 'Let the proxy set X-Forwarded-Proto, and name the proxy in clientAddress: { trustedProxies: [...] }.',
    });
  }
  if (!isLoopbackHost(url.hostname) && (ip === undefined || isPrivateAddress(ip))) {
    return warning('proxy', {
      what: `The collector takes ${ip ?? 'nothing'} for the visitor's address: that is the proxy's, unless you run this in the same network.`,
      why: 'Every visitor has the same address: Microsoft matches fewer conversions, and limits for one visitor hold for all.',
      next: `Let the proxy set X-Forwarded-For, and name it in clientAddress: { trustedProxies: ['${ip ?? 'loopback'}'] }.`,
    });
  }
  return ok('proxy', `A visitor's address and https arrive as they are (${ip}).`);
}

function checkCookies(url: URL, { headers }: Answered): Finding {
  const set = headers['set-cookie'] ?? [];
  const missing = [VISITOR_COOKIE, CLICK_COOKIE].filter(
    (name) => !set.some((cookie) => cookie.startsWith(`${name}=`)),
  );
  if (missing.length > 0) {
    return problem('cookies', {
      what: `The cookies ${missing.join(' and ')} do not arrive.`,
      why: 'Safari keeps the copies that the script writes for seven days: later conversions lose their visitor and click.',
      next: `Let the proxy or CDN pass Set-Cookie on for ${url.pathname}, and cache nothing there.`,
    });
  }
  const short = set.filter((cookie) => !/;\s*max-age=\d{7,}/i.test(cookie));
  if (short.length > 0) {
    return problem('cookies', {
      what: 'The proxy changes the cookies: they last no longer than the visit, or a few days.',
      why: 'Later conversions lose their visitor and click.',
      next: 'Let the proxy pass Set-Cookie on as it is.',
    });
  }
  return ok('cookies', 'The cookies for visitor and click arrive, and last.');
}

function checkVersion({ version }: Arrival): Finding[] {
  if (version === VERSION) return [];
  return [
    warning('version', {
      what: `The collector that runs is ${version}, this command ${VERSION}.`,
      why: 'What was mended or added since does not run.',
      next: 'Restart the collector with the version that is installed.',
    }),
  ];
}
