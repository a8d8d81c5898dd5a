import type { CollectorSettings, SiteSettings } from './schema.ts';

/** The config with every default filled in and every secret fetched. */
export type Config = CollectorSettings & {
  sites: Site[];
  /** Token of the operators' routes; undefined: they answer 401 to everyone. */
  adminToken: string | undefined;
};

export type Site = SiteSettings & {
  /** The tag's Conversions API token; undefined only where nothing is delivered. */
  token: string | undefined;
  /** Key of the server routes; undefined: they answer 401 to everyone. */
  serverKey: string | undefined;
};
