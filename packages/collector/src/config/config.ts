import type { AdsSettings } from './ads-schema.ts';
import type { CollectorSettings, SiteSettings } from './schema.ts';

/** The config with every default filled in and every secret fetched. */
export type Config = Omit<CollectorSettings, 'ads' | 'readTokens' | 'alerts'> & {
  sites: Site[];
  /**
   * Id of the site that is meant where none is named, and whose browser routes carry no id: the file's only
   * one, also when others are added at run time.
   */
  rootSite: string | undefined;
  ads: Ads;
  readTokens: ReadToken[];
  alerts: AlertSettings;
  /** Address of the shared store, with its password; undefined: the store is embedded, in `dataDir`. */
  databaseUrl: string | undefined;
  /** Token of the operators' routes; undefined: they answer 401 to everyone. */
  adminToken: string | undefined;
};

export type Site = SiteSettings & {
  /** The tag's Conversions API token; undefined only where nothing is delivered. */
  token: string | undefined;
  /** Key of the server routes; undefined: they answer 401 to everyone. */
  serverKey: string | undefined;
};

export type ReadToken = CollectorSettings['readTokens'][number] & {
  /** Always there in a config that is right. */
  token: string | undefined;
};

export type AlertSettings = CollectorSettings['alerts'] & {
  /** Where alerts are posted to; undefined: nowhere. */
  webhook: string | undefined;
  /** `whsec_` and the key in base64; undefined: alerts are not signed. */
  secret: string | undefined;
};

export type Ads = AdsSettings & {
  developerToken: string | undefined;
  /** Undefined for a public app. */
  clientSecret: string | undefined;
  /** 32 bytes. */
  encryptionKey: Buffer | undefined;
};
