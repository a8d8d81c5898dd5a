import type { Config } from '../config/config.ts';
import { systemClock } from '../delivery/clock.ts';
import type { Store } from '../store/port.ts';
import { type AdsClient, createAdsClient } from './client.ts';
import { type Connection, createConnection } from './connection.ts';
import { appOf, type OAuthApp } from './oauth/app.ts';

/** The Microsoft Advertising API as a config and a store give it. */
export interface Ads {
  app: OAuthApp;
  connection: Connection;
  client: AdsClient;
}

/** Undefined where the settings that it needs are not all there; `goals` cannot be without them. */
export function adsOf(
  { ads, delivery }: Pick<Config, 'ads' | 'delivery'>,
  store: Pick<Store, 'readRecord' | 'swapRecord'>,
): Ads | undefined {
  const app = appOf(ads);
  const { developerToken, encryptionKey, url } = ads;
  if (!app || developerToken === undefined || !encryptionKey) return undefined;
  const { timeoutMs } = delivery;
  const connection = createConnection({ store, app, encryptionKey, clock: systemClock, timeoutMs });
  const client = createAdsClient({ url, developerToken, accessTokens: connection });
  return { app, connection, client };
}
