import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { readChanges } from '../settings/stored-changes.ts';
import { type Ignored, takeUp } from '../settings/take-up.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/port.ts';
import { EXIT, fail } from './exit.ts';

/**
 * Lets a command work on the store of the config, also beside a collector that uses it, and with what was
 * changed at run time.
 *
 * @param options `create`: a store is made where there is none
 * @throws {StoreUnusable} there is none, or it cannot be used; the message has the remedy
 */
export async function withStore(
  work: (store: Store, config: Config) => Promise<void>,
  options?: { create?: boolean },
): Promise<void> {
  const loaded = await loadConfig(process.cwd(), process.env);
  if ('problems' in loaded) {
    fail(new ConfigError(loaded.problems).message, EXIT.wrongUse);
    return;
  }
  await withStoreOf(
    loaded,
    async (store, { config, ignored }) => {
      if (ignored.length > 0) {
        const whose =
          ignored === 'all' ? 'at run time' : `of ${ignored.map(({ site }) => site).join(', ')} at run time`;
        process.stderr.write(`What was changed ${whose} cannot be used; uet-capi doctor says why.\n`);
      }
      await work(store, config);
    },
    options,
  );
}

/** The settings that hold, and those of run time that cannot: of these sites, or all, by another version. */
export interface HoldingSettings {
  config: Config;
  ignored: readonly Ignored[] | 'all';
}

/** The same where the file has been read. */
export async function withStoreOf<T>(
  { config, input }: { config: Config; input: unknown },
  work: (store: Store, settings: HoldingSettings) => Promise<T>,
  { create = false }: { create?: boolean } = {},
): Promise<T> {
  const store = await openStore({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    mustExist: !create,
  });
  try {
    const { changes } = await readChanges(store);
    const taken = takeUp(input, process.env, changes ?? {});
    return await work(store, { config: taken.config, ignored: changes ? taken.ignored : 'all' });
  } finally {
    await store.close();
  }
}

/** One line of JSON, for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
