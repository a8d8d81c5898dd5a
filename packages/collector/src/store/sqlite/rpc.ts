import type { PackedEngine } from './packing.ts';
/** What the worker is started with. */
export interface WorkerStart {
  databaseFile: string;
  lockFile: string;
  /** Stands in for the version of this process's SQLite. */
  sqliteVersion: string | undefined;
}

/** The worker's first message. */
export type Opening =
  | { opened: true }
  /** The running SQLite is too old to share, or that of the process in the way is. */
  | { opened: false; reason: 'busy-elsewhere'; sqliteVersion: string }
  | { opened: false; reason: 'too-new'; failure: Failure }
  | { opened: false; reason: 'unusable'; path: string; failure: Failure };

export interface Request {
  id: number;
  method: keyof PackedEngine;
  args: readonly unknown[];
}

export type Reply = { id: number } & ({ value: unknown } | { failure: Failure });

export interface Failure {
  message: string;
  /** SQLite's primary result code; undefined for failures of other kinds. */
  sqliteCode: number | undefined;
}
