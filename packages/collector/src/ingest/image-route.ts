import type { NoscriptPage } from '../intake/intake.ts';
import { NO_STORE } from './answers.ts';
import { readClient } from './client.ts';
import type { Incoming, Route } from './exchange.ts';
import { compileOrigin, judgePage, type OriginRule } from './origin.ts';
import { ownAddress } from './own-address.ts';
import type { BrowserRouteOptions } from './pixel-route.ts';
import { isPrefetch } from './prefetch.ts';
import type { Trust } from './proxies.ts';

export interface ImageRouteOptions extends BrowserRouteOptions {
  /** False: what can be done without goes first, and of all that comes in nobody misses an image. */
  isReady: () => boolean;
}

/** A transparent GIF of 1 by 1 pixels. */
const GIF = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

const ANSWER = {
  status: 200,
  headers: {
    'Content-Type': 'image/gif',
    ...NO_STORE,
    // The page may be on another host, and an app's helmet would forbid that.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  },
  body: GIF,
};

/**
 * `GET /e.gif?u=&r=&t=`: the page load of a browser without script. `u` is the page's address
 * (without it: the `Referer` header), `r` its referrer, `t` its title. Always the same image: there
 * is nobody to read anything else.
 */
export function createImageRoute({ site, config, intake, trust, limits, isReady }: ImageRouteOptions): Route {
  const rules = site.origins.map(compileOrigin);
  return {
    name: 'image',
    methods: ['GET'],
    onBug: ANSWER,
    async handle(request) {
      const page = readPage(request);
      if (request.method === 'GET' && page && !isPrefetch(request) && comesFromSite(request, trust, rules)) {
        const client = readClient(request, config, trust);
        if (!isReady() || limits.browser(site.id, client.ip, client.receivedAt) > 0) return ANSWER;
        await intake.noscript(site.id, page, client);
      }
      return ANSWER;
    },
  };
}

/** Images carry no `Origin`: the referring page decides, and without one the browser's own word. */
function comesFromSite(request: Incoming, trust: Trust, rules: readonly OriginRule[]): boolean {
  const referer = webAddress(request.header('referer'));
  if (!referer) return request.header('sec-fetch-site') !== 'cross-site';
  return judgePage(new URL(referer), ownAddress(request, trust).hostname, rules).allowed;
}

/** Undefined where no page is named. Of a repeated parameter the first counts. */
function readPage(request: Pick<Incoming, 'query' | 'header'>): NoscriptPage | undefined {
  const query = new URLSearchParams(request.query);
  const url = webAddress(query.get('u')) ?? webAddress(request.header('referer'));
  const referrer = webAddress(query.get('r'));
  const title = query.get('t');
  if (url === undefined) return undefined;
  return { url, ...(referrer && { referrer }), ...(title && { title }) };
}

function webAddress(value: string | null | undefined): string | undefined {
  return value && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined;
}
