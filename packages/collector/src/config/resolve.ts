import { z } from 'zod';
import type { AdsSettings } from './ads-schema.ts';
import type { Ads, Config, Site } from './config.ts';
import { conflictsIn } from './conflicts.ts';
import { type Env, environmentProblems, readDatabaseUrl, readVariable } from './environment.ts';
import { type ConfigProblem, problemsOf, say } from './problems.ts';
import { isSettings, type RawSite, readSources, settingsOf } from './read-sources.ts';
import { collectorSchema, type SiteSettings, siteSchema } from './schema.ts';
import type { Changes } from './site-changes.ts';
import { readSecret } from './site-secrets.ts';

export type Resolved = { config: Config } | { problems: ConfigProblem[] };

/**
 * Validates a config and lays over it what was changed at run time, and over both the environment. Never
 * throws for what a user can write: what is wrong comes back at once, first of the settings
 * themselves, then of the secrets, then of what does not go together.
 *
 * @param input content of a config file or the argument of `createCollector`
 * @param env where secrets and overrides come from
 */
export function resolveConfig(input: unknown, env: Env, changes: Changes = {}): Resolved {
  const sources = readSources(input, env, changes);
  if ('problems' in sources) return sources;
  const { overlay, sites } = sources;
  const problems = environmentProblems(env, overlay, sources.fileIds.length);
  const parse = <S extends z.ZodType>(
    schema: S,
    value: unknown,
    place: string,
    laidOver: Record<string, unknown>,
  ): z.output<S> | undefined => {
    const parsed = schema.safeParse(value, { error: say });
    if (parsed.success) return parsed.data;
    const name = (path: readonly PropertyKey[]) =>
      overlay.variables.get(path.slice(0, 2).join('.')) ??
      (Object.hasOwn(laidOver, String(path[0])) ? overlay.variables.get(String(path[0])) : undefined) ??
      [place, z.core.toDotPath(path)].filter(Boolean).join('.');
    problems.push(...problemsOf(parsed.error, name));
    return undefined;
  };

  const raw = sources.collector;
  const adsInput = isSettings(raw.ads ?? {})
    ? { ...(raw.ads as object | undefined), ...overlay.ads }
    : raw.ads;
  const collector = parse(
    collectorSchema,
    { ...raw, ...overlay.collector, ads: adsInput },
    '',
    overlay.collector,
  );
  const places = sites.map((_, index) => (sources.isUnlisted && sites.length === 1 ? '' : `sites[${index}]`));
  const parsedSites = sites.map((site, index) =>
    parse(siteSchema, settingsOf(site), places[index]!, site.environment),
  );
  if (problems.length > 0 || !collector) return { problems };

  const ads = withAdsSecrets(collector.ads, env);
  const complete = parsedSites.flatMap((site, index) => {
    if (!site) return [];
    const read = withSecrets(site, sites[index]!, env, ads.encryptionKey);
    if ('id' in read) return [read];
    problems.push(
      ...read.problems.map(({ path, message }) => ({
        path: [places[index], path].filter(Boolean).join('.'),
        message,
      })),
    );
    return [];
  });
  if (problems.length > 0) return { problems };
  const config = {
    ...collector,
    sites: complete,
    rootSite: sources.fileIds.length === 1 ? (sources.fileIds[0] as string) : undefined,
    ads,
    databaseUrl: readDatabaseUrl(env),
    adminToken: readVariable(env, collector.adminTokenEnv),
    alerts: {
      ...collector.alerts,
      webhook: readVariable(env, collector.alerts.webhookEnv),
      secret: readVariable(env, collector.alerts.secretEnv),
    },
    readTokens: collector.readTokens.map((entry) => ({ ...entry, token: readVariable(env, entry.tokenEnv) })),
  };
  const conflicts = conflictsIn(config);
  return conflicts.length > 0 ? { problems: conflicts } : { config };
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

const NO_TOKEN = {
  path: 'token',
  message: 'is needed, as every UET tag has its own: give it here, or name its variable with tokenEnv',
};

function withSecrets(
  site: SiteSettings,
  raw: RawSite,
  env: Env,
  key: Buffer | undefined,
): Site | { problems: ConfigProblem[] } {
  const sealed = raw.changes?.secrets;
  const token = readSecret(site, 'token', sealed, { env, key });
  const serverKey = readSecret(site, 'serverKey', sealed, { env, key });
  const problems = [token, serverKey].flatMap((read) => ('problem' in read ? [read.problem] : []));
  // The variable's default name is that of the file's site.
  const isNamed = Object.hasOwn(settingsOf(raw) as object, 'tokenEnv');
  if (raw.file === undefined && site.mode === 'live' && sealed?.token === undefined && !isNamed) {
    problems.push(NO_TOKEN);
  }
  return 'problem' in token || 'problem' in serverKey || problems.length > 0
    ? { problems }
    : { ...site, token: token.value, serverKey: serverKey.value };
}
