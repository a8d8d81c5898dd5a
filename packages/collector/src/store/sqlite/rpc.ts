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

/** What a worker can be asked for. */
export type Methods = Record<string, (...args: never[]) => unknown>;

export interface Request {
  id: number;
  method: string;
  args: readonly unknown[];
}

export type Reply = { id: number } & ({ value: unknown } | { failure: Failure });

export interface Failure {
  message: string;
  /** SQLite's primary result code; undefined for failures of other kinds. */
  sqliteCode: number | undefined;
}
