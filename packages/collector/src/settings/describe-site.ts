import { type RawSite, settingsOf } from '../config/read-sources.ts';
import { siteShape } from '../config/schema.ts';
import { SITE_SECRETS, type SiteSecret } from '../config/site-secrets.ts';
import type { Settings } from './settings.ts';
import type { Ignored, TakenUp } from './take-up.ts';

/** Where a value is from. What stands later goes before. */
export type From = 'default' | 'file' | 'store' | 'environment';

export interface SettingView {
  /** As it holds; undefined for what is code or has no value. */
  value: unknown;
  from: From;
}

export interface SiteView {
  id: string;
  tagId: string;
  mode: 'live' | 'shadow' | 'test';
  /** In the config file, or added at run time. */
  origin: 'file' | 'store';
  /** Paths below the mount that its pages use. */
  paths: { script: string; events: string };
  settings: Record<string, SettingView>;
  /** Where each secret is from; undefined: there is none. */
  secrets: Record<SiteSecret, 'store' | 'environment' | undefined>;
}

/** The sites that are served, and where each of their settings is from. No secret is among them. */
export function describeSites({ config, sources }: TakenUp): SiteView[] {
  return config.sites.map((site, index) => {
    const raw = sources.sites[index]!;
    const base = site.id === config.rootSite ? '/' : `/${site.id}/`;
    const names = Object.keys(siteShape) as (keyof typeof siteShape)[];
    const secret = (name: SiteSecret) => {
      if (raw.changes?.secrets[name] !== undefined) return 'store';
      return site[name] === undefined ? undefined : 'environment';
    };
    return {
      id: site.id,
      tagId: site.tagId,
      mode: site.mode,
      origin: raw.file === undefined ? 'store' : 'file',
      paths: { script: base + config.routes.script, events: base + config.routes.events },
      settings: Object.fromEntries(
        names.map((name) => {
          const value = site[name];
          return [name, { value: typeof value === 'function' ? undefined : value, from: fromOf(name, raw) }];
        }),
      ),
      secrets: Object.fromEntries(SITE_SECRETS.map((name) => [name, secret(name)])) as SiteView['secrets'],
    };
  });
}

/** Sites that are not served: removed ones of the file, and those whose changes cannot be used. */
export function describeOthers(settings: Pick<Settings, 'current' | 'changes'>): {
  removed: string[];
  ignored: readonly Ignored[];
} {
  const removed = Object.entries(settings.changes() ?? {}).flatMap(([id, change]) =>
    change.removed ? [id] : [],
  );
  return { removed, ignored: settings.current().ignored };
}

function fromOf(name: string, raw: RawSite): From {
  const { environment, changes, file, defaults } = raw;
  if (Object.hasOwn(environment, name)) return 'environment';
  if (changes && (Object.hasOwn(changes.settings, name) || (name === 'goals' && changes.goals.length > 0))) {
    return 'store';
  }
  const merged = settingsOf({ environment: {}, changes: undefined, file, defaults }) as object;
  return Object.hasOwn(merged, name) ? 'file' : 'default';
}
