import type { Config } from '../config/config.ts';
import { ConfigError } from '../config/error.ts';
import { loadConfig } from '../config/load.ts';
import { readChanges } from '../settings/stored-changes.ts';
import { takeUp } from '../settings/take-up.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
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
  const resolved = await loadConfig(process.cwd(), process.env);
  if ('problems' in resolved) {
    fail(new ConfigError(resolved.problems).message, EXIT.wrongUse);
    return;
  }
  const { input } = resolved;
  await withStoreOf(
    resolved.config,
    async (store) => {
      const { config, ignored } = takeUp(input, process.env, (await readChanges(store)).changes ?? {});
      for (const { site } of ignored) {
        process.stderr.write(
          `What was changed of the site ${site} at run time cannot be used; uet-capi doctor says why.\n`,
        );
      }
      await work(store, config);
    },
    options,
  );
}

/** The same where the config is there already. */
export async function withStoreOf<T>(
  { dataDir }: Pick<Config, 'dataDir'>,
  work: (store: Store) => Promise<T>,
  { create = false }: { create?: boolean } = {},
): Promise<T> {
  const store = await openSqliteStore({ dataDir, mustExist: !create });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** One line of JSON, for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
