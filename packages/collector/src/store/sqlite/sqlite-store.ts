import { closeSync, existsSync, openSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AppendResult, Store } from '../port.ts';
import { StoreUnavailable } from '../unavailable.ts';
import { eraseInSteps, pruneInParts, replayInSteps, walk, walkThrough } from '../walk.ts';
import { describeMissing, describeRefusal, describeUnusableDirectory } from './diagnosis.ts';
import { type FreeSpace, watchFreeSpace } from './free-space.ts';
import { makeDirectory } from './make-directory.ts';
import {
  countEvents,
  joinPacked,
  type PackedArrivals,
  type PackedEngine,
  packArrivals,
  packSettlement,
  slicePacked,
  unpackClaim,
  unpackResults,
} from './packing.ts';
import { type AskReader, askReader } from './reading/ask-reader.ts';
import type { Opening, WorkerStart } from './rpc.ts';
import { type Supervised, supervise } from './supervise.ts';

const DATABASE_NAME = 'uet-capi.sqlite';
const LOCK_NAME = 'owner.lock';

/** Only the collector's user may read what visitors did. */
const DIRECTORY_MODE = 0o700;
const FILE_MODE = 0o600;

/**
 * Of the worker. What passes through it lives for one call; Node's default lets some 50 MB of it gather
 * before they are collected.
 */
const YOUNG_GENERATION_MB = 8;

export interface SqliteStoreOptions {
  /** Made where it does not exist. Several processes of one machine may share it. */
  dataDir: string;
  /** Refuses a directory without a store, for commands that look at what is there. Default: makes one. */
  mustExist?: boolean;
  /** Appends are refused while the file system has less room than this. Default: 0, never. */
  minFreeBytes?: number;
  /** Told each time the store's thread has died; a new one is being started. */
  onLost?(error: Error): void;
  /** Stands in for a machine with this little memory, to rehearse the thread's death. MB. */
  heapMb?: number;
  /** Stands in for the version of this process's SQLite, to rehearse the refusal of old ones. */
  sqliteVersion?: string;
}

