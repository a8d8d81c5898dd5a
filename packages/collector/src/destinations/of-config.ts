import type { Config, Site } from '../config/config.ts';
import { liveDestination, testDestination } from '../pipeline/route.ts';
import type { Destination } from './destination.ts';
import { createUetCapiDestination } from './uet-capi/destination.ts';

/** What a sandbox takes for every tag. */
const SANDBOX_TOKEN = 'sandbox-token';

/** The queues that this config can fill, each with the place that empties it. */
export function destinationsOf({ sites, delivery }: Pick<Config, 'sites' | 'delivery'>): Destination[] {
  return sites.flatMap((site) => [...live(site, delivery), ...test(site, delivery)]);
}

/** Only in mode `live`: what is left from a live time waits while the site is in another mode. */
function live({ tagId, token, endpoint, mode }: Site, { maxInFlight }: Config['delivery']): Destination[] {
  if (token === undefined || mode !== 'live') return [];
  return [createUetCapiDestination({ id: liveDestination(tagId), tagId, token, endpoint, maxInFlight })];
}

function test({ tagId, testEndpoint: endpoint }: Site, { maxInFlight }: Config['delivery']): Destination[] {
  if (endpoint === undefined) return [];
  const id = testDestination(tagId);
  return [createUetCapiDestination({ id, tagId, token: SANDBOX_TOKEN, endpoint, maxInFlight })];
}
