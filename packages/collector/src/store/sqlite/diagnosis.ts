import { StoreBusyElsewhere, StoreMissing, StoreUnusable } from '../errors.ts';
import type { Failure, Opening } from './rpc.ts';

/** Primary result codes, https://sqlite.org/rescode.html */
const SQLITE_READONLY = 8;
const SQLITE_CORRUPT = 11;
const SQLITE_CANTOPEN = 14;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

const DAMAGED =
  'Stop every process that uses it, move the file and its -wal and -shm neighbours aside and start again; ' +
  '`sqlite3 FILE .recover` can save what still waited in the old one.';
const UNREADABLE = 'Give the user of this process write access to it, or choose another data directory.';

const MAKE_ROOM = 'Make room on the disk.';

const TOO_NEW = 'Run the newer version, or choose another data directory.';

const REMEDIES: Readonly<Record<number, string>> = {
  [SQLITE_READONLY]: UNREADABLE,
  [SQLITE_CANTOPEN]: UNREADABLE,
  [SQLITE_CORRUPT]: DAMAGED,
  [SQLITE_NOTADB]: DAMAGED,
  [SQLITE_FULL]: MAKE_ROOM,
};

export function describeMissing(databaseFile: string): StoreMissing {
  return new StoreMissing(
    databaseFile,
    'there is none',
    'Name the directory of the running collector: dataDir in the config, or UET_CAPI_DATA_DIR.',
  );
}

/** Why the worker did not open the database, with the remedy. */
export function describeRefusal(refusal: Opening & { opened: false }, databaseFile: string): StoreUnusable {
  switch (refusal.reason) {
    case 'busy-elsewhere':
      return describeBusyElsewhere(databaseFile, refusal.sqliteVersion);
    case 'too-new':
      return new StoreUnusable(databaseFile, refusal.failure.message, TOO_NEW);
    case 'unusable':
      return describeUnusable(refusal.path, refusal.failure);
  }
}

/** What a directory cannot be made, or written to, for; whatever is not here means another place. */
const DIRECTORY_REMEDIES: Readonly<Record<string, string>> = {
  EACCES: UNREADABLE,
  EPERM: UNREADABLE,
  EROFS: UNREADABLE,
  ENOSPC: MAKE_ROOM,
  EDQUOT: MAKE_ROOM,
};

/** Why the data directory cannot be used, with the remedy. */
export function describeUnusableDirectory(
  path: string,
  { code = '', message }: NodeJS.ErrnoException,
): StoreUnusable {
  const isTaken = code === 'EEXIST' || code === 'ENOTDIR';
  const cause = isTaken ? `a file, or a link that leads nowhere, stands in its way (${message})` : message;
  return new StoreUnusable(path, cause, DIRECTORY_REMEDIES[code] ?? 'Choose another data directory.');
}

function describeUnusable(path: string, { message, sqliteCode }: Failure): StoreUnusable {
  const remedy = sqliteCode === undefined ? UNREADABLE : REMEDIES[sqliteCode];
  return new StoreUnusable(path, message, remedy ?? 'Look for a process that holds it.');
}

function describeBusyElsewhere(path: string, sqliteVersion: string): StoreBusyElsewhere {
  return new StoreBusyElsewhere(
    path,
    `another process uses it, and only processes with SQLite 3.51.3 or newer may share it (this one has ${sqliteVersion})`,
    'Stop the other process, give this one another data directory, or run both with a newer Node.js.',
  );
}