/**
 * Opens the embedded store. The database runs in a worker thread; the process stays alive until
 * `close`.
 *
 * @throws {StoreUnusable} the directory or the database cannot be used; the message has the remedy.
 * @throws {StoreBusyElsewhere} another process uses it, and SQLite is too old here or there to share.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const dataDir = resolve(options.dataDir);
  const databaseFile = join(dataDir, DATABASE_NAME);
  const lockFile = join(dataDir, LOCK_NAME);
  if (options.mustExist && !existsSync(databaseFile)) throw describeMissing(databaseFile);
  try {
    makeDirectory(dataDir, DIRECTORY_MODE);
    for (const file of [databaseFile, lockFile]) createPrivately(file);
  } catch (error) {
    throw describeUnusableDirectory(dataDir, error as NodeJS.ErrnoException);
  }

  const { sqliteVersion, heapMb, minFreeBytes = 0, onLost = () => {} } = options;
  const opened = async (worker: Worker) => {
    const opening = await firstMessage(worker);
    if (opening.opened) return worker;
    await worker.terminate();
    throw describeRefusal(opening, databaseFile);
  };
  const open = () => opened(startWorker('worker', { databaseFile, lockFile, sqliteVersion }, heapMb));
  const openReader = () => opened(startWorker('reading/worker', { databaseFile }));
  const freeSpace = await watchFreeSpace(dataDir, minFreeBytes);
  try {
    const engine = supervise<PackedEngine>(await open(), open, onLost);
    return createStore(engine, askReader(openReader, onLost), freeSpace);
  } catch (error) {
    freeSpace.stop();
    throw error;
  }
}

function createStore(engine: Supervised<PackedEngine>, reader: AskReader, freeSpace: FreeSpace): Store {
  const { isUp } = engine;
  let closing: Promise<void> | undefined;
  const call: typeof engine.call = (method, ...args) =>
    closing ? Promise.reject(new StoreUnavailable('the store is closed')) : engine.call(method, ...args);

  async function close(): Promise<void> {
    // First, since only a connection that may write can tidy up the log when it is the last to go.
    await reader.close();
    await engine.close();
  }

  async function append(group: readonly PackedArrivals[]): Promise<AppendResult[]> {
    if (freeSpace.isLow()) throw new StoreUnavailable('the file system of the store is nearly full');
    const joined = joinPacked(group);
    const count = countEvents(joined);
    return unpackResults(await call('append', joined), count);
  }

  return {
    append: async (arrivals) => append([packArrivals(arrivals)]),
    pack: (arrivals) => ({ packed: packArrivals(arrivals) }),
    slice: ({ packed }, from, to) => ({ packed: slicePacked(packed as PackedArrivals, from, to) }),
    appendPacked: (group) => append(group.map(({ packed }) => packed as PackedArrivals)),
    obstacle() {
      if (!isUp()) return 'restarting';
      return freeSpace.isLow() ? 'low-disk' : undefined;
    },
    recall: (site, keys) => call('recall', site, keys),
    claim: async (request) => unpackClaim(await call('claim', request)),
    settle: (settlement) => call('settle', packSettlement(settlement)),
    pause: (destination, reason, probeAt, now) => call('pause', destination, reason, probeAt, now),
    claimProbe: (destination, now, nextProbeAt) => call('claimProbe', destination, now, nextProbeAt),
    resume: (destination, now, probeAt) => call('resume', destination, now, probeAt),
    stats: () => reader.call('stats'),
    find: (query) => reader.call('find', query),
    search: (query) => reader.call('search', query),
    changes: (query) => reader.call('changes', query),
    detail: (query) => reader.call('detail', query),
    overview: (query) => reader.call('overview', query),
    readRecord: (kind, key) => call('readRecord', kind, key),
    listRecords: (kind) => call('listRecords', kind),
    swapRecord: (kind, key, version, value) => call('swapRecord', kind, key, version, value),

    groupEvents: (request) => reader.call('groupEvents', request),
    readDayCursor: () => reader.call('readDayCursor'),
    addDays: (addition) => call('addDays', addition),
    readDays: (range) => reader.call('readDays', range),

    replay: (filter, { now, dryRun }) =>
      replayInSteps(filter, (state, after) => call('replay', { state, filter, now, dryRun, after })),
    async erase(people, now) {
      const memories = await call('forgetPeople', people);
      const erased = await eraseInSteps((after) => call('eraseEvents', people, after, now));
      await call('truncateLog');
      return { ...erased, memories };
    },
    async eraseEvent(seq, now) {
      const isErased = await call('eraseEvent', seq, now);
      if (isErased) await call('truncateLog');
      return isErased;
    },
    async *subject(people) {
      yield await reader.call('memoriesOf', people);
      for await (const found of walk((after) => reader.call('eventsOf', people, after))) yield found;
    },
    prune: (limits) =>
      pruneInParts(
        () => walkThrough((after) => call('pruneContent', limits, after)),
        () => walkThrough((after) => call('pruneEvents', limits, after)),
        async () => {
          while (await call('pruneMemories', limits));
        },
        () => call('pruneDays', limits.daysBefore),
        // Last, so that what expires keeps its content until the next time, for a replay where the clock was wrong.
        () => walkThrough((after) => call('expireWaiting', limits, after)),
      ),
    close() {
      freeSpace.stop();
      closing ??= close();
      return closing;
    },
  };
}

/**
 * SQLite gives its log files the mode of the database. An existing file is not even opened:
 * closing it would release the locks that a store of the same process has on it.
 */
function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, 'wx', FILE_MODE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function startWorker(
  name: 'worker' | 'reading/worker',
  start: Partial<WorkerStart>,
  heapMb?: number,
): Worker {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  return new Worker(new URL(`./${name}.${extension}`, import.meta.url), {
    name: 'uet-capi store',
    workerData: start,
    resourceLimits: {
      maxYoungGenerationSizeMb: YOUNG_GENERATION_MB,
      ...(heapMb !== undefined && { maxOldGenerationSizeMb: heapMb }),
    },
    // Not the host's flags, which may not suit a worker; and no warning about node:sqlite in its log.
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
}

function firstMessage(worker: Worker): Promise<Opening> {
  return new Promise((resolve, reject) => {
    const died = () => reject(new Error('the thread of the store ended while it opened'));
    worker.once('error', reject);
    worker.once('exit', died);
    worker.once('message', (opening: Opening) => {
      worker.off('error', reject);
      worker.off('exit', died);
      resolve(opening);
    });
  });
}
