import type { Incoming } from '../../ingest/exchange.ts';
import { ownAddress } from '../../ingest/own-address.ts';
import type { Trust } from '../../ingest/proxies.ts';

/**
 * Where a request comes from by the browser's word, which pages cannot forge: `own`, a page of the
 * collector's own host; `foreign`, anybody else's; `unknown`, a program, which sends neither header.
 *
 * `Sec-Fetch-Site` decides where it is sent. Browsers leave it out on plain http, but for localhost;
 * there `Origin` is compared, which they send with everything that changes something.
 */
export function requestOrigin(request: Incoming, trust: Trust): 'own' | 'foreign' | 'unknown' {
  const site = request.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' ? 'own' : 'foreign';
  const origin = request.header('origin');
  if (origin === undefined) return 'unknown';
  const { hostname } = ownAddress(request, trust);
  return hostname !== undefined && URL.parse(origin)?.hostname === hostname ? 'own' : 'foreign';
}
