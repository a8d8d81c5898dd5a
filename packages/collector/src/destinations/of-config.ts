import { accountOf, readChosenAccount } from '../ads/account.ts';
import type { AdsClient } from '../ads/client.ts';
import type { Config, Site } from '../config/config.ts';
import {
  liveDestination,
  testDestination,
  UPLOADS,
  type Upload,
  uploadDestination,
} from '../destination-id.ts';
import type { Store } from '../store/port.ts';
import type { Destination } from './destination.ts';
import { createOfflineDestination } from './offline-conversions/destination.ts';
import { type Gate, gated } from './offline-conversions/gate.ts';
import { goalGate } from './offline-conversions/goal-gate.ts';
import { orderGate, originalGate } from './offline-conversions/original-gate.ts';
import { createUetCapiDestination, type UetCapiOptions } from './uet-capi/destination.ts';

/** What a sandbox takes for every tag. */
const SANDBOX_TOKEN = 'sandbox-token';

/** Told of an event that a destination refused for a reason that only a developer can mend. */
export type OnDestinationBug = (destination: string, code: string, message: string) => void;

/** A queue that a config can fill, and the place that empties it before that is made. */
export interface DestinationPlan {
  id: string;
  /** All that it is made from: where it is deeply equal, what was made already can go on. Holds secrets. */
  from: unknown;
  create(): Destination;
}

/** The queues that this config can fill. */
export function planDestinations(
  { sites, delivery, ads: { adjustAfterMs } }: Pick<Config, 'sites' | 'delivery' | 'ads'>,
  store: Pick<Store, 'find' | 'readRecord'>,
  client: AdsClient | undefined,
  onBug: OnDestinationBug,
): DestinationPlan[] {
  return sites.flatMap((site) => [
    ...live(site, delivery),
    ...test(site, delivery),
    ...(client && site.mode === 'live' ? uploads(site, store, client, adjustAfterMs, onBug) : []),
  ]);
}

/** All that these sites can ever fill. */
export function destinationIds(sites: readonly Pick<Site, 'id' | 'tagId'>[]): string[] {
  return sites.flatMap(({ id, tagId }) => [
    liveDestination(tagId),
    testDestination(tagId),
    ...UPLOADS.map((upload) => uploadDestination(upload, id)),
  ]);
}

/** Wherever the API can be reached, also without goals in the settings: conversions may name theirs. */
function uploads(
  site: Site,
  store: Pick<Store, 'find' | 'readRecord'>,
  client: AdsClient,
  adjustAfterMs: number,
  onBug: OnDestinationBug,
): DestinationPlan[] {
  const { id: siteId, tagId, customerId, accountId, goals } = site;
  const ripening = { store, adjustAfterMs, now: () => Date.now() };
  const plan = (upload: Upload, gate: () => Gate): DestinationPlan => {
    const id = uploadDestination(upload, siteId);
    return {
      id,
      from: { tagId, customerId, accountId, goals: upload === 'conversions' ? goals : [] },
      create() {
        const destination = createOfflineDestination({
          id,
          upload,
          client,
          account: async () => accountOf(site, await readChosenAccount(store)),
          onBug: (code, message) => onBug(id, code, message),
        });
        return gated(destination, gate());
      },
    };
  };
  return [
    plan('conversions', () => goalGate(goals)),
    plan('adjustments', () => originalGate({ ...ripening, siteId })),
    plan('online-adjustments', () => orderGate({ ...ripening, tagId })),
  ];
}

/** Only in mode `live`: what is left from a live time waits while the site is in another mode. */
function live(
  { tagId, token, endpoint, mode }: Site,
  { maxInFlight }: Config['delivery'],
): DestinationPlan[] {
  if (token === undefined || mode !== 'live') return [];
  return [uetCapi({ id: liveDestination(tagId), tagId, token, endpoint, maxInFlight })];
}

function test(
  { tagId, testEndpoint: endpoint }: Site,
  { maxInFlight }: Config['delivery'],
): DestinationPlan[] {
  if (endpoint === undefined) return [];
  return [uetCapi({ id: testDestination(tagId), tagId, token: SANDBOX_TOKEN, endpoint, maxInFlight })];
}

function uetCapi(options: UetCapiOptions): DestinationPlan {
  return { id: options.id, from: options, create: () => createUetCapiDestination(options) };
}
