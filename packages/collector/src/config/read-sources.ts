import { z } from 'zod';
import { type Env, type Overlay, readEnvironment } from './environment.ts';
import type { ConfigProblem } from './problems.ts';
import { siteShape } from './schema.ts';
import { type Changes, type SiteChanges, switchGoals } from './site-changes.ts';

/** What file, environment and changes say, before any of it is checked. */
export interface Sources {
  overlay: Overlay;
  /** The file's settings of the collector. */
  collector: Record<string, unknown>;
  /** The file says it without a list of sites: its settings have no path in front of them. */
  isUnlisted: boolean;
  /** Of the file's sites; of what is no site, whatever stands there. */
  fileIds: readonly unknown[];
  /** The file's, then those that were added; without those that were removed. */
  sites: RawSite[];
  /** What the environment lays over a site, be it there or not. */
  environmentOf(id: unknown): Record<string, unknown>;
}

/** A site before its settings are read: what each source says of it, later ones over earlier ones. */
export interface RawSite {
  /** Top-level settings that the site takes where it has none of its own. */
  defaults: Record<string, unknown>;
  /** What the file says of this site; undefined for one that is in no file. */
  file: unknown;
  changes: SiteChanges | undefined;
  environment: Record<string, unknown>;
}

/** Id of the only site where none is given. */
const ONLY_SITE = 'site';

/**
 * What a file without a list of sites says about its only site alone. The rest holds for sites too that are added
 * at run time: where privacy or a sandbox is concerned, nobody expects anything else.
 */
const OF_ONE_SITE = [
  'id',
  'tagId',
  'tokenEnv',
  'origins',
  'linkDomains',
  'clickIdParams',
  'customerId',
  'accountId',
  'goals',
];

/** The same of the environment. */
const VARIABLES_OF_ONE_SITE = ['tagId', 'origins'];

export function readSources(
  input: unknown,
  env: Env,
  changes: Changes,
): Sources | { problems: ConfigProblem[] } {
  const root = z.record(z.string(), z.unknown()).safeParse(input ?? {});
  if (!root.success) return { problems: [{ path: '', message: 'the config must be an object' }] };
  const { sites: listed, ...top } = root.data;
  if (listed !== undefined && (!Array.isArray(listed) || listed.length === 0)) {
    return { problems: [{ path: 'sites', message: 'must be a list of one site or more' }] };
  }
  const isUnlisted = listed === undefined;
  const overlay = readEnvironment(env);
  const [defaults, collector] = split(top, isUnlisted);
  const file: unknown[] = listed ?? [{ id: defaults.id ?? ONLY_SITE }];
  const fileIds = file.map(idOf);
  const environmentOf = (id: unknown) =>
    fileIds.includes(id) ? overlay.site : without(overlay.site, VARIABLES_OF_ONE_SITE);
  const sites: RawSite[] = [
    ...file.map((site) => ({
      defaults,
      file: site,
      changes: ofSite(changes, idOf(site)),
      environment: overlay.site,
    })),
    ...addedSites(fileIds, changes).map(([id, change]) => ({
      defaults: isUnlisted ? without(defaults, OF_ONE_SITE) : defaults,
      file: undefined,
      changes: { ...change, settings: { ...change.settings, id } },
      environment: environmentOf(id),
    })),
  ].filter((site) => !site.changes?.removed);
  if (sites.length === 0) {
    return { problems: [{ path: 'sites', message: 'the last site cannot be removed' }] };
  }
  return { overlay, collector, isUnlisted, fileIds, sites, environmentOf };
}

/** All that is said of a site put together, for the schema to read. */
export function settingsOf({ defaults, file = {}, changes, environment }: RawSite): unknown {
  if (!isSettings(file)) return file;
  const merged = layOver(changes?.settings ?? {}, layOver(file, defaults));
  if (changes) merged.goals = switchGoals(merged.goals, changes.goals);
  return { ...merged, ...environment };
}

/** Site settings at the top level are defaults of every site. An id is nobody's default. */
function split(
  top: Record<string, unknown>,
  isUnlisted: boolean,
): [site: Record<string, unknown>, collector: Record<string, unknown>] {
  const isSiteSetting = ([key]: [string, unknown]) =>
    (key === 'id' && isUnlisted) || Object.hasOwn(siteShape, key);
  const all = Object.entries(top);
  return [
    Object.fromEntries(all.filter(isSiteSetting)),
    Object.fromEntries(all.filter((entry) => !isSiteSetting(entry))),
  ];
}

function addedSites(known: readonly unknown[], changes: Changes): [string, SiteChanges][] {
  return Object.entries(changes).filter(([id]) => !known.includes(id));
}

function ofSite(changes: Changes, id: unknown): SiteChanges | undefined {
  return typeof id === 'string' && Object.hasOwn(changes, id) ? changes[id] : undefined;
}

function idOf(site: unknown): unknown {
  return isSettings(site) ? site.id : undefined;
}

/** Groups of settings, of which each has a default of its own. */
const GROUPS = ['consent', 'filters', 'privacy'];

/** Setting by setting, and in groups one by one too. */
export function layOver(
  settings: Readonly<Record<string, unknown>>,
  below: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = { ...below, ...settings };
  for (const group of GROUPS) {
    const [general, own] = [below[group], settings[group]];
    if (isSettings(general) && isSettings(own)) merged[group] = { ...general, ...own };
  }
  return merged;
}

function without(settings: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !names.includes(name)));
}

export function isSettings(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
