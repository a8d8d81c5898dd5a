import { type Ads, adsOf } from '../ads/of-config.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../store/port.ts';
import { EXIT, fail } from './exit.ts';

const NOT_SET_UP =
  'Set UET_CAPI_CLIENT_ID, UET_CAPI_DEVELOPER_TOKEN and UET_CAPI_ENCRYPTION_KEY first (and UET_CAPI_CLIENT_SECRET ' +
  'for a web app); docs/configuration.md tells what they are.';

/** Lets a command work with the Microsoft Advertising API of the config. */
export async function withAds(
  store: Store,
  config: Config,
  work: (ads: Ads) => Promise<void>,
): Promise<void> {
  const ads = adsOf(config, store);
  if (!ads) return fail(NOT_SET_UP, EXIT.wrongUse);
  try {
    await work(ads);
  } finally {
    await ads.client.close();
  }
}
