import type { Store } from './port.ts';
import { openSqliteStore } from './sqlite/sqlite-store.ts';

export interface OpenStoreOptions {
  /** Address of the shared store; undefined: the store is embedded. */
  databaseUrl: string | undefined;
  /** Of the embedded store. */
  dataDir: string;
  /** Refuses to make a store where there is none, for commands that look at what is there. Default: makes one. */
  mustExist?: boolean;
  /** Of the embedded store: appends are refused while its file system has less room. Default: 0, never. */
  minFreeBytes?: number;
  /** Of the embedded store: told each time its thread has died; a new one is being started. */
  onLost?(error: Error): void;
  /** Of the shared store: how long a server that cannot be reached is tried again, ms. Default: 0. */
  patienceMs?: number;
  /** Of the shared store: told meanwhile what is waited for, once for each reason. */
  onWaiting?(reason: string): void;
  /** Of the shared store: ends the waiting. */
  signal?: AbortSignal;
}

/**
 * Opens the store that the settings name.
 *
 * @throws {StoreUnusable} it cannot be used; the message has the remedy
 */
export async function openStore({ databaseUrl, ...options }: OpenStoreOptions): Promise<Store> {
  if (databaseUrl === undefined) return openSqliteStore(options);
  // The driver is loaded by those who use it alone.
  const { openPostgresStore } = await import('./postgres/postgres-store.ts');
  return openPostgresStore({ url: databaseUrl, ...options });
}
