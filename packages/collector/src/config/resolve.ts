import { z } from 'zod';
import type { AdsSettings } from './ads-schema.ts';
import type { Ads, Config, Site } from './config.ts';
import { conflictsIn } from './conflicts.ts';
import { type Env, environmentProblems, readEnvironment, readVariable } from './environment.ts';
import { type ConfigProblem, problemsOf, say } from './problems.ts';
import { collectorSchema, type SiteSettings, siteSchema, siteShape } from './schema.ts';

export type Resolved = { config: Config } | { problems: ConfigProblem[] };

/** Id of the only site where none is given. It appears in no path. */
const ONLY_SITE = 'site';

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
  const { sites: listed, ...top } = root.data;
  if (listed !== undefined && (!Array.isArray(listed) || listed.length === 0)) {
    return { problems: [{ path: 'sites', message: 'must be a list of one site or more' }] };
  }

  const overlay = readEnvironment(env);
  const [siteDefaults, collectorInput] = split(top, listed === undefined);
  const sites: unknown[] = listed ?? [{ id: siteDefaults.id ?? ONLY_SITE }];
  const problems = environmentProblems(env, overlay, sites.length);
  const parse = <S extends z.ZodType>(schema: S, value: unknown, place: string): z.output<S> | undefined => {
    const parsed = schema.safeParse(value, { error: say });
    if (parsed.success) return parsed.data;
    const name = (path: readonly PropertyKey[]) =>
      overlay.variables.get(path.slice(0, 2).join('.')) ??
      overlay.variables.get(String(path[0])) ??
      [place, z.core.toDotPath(path)].filter(Boolean).join('.');
    problems.push(...problemsOf(parsed.error, name));
    return undefined;
  };

  const ads = isSettings(collectorInput.ads ?? {})
    ? { ...(collectorInput.ads as object | undefined), ...overlay.ads }
    : collectorInput.ads;
  const collector = parse(collectorSchema, { ...collectorInput, ...overlay.collector, ads }, '');
  const parsedSites = sites.map((site, index) =>
    parse(
      siteSchema,
      isSettings(site) ? { ...withDefaults(site, siteDefaults), ...overlay.site } : site,
      listed === undefined ? '' : `sites[${index}]`,
    ),
  );
  if (problems.length > 0 || !collector) return { problems };

  const complete = parsedSites.flatMap((site) => (site ? [withSecrets(site, env)] : []));
  const config = {
    ...collector,
    sites: complete,
    ads: withAdsSecrets(collector.ads, env),
    adminToken: readVariable(env, collector.adminTokenEnv),
    readTokens: collector.readTokens.map((entry) => ({ ...entry, token: readVariable(env, entry.tokenEnv) })),
  };
  const conflicts = conflictsIn(config);
  return conflicts.length > 0 ? { problems: conflicts } : { config };
}

/** Site settings at the top level are defaults of every site. An id is nobody's default. */
function split(
  top: Record<string, unknown>,
  isOnlySite: boolean,
): [site: Record<string, unknown>, collector: Record<string, unknown>] {
  const isSiteSetting = ([key]: [string, unknown]) =>
    (key === 'id' && isOnlySite) || Object.hasOwn(siteShape, key);
  const all = Object.entries(top);
  return [
    Object.fromEntries(all.filter(isSiteSetting)),
    Object.fromEntries(all.filter((entry) => !isSiteSetting(entry))),
  ];
}

/** Groups of settings, of which each has a default of its own. */
const GROUPS = ['consent', 'filters', 'privacy'];

function withDefaults(site: Record<string, unknown>, defaults: Record<string, unknown>): object {
  const merged = { ...defaults, ...site };
  for (const group of GROUPS) {
    const [general, own] = [defaults[group], site[group]];
    if (isSettings(general) && isSettings(own)) merged[group] = { ...general, ...own };
  }
  return merged;
}

function isSettings(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withAdsSecrets(ads: AdsSettings, env: Env): Ads {
  const encryptionKey = readVariable(env, ads.encryptionKeyEnv);
  return {
    ...ads,
    developerToken: readVariable(env, ads.developerTokenEnv),
    clientSecret: readVariable(env, ads.clientSecretEnv),
    encryptionKey: encryptionKey === undefined ? undefined : Buffer.from(encryptionKey, 'base64'),
  };
}

function withSecrets(site: SiteSettings, env: Env): Site {
  return {
    ...site,
    token: readVariable(env, site.tokenEnv),
    serverKey: readVariable(env, site.serverKeyEnv),
  };
}
