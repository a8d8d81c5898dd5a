import type { Config, Site } from '../../config/config.ts';
import { issuePass, PASS_HEADER, passKey } from '../../ingest/arrival.ts';
import type { PixelBuild } from '../../ingest/pixel-script.ts';
import { siteScript } from '../../ingest/site-script.ts';
import { about, type Finding, problem, skipped } from '../finding.ts';
import { type Answered, type Reached, reach } from '../reach.ts';
import { describeUnreached } from '../unreached.ts';
import { checkArrival, checkForeignPage } from './arrival.ts';
import { checkPixel } from './pixel.ts';
import { checkAddress, checkCertificate } from './public-address.ts';

export interface FromOutside {
  /** Where browsers reach the collector, `https://shop.example/m`. */
  publicUrl: URL;
  config: Config;
  pixel: PixelBuild;
  signal: AbortSignal;
}

/** Proxies and firewalls look at it; the collector's answers do not depend on it. */
const BROWSER =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** So many of the site's other origins are tried. */
const MAX_ORIGINS = 10;

/** The public address of every site, asked as a browser asks: address, pixel, events, cookies. Stores nothing. */
export async function checkFromOutside(given: FromOutside): Promise<Finding[]> {
  const { sites } = given.config;
  const findings = await Promise.all(sites.map(async (site) => about(site.id, await checkSite(site, given))));
  return findings.flat();
}

async function checkSite(site: Site, { publicUrl, config, pixel, signal }: FromOutside): Promise<Finding[]> {
  const { routes } = config;
  // Pages that were there first know of no other site.
  const base = publicUrl.href.replace(/\/*$/, site.id === config.rootSite ? '/' : `/${site.id}/`);
  const scriptUrl = new URL(routes.script, base);
  const script = await reach(scriptUrl, {
    headers: {
      'user-agent': BROWSER,
      'accept-encoding': 'identity',
      'sec-fetch-dest': 'script',
      'sec-fetch-mode': 'no-cors',
      'sec-fetch-site': 'same-origin',
    },
    signal,
  });
  const address = checkAddress(new URL(base), site.origins);
  if (script.kind === 'unreached') return [address, unreached(publicUrl, script)];
  return [
    address,
    ...checkCertificate(publicUrl.hostname, script.certificateEndsAt, script.receivedAt),
    checkPixel(scriptUrl, script, { tagId: site.tagId, script: siteScript(pixel, site, routes) }),
    ...(await checkEvents(new URL(routes.events, base), site, config, signal)),
  ];
}

async function checkEvents(url: URL, site: Site, config: Config, signal: AbortSignal): Promise<Finding[]> {
  const key = passKey(site, config);
  if (key === undefined) {
    const why = 'How events arrive can be seen only with a secret that the doctor shares with the collector.';
    return [skipped('events', why, `Set ${site.tokenEnv} or ${config.adminTokenEnv}.`)];
  }
  const ask = (origin: string) =>
    reach(url, {
      method: 'POST',
      headers: {
        'user-agent': BROWSER,
        'content-type': 'text/plain;charset=UTF-8',
        origin,
        referer: `${origin}/`,
        'sec-fetch-dest': 'empty',
        'sec-fetch-mode': 'cors',
        'sec-fetch-site': origin === url.origin ? 'same-origin' : 'cross-site',
        [PASS_HEADER]: issuePass(key, Date.now()),
      },
      // No event: where the pass is not known, nothing is stored all the same.
      body: JSON.stringify({ v: 1, sentAt: Date.now(), data: [] }),
      signal,
    });
  const told = async (origin: string, judge: (answer: Answered) => Finding[]) => {
    const answer = await ask(origin);
    return answer.kind === 'answered' ? judge(answer) : [unreached(url, answer)];
  };
  const own = await told(url.origin, (answer) => checkArrival(url, answer));
  if (own.some(({ id, status }) => id === 'events' && status !== 'ok')) return own;
  const others = site.origins.filter((origin) => !origin.includes('*') && origin !== url.origin);
  const foreign = await Promise.all(
    others
      .slice(0, MAX_ORIGINS)
      .map((origin) => told(origin, (answer) => [checkForeignPage(origin, answer)])),
  );
  return [...own, ...foreign.flat()];
}

function unreached({ host }: URL, { code }: Extract<Reached, { kind: 'unreached' }>): Finding {
  const { what, next } = describeUnreached(host, code);
  return problem('address', { what, why: 'No browser loads the pixel, and none can send events.', next });
}
