import type { Changes, GoalSwitch, SiteChanges } from '../config/site-changes.ts';
import { SITE_SECRETS } from '../config/site-secrets.ts';
import type { Refused } from './refused.ts';
import type { Edited } from './settings.ts';

/** What is to be different of a site. */
export interface SitePatch {
  /** As a file would say them; null: as if it had never been changed here. */
  settings: Readonly<Record<string, unknown>>;
  /** Sealed; null: the variable's again. */
  secrets: { token?: string | null; serverKey?: string | null };
}

/** What is known of the sites as they are. */
export interface Known {
  /** In the file, whether they are served or not. */
  inFile: readonly unknown[];
  /** Served. */
  served: readonly string[];
  /** Name of the variable that is laid over a site's setting, where there is one. */
  fixedBy(id: string, setting: string): string | undefined;
}

const UNCHANGED: SiteChanges = { settings: {}, goals: [], secrets: {} };

/**
 * Where events and tokens go, and what is code: who can change these by HTTP could send the tokens of all
 * sites elsewhere.
 */
const FILE_ONLY = ['endpoint', 'testEndpoint', 'filter', 'transform'];
const NOT_AT_RUN_TIME = 'cannot be changed at run time: write it into the config file';

/** Adds a site, or serves one of the file again that was removed. */
export function addSite(changes: Changes, id: string, patch: SitePatch, known: Known): Edited {
  if (known.served.includes(id)) {
    return {
      refused: 'exists',
      path: 'id',
      message: `the site ${id} exists already: change it, or choose another id`,
    };
  }
  return apply({ ...changes, [id]: UNCHANGED }, id, patch, known);
}

export function changeSite(changes: Changes, id: string, patch: SitePatch, known: Known): Edited {
  // One whose changes cannot be used is not served, and must be mendable.
  if (!known.served.includes(id) && !isKept(changes, id)) return unknown(id);
  return apply(changes, id, patch, known);
}

/** Nothing more is served or delivered; what was stored stays. One of the file can be added again. */
export function removeSite(changes: Changes, id: string, known: Known): Edited {
  if (!known.served.includes(id) && !isKept(changes, id)) return unknown(id);
  const { [id]: _, ...others } = changes;
  return {
    changes: known.inFile.includes(id) ? { ...others, [id]: { ...UNCHANGED, removed: true } } : others,
  };
}

/** What `change` leaves undefined stays as it is; null: as in the settings. */
export function switchGoal(
  changes: Changes,
  id: string,
  name: Pick<GoalSwitch, 'event' | 'goal'>,
  change: { enabled?: boolean | null; send?: GoalSwitch['send'] | null },
  known: Known,
): Edited {
  if (!known.served.includes(id)) return unknown(id);
  const before = changes[id] ?? UNCHANGED;
  const isMeant = ({ event, goal }: GoalSwitch) => event === name.event && goal === name.goal;
  const old = before.goals.find(isMeant);
  const pick = <T>(wanted: T | null | undefined, present: T | undefined) =>
    wanted === undefined ? present : (wanted ?? undefined);
  const enabled = pick(change.enabled, old?.enabled);
  const send = pick(change.send, old?.send);
  const goals = before.goals.filter((one) => !isMeant(one));
  if (enabled !== undefined || send !== undefined) goals.push({ ...name, enabled, send });
  return { changes: { ...changes, [id]: { ...before, goals } } };
}

function apply(changes: Changes, id: string, patch: SitePatch, { fixedBy }: Known): Edited {
  const { settings, secrets } = patch;
  for (const [path, value] of Object.entries(settings)) {
    if (FILE_ONLY.includes(path)) return { refused: 'wrong', path, message: NOT_AT_RUN_TIME };
    if (path === 'id')
      return { refused: 'wrong', path, message: 'cannot be changed: what is stored belongs to it' };
    const variable = value === null ? undefined : fixedBy(id, path);
    if (variable !== undefined) {
      const message = `is set by ${variable} in the environment, which goes before: unset it there first`;
      return { refused: 'fixed', path, message };
    }
  }
  const before = changes[id] ?? UNCHANGED;
  const merged = Object.entries({ ...before.settings, ...settings }).filter(([, value]) => value !== null);
  const kept = { ...before.secrets };
  // Who names a variable wants its value.
  if (settings.tokenEnv) delete kept.token;
  if (settings.serverKeyEnv) delete kept.serverKey;
  for (const name of SITE_SECRETS) {
    const sealed = secrets[name];
    if (sealed === null) delete kept[name];
    else if (sealed !== undefined) kept[name] = sealed;
  }
  const after = { settings: Object.fromEntries(merged), goals: before.goals, secrets: kept };
  return { changes: { ...changes, [id]: after } };
}

function isKept(changes: Changes, id: string): boolean {
  return Object.hasOwn(changes, id) && !changes[id]?.removed;
}

function unknown(id: string): Refused {
  return { refused: 'unknown', message: `the site ${id} does not exist` };
}
