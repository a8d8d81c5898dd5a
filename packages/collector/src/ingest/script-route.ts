import { chooseEncoding, type EncodedText } from './encoded-text.ts';
import type { Answer, Route } from './exchange.ts';

/** Contract: five minutes fresh, served stale for a day while it is asked for again. */
const CACHE_CONTROL = 'public, max-age=300, stale-while-revalidate=86400';

export interface ScriptRouteOptions {
  /** The pixel with the site's settings. */
  pixel: Promise<readonly EncodedText[]>;
  /** The debug overlay, which the pixel asks for by `?debug=1` when it is told to. */
  overlay: Promise<readonly EncodedText[]>;
}

/** `GET /c.js`: the same bytes for every visitor. */
export function createScriptRoute({ pixel, overlay }: ScriptRouteOptions): Route {
  return {
    name: 'script',
    methods: ['GET'],
    async handle(request) {
      const variants = await (new URLSearchParams(request.query).get('debug') === '1' ? overlay : pixel);
      const { encoding, etag, body } = chooseEncoding(variants, request.header('accept-encoding'));
      const headers: Answer['headers'] = {
        'Cache-Control': CACHE_CONTROL,
        ETag: etag,
        Vary: 'Accept-Encoding',
        // Pages of the site are on other hosts too, and an app's helmet would forbid them this.
        'Cross-Origin-Resource-Policy': 'cross-origin',
        // For `type=module` and `crossorigin`, which ask for it. Everybody may read what every visitor gets.
        'Access-Control-Allow-Origin': '*',
      };
      if (matches(request.header('if-none-match'), etag)) return { status: 304, headers, body: '' };
      headers['Content-Type'] = 'text/javascript; charset=utf-8';
      if (encoding) headers['Content-Encoding'] = encoding;
      return { status: 200, headers, body };
    },
  };
}

/** Weak comparison, since proxies that compress by themselves weaken the tag. */
function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  const known = (ifNoneMatch ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(etag) || known.includes('*');
}
