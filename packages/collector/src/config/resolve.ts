import { z } from 'zod';
import {
  type CollectorSettings,
  collectorSchema,
  type SiteSettings,
  siteSchema,
  siteShape,
} from './schema.ts';

/** The config with every default filled in and every secret fetched. */
export type Config = CollectorSettings & { sites: Site[] };

export type Site = SiteSettings & {
  /** The tag's Conversions API token; undefined only where nothing is delivered. */
  token: string | undefined;
  /** Key of the server routes; undefined: they answer 401 to everyone. */
  serverKey: string | undefined;
};

/** One thing that is wrong with the config, said so that it can be mended. */
export interface ConfigProblem {
  /** `sites[1].tagId`, or the name of an environment variable. */
  path: string;
  message: string;
}

export type Resolved = { config: Config } | { problems: ConfigProblem[] };

type Env = Record<string, string | undefined>;

/**
 * Validates a config and lays the environment over it. Never throws for what a user can write:
 * everything that is wrong comes back at once.
 *
 * @param input content of a config file or the argument of `createCollector`
 * @param env where secrets and overrides come from
 */
export function resolveConfig(input: unknown, env: Env): Resolved {
  const root = z.record(z.string(), z.unknown()).safeParse(input ?? {});
  if (!root.success) return { problems: [{ path: '', message: 'the config must be an object' }] };

  const overlay = fromEnvironment(env);
  if ('problems' in overlay) return overlay;
  const { sites: listed, ...top } = { ...root.data, ...overlay.collector };
  const [siteDefaults, collectorInput] = split(top);
  const entries = listed === undefined ? [{ id: 'site' }] : listed;
  if (!Array.isArray(entries)) return { problems: [{ path: 'sites', message: 'must be a list of sites' }] };

  const collector = collectorSchema.safeParse(collectorInput);
  const problems = collector.success ? [] : problemsOf(collector.error, '');
  const sites = entries.map((entry, index) => {
    const parsed = siteSchema.safeParse({ ...siteDefaults, ...entry, ...overlay.site });
    const place = listed === undefined ? '' : `sites[${index}]`;
    if (!parsed.success) problems.push(...problemsOf(parsed.error, place));
    return parsed.data;
  });
  if (listed !== undefined && overlay.site.tagId !== undefined && entries.length > 1) {
    problems.push({ path: 'UET_CAPI_TAG_ID', message: 'is for one site; this config has several: unset it' });
  }
  if (problems.length > 0 || !collector.success) return { problems };

  const complete = sites.filter((site) => site !== undefined).map((site) => withSecrets(site, env));
  problems.push(...tokenProblems(complete), ...repeated(complete, 'id'), ...repeated(complete, 'tagId'));
  return problems.length > 0 ? { problems } : { config: { ...collector.data, sites: complete } };
}

/** The variables of the contract that are settings rather than secrets. */
function fromEnvironment(
  env: Env,
): { collector: Record<string, unknown>; site: Record<string, unknown> } | { problems: ConfigProblem[] } {
  const given = (name: string) => env[name] || undefined;
  if (given('UET_CAPI_DATABASE_URL')) {
    return {
      problems: [
        {
          path: 'UET_CAPI_DATABASE_URL',
          message: 'a shared database is not supported by this version: unset it and use UET_CAPI_DATA_DIR',
        },
      ],
    };
  }
  const port = given('UET_CAPI_PORT');
  const origins = given('UET_CAPI_ORIGINS')
    ?.split(',')
    .map((origin) => origin.trim());
  return {
    collector: defined({
      host: given('UET_CAPI_HOST'),
      port: port === undefined ? undefined : /^\d+$/.test(port) ? Number(port) : port,
      dataDir: given('UET_CAPI_DATA_DIR'),
    }),
    site: defined({
      tagId: given('UET_CAPI_TAG_ID'),
      endpoint: given('UET_CAPI_ENDPOINT'),
      mode: given('UET_CAPI_MODE'),
      origins,
    }),
  };
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

/** Site settings at the top level are defaults of every site. */
function split(
  top: Record<string, unknown>,
): [site: Record<string, unknown>, collector: Record<string, unknown>] {
  const isSiteSetting = ([key]: [string, unknown]) => key === 'id' || Object.hasOwn(siteShape, key);
  const all = Object.entries(top);
  return [
    Object.fromEntries(all.filter(isSiteSetting)),
    Object.fromEntries(all.filter((entry) => !isSiteSetting(entry))),
  ];
}

function withSecrets(site: SiteSettings, env: Env): Site {
  return { ...site, token: env[site.tokenEnv] || undefined, serverKey: env[site.serverKeyEnv] || undefined };
}

function tokenProblems(sites: Site[]): ConfigProblem[] {
  return sites
    .filter((site) => site.mode === 'live' && site.token === undefined)
    .map((site) => ({
      path: site.tokenEnv,
      message:
        `is not set: it must hold the Conversions API token of UET tag ${site.tagId} ` +
        '(Microsoft Advertising: Conversions > UET tag > Use Conversions API > Copy token). ' +
        'To try things out without one, set UET_CAPI_MODE=shadow',
    }));
}

function repeated(sites: Site[], key: 'id' | 'tagId'): ConfigProblem[] {
  const values = sites.map((site) => site[key]);
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => ({ path: `sites[].${key}`, message: `"${value}" is used by more than one site` }));
}

function problemsOf(error: z.ZodError, prefix: string): ConfigProblem[] {
  return error.issues.map((issue) => ({
    path: [prefix, z.core.toDotPath(issue.path)].filter(Boolean).join('.'),
    message: issue.message,
  }));
}
