import type { Store } from '../port.ts';
import { eraseInSteps, pruneInParts, replayInSteps, walk, walkThrough } from '../walk.ts';
import { appendArrivals, type PackedArrivals, packArrivals, slicePacked } from './append.ts';
import { createDatabase, type Database } from './database.ts';
import { addDays } from './days.ts';
import { claimProbe, pause, resume } from './pauses.ts';
import { eraseEvent, eraseEvents, eventsOf, forgetPeople, memoriesOf } from './people.ts';
import { prepare } from './prepare.ts';
import { expireWaiting, pruneContent, pruneDays, pruneEvents, pruneMemories } from './prune.ts';
import { claim, settleLeased } from './queue.ts';
import { createReader, type Reader } from './reading/reader.ts';
import { createRecall } from './recall.ts';
import { listRecords, readRecord, swapRecord } from './records.ts';
import { replayEnded } from './replay.ts';
import { findEvents } from './views.ts';
import { type Watch, watch } from './watch.ts';

/** Connections of one process that store, claim and settle. Four batches may be settled at once, and more be stored. */
const WRITING_CONNECTIONS = 8;

/**
 * Every statement goes along an index. What the planner knows of tables that fill and empty within minutes is
 * mostly wrong; from a plan made for an empty table each claim would read the whole backlog.
 */
const WRITING_SESSION = 'SET enable_seqscan = off; SET jit = off';

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** Refuses a database without a store, for commands that look at what is there. Default: makes one. */
  mustExist?: boolean;
  /** A server that cannot be reached is tried again for so long, ms. Default: 0. */
  patienceMs?: number;
  /** Told meanwhile what is waited for, once for each reason. */
  onWaiting?(reason: string): void;
  /** Ends the waiting: it is refused as it was last. */
  signal?: AbortSignal;
}

/**
 * Opens the shared store: any number of processes on any number of machines may do so at once.
 *
 * @throws {StoreUnusable} the database cannot be reached or used; the message has the remedy.
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, mustExist = false, patienceMs = 0, onWaiting = () => {}, signal } = options;
  const opening = createDatabase({ url, connections: 1 });
  try {
    await prepare(opening, { mustExist, patienceMs, onWaiting, signal });
  } finally {
    await opening.close();
  }

  const server = watch(url, () => {
    database.reconnect();
    reader.reconnect();
  });
  const { isGone } = server;
  const session = WRITING_SESSION;
  const database = createDatabase({ url, connections: WRITING_CONNECTIONS, session, isGone });
  const reader = createReader(url, isGone);
  return createStore(database, reader, server);
}

function createStore(database: Database, reader: Reader, server: Watch): Store {
  const { run } = database;
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    await Promise.all([server.close(), reader.close(), database.close()]);
  }

  return {
    append: (arrivals) => appendArrivals(run, [packArrivals(arrivals)]),
    pack: (arrivals) => ({ packed: packArrivals(arrivals) }),
    slice: ({ packed }, from, to) => ({ packed: slicePacked(packed as PackedArrivals, from, to) }),
    appendPacked: (group) =>
      appendArrivals(
        run,
        group.map(({ packed }) => packed as PackedArrivals),
      ),
    obstacle: () => (server.isGone() ? 'restarting' : undefined),
    recall: createRecall(run),
    claim: (request) => claim(run, request),
    settle: (settlement) => settleLeased(run, settlement),
    pause: (destination, reason, probeAt, now) => pause(database, destination, reason, probeAt, now),
    claimProbe: (destination, now, nextProbeAt) => claimProbe(run, destination, now, nextProbeAt),
    resume: (destination, now, probeAt) => resume(database, destination, now, probeAt),
    readRecord: (kind, key) => readRecord(run, kind, key),
    listRecords: (kind) => listRecords(run, kind),
    swapRecord: (kind, key, version, value) => swapRecord(run, kind, key, version, value),
    addDays: (addition) => database.transaction((inside) => addDays(inside, addition)),

    stats: reader.stats,
    find: (query) => findEvents(run, query),
    search: reader.search,
    changes: reader.changes,
    detail: reader.detail,
    overview: reader.overview,
    groupEvents: reader.groupEvents,
    readDayCursor: reader.readDayCursor,
    readDays: reader.readDays,

    replay: (filter, { now, dryRun }) =>
      replayInSteps(filter, (state, after) => replayEnded(database, { state, filter, now, dryRun, after })),
    async erase(people, now) {
      const memories = await forgetPeople(run, people);
      const erased = await eraseInSteps((after) => eraseEvents(database, people, after, now));
      return { ...erased, memories };
    },
    eraseEvent: (seq, now) => eraseEvent(database, seq, now),
    async *subject(people) {
      yield await memoriesOf(run, people);
      for await (const found of walk((after) => eventsOf(run, people, after))) yield found;
    },
    prune: (limits) =>
      pruneInParts(
        () => walkThrough((after) => pruneContent(database, limits, after)),
        () => walkThrough((after) => pruneEvents(database, limits, after)),
        async () => {
          while (await pruneMemories(run, limits));
        },
        () => pruneDays(run, limits.daysBefore),
        // Last, so that what expires keeps its content until the next time, for a replay where the clock was wrong.
        () => walkThrough((after) => expireWaiting(database, limits, after)),
      ),
    close: () => (closing ??= close()),
  };
}
