import { isRecord } from '@uet-capi/protocol';
import type { Config } from '../../config/config.ts';
import { isPrivateAddress } from '../../ingest/private-address.ts';
import { isLoopbackHost } from '../../loopback-host.ts';
import type { EventView, Store } from '../../store/port.ts';
import { type Finding, ok, skipped, warning } from '../finding.ts';

/** As many of the newest events are looked at: some minutes to days of a shop. */
const NEWEST_EVENTS = 1_000;

/** From so many events on, what they have in common is no chance. */
const TELLING_EVENTS = 20;

const HOUR_MS = 3_600_000;

/** A shop without a page load for a day has no visitors, or no pixel. ms. */
const SILENT_MS = 24 * HOUR_MS;

/** What is known of one event of a browser. */
export interface Visit {
  receivedAt: number;
  /** What was taken for the visitor's address. */
  ip: string | undefined;
  visitor: string | undefined;
  /** Host name of the page. */
  host: string | undefined;
}

/** The newest events of browsers, newest first; of sites that are still there. */
export async function readVisits(
  store: Pick<Store, 'find'>,
  sites: Config['sites'],
): Promise<{ visits: Visit[]; isEmpty: boolean }> {
  const events = await store.find({ limit: NEWEST_EVENTS });
  const known = new Set(sites.map(({ id }) => id));
  const visits = events
    .filter(({ site, source }) => known.has(site) && (source === 'pixel' || source === 'noscript'))
    .map(readVisit);
  return { visits, isEmpty: events.length === 0 };
}

/** Whether browsers send events, and as what they appear. */
export function checkTraffic(
  { visits, isEmpty }: { visits: readonly Visit[]; isEmpty: boolean },
  now: number,
): Finding[] {
  const [newest] = visits;
  if (!newest) {
    const what = isEmpty
      ? 'No event was ever received.'
      : `No event of a browser is among the newest ${NEWEST_EVENTS}.`;
    return [skipped('traffic', what, 'Put the snippet into the pages of the site, and open one.')];
  }
  return [checkSilence(newest, now), ...checkAddresses(visits)];
}

function checkSilence({ receivedAt }: Visit, now: number): Finding {
  const hours = Math.floor((now - receivedAt) / HOUR_MS);
  if (now - receivedAt < SILENT_MS) return ok('traffic', 'Browsers send events.');
  return warning('traffic', {
    what: `The last event of a browser came ${hours} h ago.`,
    why: 'Either nobody visits the site, or its pages no longer reach the collector.',
    next: 'Open a page of the site with ?capi_debug=1: the overlay tells what becomes of its events. Look at the snippet, the proxy, the consent platform and the Content-Security-Policy.',
  });
}

/** Most faults of a proxy's set-up end in every visitor having the proxy's address. */
function checkAddresses(visits: readonly Visit[]): Finding[] {
  const known = visits.flatMap(({ ip, visitor, host }) =>
    ip !== undefined && host !== undefined && !isLoopbackHost(host) ? [{ ip, visitor }] : [],
  );
  if (known.length < TELLING_EVENTS) return [];
  const addresses = new Set(known.map(({ ip }) => ip));
  const visitors = new Set(known.map(({ visitor }) => visitor));
  const [one = ''] = addresses;
  const isShared = addresses.size === 1 && visitors.size >= TELLING_EVENTS;
  if (![...addresses].every(isPrivateAddress) && !isShared) {
    return [ok('visitors', `The last ${known.length} events came from ${addresses.size} addresses.`)];
  }
  return [
    warning('visitors', {
      what: `The last ${known.length} events of ${visitors.size} visitors all have ${isShared ? `the address ${one}` : 'addresses of a private network'}.`,
      why: 'It is the proxy’s: Microsoft matches fewer conversions without the visitor’s, and one limit holds for all visitors.',
      next: `Let the proxy set X-Forwarded-For, and name it: clientAddress: { trustedProxies: ['${one}'] }.`,
    }),
  ];
}

function readVisit({ receivedAt, wire }: EventView): Visit {
  const event: unknown = wire === undefined ? {} : JSON.parse(wire);
  const { userData, eventSourceUrl } = isRecord(event) ? event : {};
  const user = isRecord(userData) ? userData : {};
  return {
    receivedAt,
    ip: textOf(user.clientIpAddress),
    visitor: textOf(user.anonymousId),
    host: URL.parse(textOf(eventSourceUrl) ?? '')?.hostname,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
