import type { Config } from '../config/config.ts';
import type { Env } from '../config/environment.ts';
import { secretsOf } from '../config/secrets.ts';
import type { Changes } from '../config/site-changes.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import type { Edit, Known } from './edit-site.ts';
import type { Refused } from './refused.ts';
import { readChanges, type StoredChanges, writeChanges } from './stored-changes.ts';
import { type TakenUp, takeUp } from './take-up.ts';

/** The config as it holds at this moment: the file, what was changed at run time, and the environment. */
export interface Settings {
  current(): TakenUp;
  /** What is stored; undefined where this version cannot read it. */
  changes(): Changes | undefined;
  /** Calls `apply` whenever something has changed, here or in another process, from now on until `stop`. */
  follow(apply: (config: Config) => void): void;
  /**
   * Writes a change down, for every process, and takes it up here. One that cannot be used changes nothing.
   *
   * @param edit gives what is to hold; called again where another process was faster
   * @param site whose changes are edited
   */
  change(site: string, edit: Edit): Promise<TakenUp | Refused>;
  /** Looks whether another process has changed something. Never rejects. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface SettingsOptions {
  /** Of the file; it can be used by itself. */
  input: unknown;
  env: Env;
  store: Pick<Store, 'readRecord' | 'swapRecord'>;
  log: Log;
  /** Those that the log redacts; what is given at run time is added. */
  secrets: string[];
}

/** How often is looked whether another process has changed something, ms: one read of one row. */
const LOOK_MS = 1_000;

const FROM_ANOTHER_VERSION =
  'what was changed at run time was stored by another version of the collector and cannot be read: ' +
  'run that version again, or write the settings into the config file';

/** Reads what is stored. Whatever that is, it stops no start. */
export async function openSettings({ input, env, store, log, secrets }: SettingsOptions): Promise<Settings> {
  let version = 0;
  let changes: StoredChanges['changes'] = {};
  let current = takeUp(input, env, {});
  let apply: (config: Config) => void = () => {};
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();

  /** What is older than what holds here was overtaken. */
  function adopt(stored: StoredChanges, taken: TakenUp): void {
    if (stored.version <= version) return;
    const known = new Set(secrets);
    secrets.push(...secretsOf(taken.config).filter((secret) => !known.has(secret)));
    ({ version, changes } = stored);
    current = taken;
    if (!changes) log.error({}, `THE SETTINGS OF RUN TIME ARE IGNORED: ${FROM_ANOTHER_VERSION}`);
    for (const { site, problems } of taken.ignored) log.error({ site, problems }, IGNORED);
    apply(taken.config);
  }

  async function lookOnce(): Promise<void> {
    const stored = await readChanges(store);
    if (stored.version > version) adopt(stored, takeUp(input, env, stored.changes ?? {}));
  }

  function look(): Promise<void> {
    looking = looking.then(lookOnce).catch((error: unknown) => {
      log.error({ err: error }, 'the settings of run time could not be taken up; tried again');
    });
    return looking;
  }

  await look();

  return {
    current: () => current,
    changes: () => changes,
    look,

    follow(listener) {
      apply = listener;
      timer = setInterval(look, LOOK_MS).unref();
    },

    async change(site, edit) {
      for (;;) {
        const before = await readChanges(store);
        if (!before.changes) return { refused: 'fixed', message: FROM_ANOTHER_VERSION };
        const old = takeUp(input, env, before.changes);
        const edited = edit(before.changes, knownOf(old));
        if ('refused' in edited) return edited;
        const taken = takeUp(input, env, edited.changes);
        const refused = whyNot(site, old, taken);
        if (refused) return refused;
        if (!(await writeChanges(store, edited.changes, before.version))) continue;
        adopt({ version: before.version + 1, changes: edited.changes }, taken);
        return taken;
      }
    },

    async stop() {
      clearInterval(timer);
      // What is changed now is for the next start: nothing is to begin any more.
      apply = () => {};
      await looking;
    },
  };
}

const IGNORED =
  'WHAT WAS CHANGED OF A SITE AT RUN TIME IS IGNORED, as it cannot be used with this config: mend it by the ' +
  'management API, or the config';

function knownOf({ config, sources: { fileIds, overlay, environmentOf } }: TakenUp): Known {
  return {
    served: config.sites.map(({ id }) => id),
    inFile: fileIds,
    fixedBy: (id, setting) =>
      Object.hasOwn(environmentOf(id), setting) ? overlay.variables.get(setting) : undefined,
  };
}

/** A change is taken as a whole, and must break nothing that was good. */
function whyNot(site: string, before: TakenUp, after: TakenUp): Refused | undefined {
  const wasBad = before.ignored.map((one) => one.site);
  const bad = after.ignored.find((one) => one.site === site || !wasBad.includes(one.site));
  if (!bad) return undefined;
  const texts = bad.problems.map(({ path, message }, index) =>
    path && index > 0 ? `${path}: ${message}` : message,
  );
  const path = bad.problems[0]?.path;
  const of = bad.site === site ? '' : `for the site ${bad.site}: `;
  return { refused: 'wrong', ...(path && { path }), message: of + texts.join('; ') };
}
