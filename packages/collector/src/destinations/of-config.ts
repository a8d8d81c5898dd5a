import { accountOf, readChosenAccount } from '../ads/account.ts';
import type { AdsClient } from '../ads/client.ts';
import type { Config, Site } from '../config/config.ts';
import { liveDestination, testDestination } from '../pipeline/route.ts';
import type { Store } from '../store/port.ts';
import type { Destination } from './destination.ts';
import { createOfflineDestination } from './offline-conversions/destination.ts';
import { gated } from './offline-conversions/gate.ts';
import { goalGate } from './offline-conversions/goal-gate.ts';
import { type Upload, uploadDestination } from './offline-conversions/operations.ts';
import { originalGate } from './offline-conversions/original-gate.ts';
import { createUetCapiDestination } from './uet-capi/destination.ts';

/** What a sandbox takes for every tag. */
const SANDBOX_TOKEN = 'sandbox-token';

/** Told of an event that a destination refused for a reason that only a developer can mend. */
export type OnDestinationBug = (destination: string, code: string, message: string) => void;

/** The queues that this config can fill, each with the place that empties it. */
export function destinationsOf(
  { sites, delivery, ads: { adjustAfterMs } }: Pick<Config, 'sites' | 'delivery' | 'ads'>,
  store: Pick<Store, 'find' | 'readRecord'>,
  client: AdsClient | undefined,
  onBug: OnDestinationBug,
): Destination[] {
  return sites.flatMap((site) => [
    ...live(site, delivery),
    ...test(site, delivery),
    ...(client && site.mode === 'live' ? uploads(site, store, client, adjustAfterMs, onBug) : []),
  ]);
}

/** Wherever the API can be reached, also without goals in the settings: conversions may name theirs. */
function uploads(
  site: Site,
  store: Pick<Store, 'find' | 'readRecord'>,
  client: AdsClient,
  adjustAfterMs: number,
  onBug: OnDestinationBug,
): Destination[] {
  const to = (upload: Upload) => {
    const id = uploadDestination(upload, site.id);
    return createOfflineDestination({
      id,
      upload,
      client,
      account: async () => accountOf(site, await readChosenAccount(store)),
      onBug: (code, message) => onBug(id, code, message),
    });
  };
  const originals = { store, siteId: site.id, adjustAfterMs, now: () => Date.now() };
  return [
    gated(to('conversions'), goalGate(site.goals)),
    gated(to('adjustments'), originalGate(originals)),
    to('online-adjustments'),
  ];
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
