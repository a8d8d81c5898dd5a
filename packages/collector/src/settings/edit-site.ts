import { layOver } from '../config/read-sources.ts';
import type { Changes, GoalSwitch, SiteChanges } from '../config/site-changes.ts';
import { SITE_SECRETS } from '../config/site-secrets.ts';
import type { Refused } from './refused.ts';

/** What is to be different of a site. */
export interface SitePatch {
  /** As a file would say them; null: as if it had never been changed here. */
  settings: Readonly<Record<string, unknown>>;
  /** Sealed; null: the variable's again. */
  secrets: { token?: string | null; serverKey?: string | null };
}

/** Makes of what was changed so far what is to hold. */
export type Edit = (changes: Changes, known: Known) => { changes: Changes } | Refused;

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
export function addSite(id: string, patch: SitePatch): Edit {
  return (changes, known) =>
    known.served.includes(id)
      ? { refused: 'exists', path: 'id', message: `the site ${id} exists: change it, or choose another id` }
      : apply({ ...changes, [id]: UNCHANGED }, id, patch, known);
}

export function changeSite(id: string, patch: SitePatch): Edit {
  return (changes, known) => (isThere(id, changes, known) ? apply(changes, id, patch, known) : unknown(id));
}

/** Nothing more is served or delivered; what was stored stays. One of the file can be added again. */
export function removeSite(id: string): Edit {
  return (changes, known) => {
    if (!isThere(id, changes, known)) return unknown(id);
    const { [id]: _, ...others } = changes;
    const removed = { ...others, [id]: { ...UNCHANGED, removed: true as const } };
    return { changes: known.inFile.includes(id) ? removed : others };
  };
}

/** What a goal's switch leaves undefined stays as it is; null: as in the settings. */
export interface GoalPatch extends Pick<GoalSwitch, 'event' | 'goal'> {
  enabled?: boolean | null | undefined;
  send?: 'all' | 'attributed' | null | undefined;
}

export function switchGoal(id: string, { event, goal, ...patch }: GoalPatch): Edit {
  return (changes, known) => {
    if (!isThere(id, changes, known)) return unknown(id);
    const before = changes[id] ?? UNCHANGED;
    const isMeant = (one: GoalSwitch) => one.event === event && one.goal === goal;
    const old = before.goals.find(isMeant);
    const enabled = patch.enabled === undefined ? old?.enabled : patch.enabled;
    const send = patch.send === undefined ? old?.send : patch.send;
    const goals = before.goals.filter((one) => !isMeant(one));
    if ((enabled ?? send) != null) {
      goals.push({ event, goal, enabled: enabled ?? undefined, send: send ?? undefined });
    }
    return { changes: { ...changes, [id]: { ...before, goals } } };
  };
}

/** One whose changes cannot be used is not served, and must be mendable. */
function isThere(id: string, changes: Changes, { served }: Known): boolean {
  return served.includes(id) || (Object.hasOwn(changes, id) && !changes[id]?.removed);
}

function apply(changes: Changes, id: string, patch: SitePatch, { fixedBy }: Known): ReturnType<Edit> {
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
  const merged = Object.entries(layOver(settings, before.settings)).filter(([, value]) => value !== null);
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

function unknown(id: string): Refused {
  return { refused: 'unknown', message: `the site ${id} does not exist` };
}
