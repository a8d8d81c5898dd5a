import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { MIGRATIONS } from './schema.ts';

/** A transaction waits this long for other processes (ms); then the call fails and can be repeated. */
const LOCK_WAIT_MAX_MS = 10_000;

/** Pause between two tries for the lock (ms): about the length of somebody else's commit. */
const LOCK_RETRY_MIN_MS = 1;
const LOCK_RETRY_MAX_MS = 8;

/** Pages of 4,096 bytes that the log may hold before they are moved: 16 MB, some 10,000 events. */
const CHECKPOINT_PAGES = 4_000;

/**
 * Page cache (KiB): the inner pages of all indexes, also of tens of millions of events. The leaves come from the
 * system's cache: with four times as much here, an append to a million events took no less CPU.
 */
const CACHE_KIB = 8_192;

/**
 * A larger file is not looked through at start: at some 500 MB/s it would keep the site's events waiting
 * for longer than many supervisors wait for a start. SQLite itself recovers in any case.
 */
const CHECK_MAX_BYTES = 4 * 1024 ** 3;

/**
 * A commit is on disk before it is answered. NORMAL is only 1.9 times faster at groups of 200, and loses the
 * last commits with the power.
 */
const SYNCED = 'PRAGMA synchronous = FULL';

/** Primary result codes, https://sqlite.org/rescode.html */
export const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
export const SQLITE_CORRUPT = 11;

export interface Database {
  readonly db: DatabaseSync;
  /** Runs `work` against one state of the database. */
  read<T>(work: () => T): T;
  /** Runs `work` as one transaction that is on disk when this returns, or has not happened. */
  write<T>(work: () => T): T;
  /**
   * The same, but on disk only with the next `write`, which saves a sync. For what may be forgotten with the
   * power; a crash of the process alone forgets nothing.
   */
  writeUnsynced<T>(work: () => T): T;
  /**
   * Empties the log, in which older versions of pages stand. Where another process is busy with it
   * just now, the log is overwritten later by itself.
   */
  truncateLog(): void;
}

/** A newer version of uet-capi wrote the file; this one does not know its tables. */
export class SchemaTooNew extends Error {}

/** The file contradicts itself. It carries the code that SQLite has for that. */
class DatabaseDamaged extends Error {
  readonly errcode = SQLITE_CORRUPT;
}

export interface OpenDatabaseOptions {
  /** Whether no other process uses the file. */
  isAlone?: boolean;
}

/**
 * Opens the file, creating it where needed, and brings its tables up to date. A file whose last user
 * did not close it is looked through first.
 *
 * @throws {SchemaTooNew}
 * @throws {DatabaseDamaged}
 */
export function openDatabase(file: string, { isAlone = false }: OpenDatabaseOptions = {}): Database {
  const needsCheck = isAlone && wasLeftOpen(file) && statSync(file).size <= CHECK_MAX_BYTES;
  const db = new DatabaseSync(file);
  try {
    const database: Database = {
      db,
      ...createTransactions(db),
      truncateLog: () => db.exec('PRAGMA wal_checkpoint(TRUNCATE)'),
    };
    whenFree(() => db.exec('PRAGMA page_size = 4096; PRAGMA journal_mode = WAL'));
    db.exec(SYNCED);
    // Matters on macOS alone, where fsync stops at the drive's cache.
    db.exec('PRAGMA fullfsync = ON');
    // What is erased is overwritten. No cost was measurable: the pages are written anyway.
    db.exec('PRAGMA secure_delete = ON');
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
    if (needsCheck) checkIntegrity(db);
    migrate(database);
    return database;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** The primary result code of an SQLite error; undefined for errors of other kinds. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : undefined;
}

/** SQLite removes the log when the last user closes the file. */
function wasLeftOpen(file: string): boolean {
  return (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function checkIntegrity(db: DatabaseSync): void {
  const { quick_check: found } = db.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
  if (found !== 'ok') throw new DatabaseDamaged(found);
}

function createTransactions(db: DatabaseSync): Omit<Database, 'db' | 'truncateLog'> {
  const write = transaction(db, 'BEGIN IMMEDIATE');
  return {
    read: readsOf(db),
    write,
    writeUnsynced(work) {
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        return write(work);
      } finally {
        db.exec(SYNCED);
      }
    },
  };
}

/** Runs `work` against one state of the database. */
export function readsOf(db: DatabaseSync): Database['read'] {
  return transaction(db, 'BEGIN');
}

function transaction(db: DatabaseSync, beginning: string): Database['read'] {
  const begin = db.prepare(beginning);
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  return (work) =>
    whenFree(() => {
      begin.run();
      try {
        const result = work();
        commit.run();
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (db.isTransaction) rollback.run();
        throw error;
      }
    });
}

/**
 * SQLite's own busy handler backs off up to 100 ms and so lets a busy neighbour starve us: single
 * commits waited 1.4 s among four processes. Short random pauses share the lock fairly.
 */
function whenFree<T>(work: () => T): T {
  const deadline = performance.now() + LOCK_WAIT_MAX_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      const code = sqliteCode(error);
      if (code !== SQLITE_BUSY && code !== SQLITE_LOCKED) throw error;
      if (performance.now() >= deadline) throw error;
      pause(LOCK_RETRY_MIN_MS + Math.random() * (LOCK_RETRY_MAX_MS - LOCK_RETRY_MIN_MS));
    }
  }
}

/** Blocks this thread, which has nothing else to do: it is the store's worker. */
function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function migrate({ db, write }: Database): void {
  const version = () => (db.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (whenFree(version) === MIGRATIONS.length) return;
  // Read again inside: another process may be doing the same.
  write(() => {
    const from = version();
    if (from > MIGRATIONS.length) {
      throw new SchemaTooNew(
        `it has schema ${from} of a newer uet-capi, this one knows ${MIGRATIONS.length}`,
      );
    }
    for (const step of MIGRATIONS.slice(from)) db.exec(step);
    db.exec(`PRAGMA user_version = ${MIGRATIONS.length}`);
  });
}
