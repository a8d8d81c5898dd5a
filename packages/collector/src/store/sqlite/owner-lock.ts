import { DatabaseSync } from 'node:sqlite';
import { SQLITE_BUSY, sqliteCode } from './database.ts';

/**
 * Before this version two connections could damage the write-ahead log when one of them reset it
 * ("WAL-reset bug", https://sqlite.org/wal.html#walresetbug).
 */
const FIRST_SHAREABLE_VERSION = '3.51.3';

/** A process that starts holds the lock alone for a moment, on a busy machine a long one; others wait so long, ms. */
const STARTING_MS = 2_000;

/** Held as long as the process lives; the system releases it with the process, also on `kill -9`. */
export interface OwnerLock {
  /** Whether nobody else held it when it was taken. */
  wasFree: boolean;
  release(): void;
}

/**
 * Takes this process's place at the data directory: one that may share takes a shared lock, one
 * whose SQLite is too old for that an exclusive one, so that neither can meet the other.
 *
 * @returns undefined when another process is in the way.
 */
export function takeOwnerLock(file: string, sqliteVersion: string): OwnerLock | undefined {
  const db = new DatabaseSync(file);
  try {
    const wasFree = isFree(db);
    db.exec(`PRAGMA busy_timeout = ${STARTING_MS}`);
    if (canShare(sqliteVersion)) db.exec('BEGIN; SELECT 1 FROM sqlite_schema');
    else db.exec('BEGIN EXCLUSIVE');
    return { wasFree, release: () => db.close() };
  } catch (error) {
    db.close();
    if (sqliteCode(error) === SQLITE_BUSY) return undefined;
    throw error;
  }
}

function isFree(db: DatabaseSync): boolean {
  try {
    db.exec('BEGIN EXCLUSIVE; ROLLBACK');
    return true;
  } catch (error) {
    if (sqliteCode(error) === SQLITE_BUSY) return false;
    throw error;
  }
}

/** Whether several processes may use one database with this version of SQLite. */
export function canShare(sqliteVersion: string): boolean {
  return sqliteVersion.localeCompare(FIRST_SHAREABLE_VERSION, 'en', { numeric: true }) >= 0;
}

export function runningSqliteVersion(): string {
  const db = new DatabaseSync(':memory:');
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
  db.close();
  return version;
}
