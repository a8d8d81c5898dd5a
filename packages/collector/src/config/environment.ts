import type { ConfigProblem } from './problems.ts';

export type Env = Record<string, string | undefined>;

/** The variables that are settings of the collector, and the settings. */
const COLLECTOR_VARIABLES = {
  host: 'UET_CAPI_HOST',
  port: 'UET_CAPI_PORT',
  dataDir: 'UET_CAPI_DATA_DIR',
  logLevel: 'UET_CAPI_LOG_LEVEL',
} as const;

/** The same of a site. The first two are for one site alone: several cannot share them. */
const SITE_VARIABLES = {
  tagId: 'UET_CAPI_TAG_ID',
  origins: 'UET_CAPI_ORIGINS',
  endpoint: 'UET_CAPI_ENDPOINT',
  mode: 'UET_CAPI_MODE',
  customerId: 'UET_CAPI_CUSTOMER_ID',
  accountId: 'UET_CAPI_ACCOUNT_ID',
} as const;

/** The same of the group `ads`. */
const ADS_VARIABLES = {
  clientId: 'UET_CAPI_CLIENT_ID',
  oauthUrl: 'UET_CAPI_OAUTH_URL',
  url: 'UET_CAPI_ADS_URL',
} as const;

/** All that are read, but for secrets, whose names are settings. */
export const VARIABLES: readonly string[] = [
  ...Object.values(COLLECTOR_VARIABLES),
  ...Object.values(SITE_VARIABLES),
  ...Object.values(ADS_VARIABLES),
  'UET_CAPI_CONFIG',
  'UET_CAPI_DATABASE_URL',
];

const ONE_SITE_ONLY = ['tagId', 'origins'] as const;

/** What the environment lays over the config, and the names under which it did. */
export interface Overlay {
  collector: Record<string, unknown>;
  site: Record<string, unknown>;
  ads: Record<string, unknown>;
  /** Variables by setting, `ads.url`, of those that are set. */
  variables: Map<string, string>;
}

/** Reads the variables of the contract that are settings rather than secrets. Blank is not set. */
export function readEnvironment(env: Env): Overlay {
  const variables = new Map<string, string>();
  const read = (names: Record<string, string>, group = '') =>
    Object.fromEntries(
      Object.entries(names).flatMap(([setting, variable]) => {
        const value = readVariable(env, variable);
        if (value === undefined) return [];
        variables.set(group + setting, variable);
        return [[setting, PARSERS[setting]?.(value) ?? value]];
      }),
    );
  return {
    collector: read(COLLECTOR_VARIABLES),
    site: read(SITE_VARIABLES),
    ads: read(ADS_VARIABLES, 'ads.'),
    variables,
  };
}

/** The value of one variable without the line end that a secret's file leaves; undefined when blank. */
export function readVariable(env: Env, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/** What is wrong with the environment as such. */
export function environmentProblems(env: Env, overlay: Overlay, sites: number): ConfigProblem[] {
  const shared = ONE_SITE_ONLY.filter((setting) => sites > 1 && overlay.variables.has(setting));
  return [
    ...shared.map((setting) => ({
      path: SITE_VARIABLES[setting],
      message: 'is for one site; this config has several: unset it and write the setting into each site',
    })),
    ...databaseProblems(env),
  ];
}

/** Address of the shared store, with its password; undefined: the store is embedded. */
export function readDatabaseUrl(env: Env): string | undefined {
  return readVariable(env, 'UET_CAPI_DATABASE_URL');
}

function databaseProblems(env: Env): ConfigProblem[] {
  const url = readDatabaseUrl(env);
  if (url === undefined || isDatabaseUrl(url)) return [];
  const message =
    'must be postgres://user:password@host:port/database, with special characters of the password as %40: ' +
    'correct it, or unset it to keep events in UET_CAPI_DATA_DIR';
  return [{ path: 'UET_CAPI_DATABASE_URL', message }];
}

function isDatabaseUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && isEscaped(url.password);
}

/** Whether every % begins a character's code. */
function isEscaped(text: string): boolean {
  return !/%(?![\da-f]{2})/i.test(text);
}

/** What is no number stays as it is, for the schema to refuse. */
const PARSERS: Record<string, (value: string) => unknown> = {
  port: (value) => (/^\d+$/.test(value) ? Number(value) : value),
  origins: (value) =>
    value
      .split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
};
