import type { DayAddition, DayRange, GroupRequest } from '../day-table.ts';
import type { Arrivals, ClaimRequest, FindQuery, Memory, People, Settlement, StoredRecord } from '../port.ts';
import type { ChangesQuery, DetailQuery, OverviewQuery, SearchQuery } from '../reading.ts';
import { appendArrivals } from './append.ts';
import type { Database } from './database.ts';
import { addDays, groupEvents, readDayCursor, readDays } from './days.ts';
import { eraseEvent, eraseEvents, eventsOf, forgetPeople, memoriesOf } from './people.ts';
import { type ContentLimits, pruneContent, pruneEvents, pruneMemories } from './prune.ts';
import { claim, settleLeased } from './queue.ts';
import { changes } from './reading/changes.ts';
import { detail } from './reading/detail.ts';
import { overview } from './reading/overview.ts';
import { search } from './reading/search.ts';
import { createAsking } from './reading/statements.ts';
import { type ReplayStep, replayEnded } from './replay.ts';
import { prepareStatements } from './sql.ts';
import { createTally, type Tally } from './tally.ts';
import { findEvents, readStats } from './views.ts';

export type Engine = ReturnType<typeof createEngine>;

/** The store's work as plain synchronous calls, each one transaction. Lives in the worker. */
export function createEngine(database: Database) {
  const { db, read, write } = database;
  const sql = prepareStatements(db);
  const ask = createAsking(db);
  /** A transaction that moves events in or out of a final state. */
  const writeBoth = <T>(work: (tally: Tally) => T): T =>
    write(() => {
      const tally = createTally(sql);
      const result = work(tally);
      tally.write();
      return result;
    });
  return {
    append: (arrivals: Arrivals) => writeBoth((tally) => appendArrivals(sql, tally, arrivals)),

    recall: (site: string, keys: readonly string[]): Memory[] =>
      read(() =>
        keys.flatMap((key) => {
          const row = sql.recall.get(key, site);
          return row ? [withoutNulls(row) as unknown as Memory] : [];
        }),
      ),

    claim: (request: ClaimRequest) => claim(database, sql, request),
    settle: (settlement: Settlement) => writeBoth((tally) => settleLeased(sql, tally, settlement)),

    pause: (destination: string, reason: string, probeAt: number): void =>
      write(() => void sql.pause.run(destination, reason, probeAt)),
    claimProbe: (destination: string, now: number, nextProbeAt: number): boolean =>
      write(() => sql.claimProbe.run(nextProbeAt, destination, now).changes === 1),
    resume: (destination: string): void => write(() => void sql.resume.run(destination)),

    stats: () => read(() => readStats(sql)),
    find: (query: FindQuery) => read(() => findEvents(sql, query)),
    search: (query: SearchQuery) => read(() => search(ask, query)),
    changes: (query: ChangesQuery) => read(() => changes(ask, query)),
    detail: (query: DetailQuery) => read(() => detail(ask, query)),
    overview: (query: OverviewQuery) => read(() => overview(ask, query)),

    readRecord: (kind: string, key: string) =>
      read(() => sql.readRecord.get(kind, key) as StoredRecord | undefined),
    listRecords: (kind: string) => read(() => sql.listRecords.all(kind) as unknown as StoredRecord[]),
    swapRecord: (kind: string, key: string, expectedVersion: number, value: string): boolean =>
      write(() => {
        const { changes } =
          expectedVersion === 0
            ? sql.addRecord.run(value, kind, key)
            : sql.changeRecord.run(value, kind, key, expectedVersion);
        return changes === 1;
      }),

    groupEvents: (request: GroupRequest) => read(() => groupEvents(sql, request)),
    readDayCursor: (): number => read(() => readDayCursor(sql)),
    addDays: (addition: DayAddition): boolean => write(() => addDays(sql, addition)),
    readDays: (range: DayRange) => read(() => readDays(sql, range)),

    replay: (step: ReplayStep) => writeBoth((tally) => replayEnded(sql, tally, step)),
    eraseEvents: (people: People, after: number, now: number) =>
      writeBoth((tally) => eraseEvents(sql, tally, people, after, now)),
    eraseEvent: (seq: number, now: number) => writeBoth((tally) => eraseEvent(sql, tally, seq, now).isErased),
    forgetPeople: (people: People) => write(() => forgetPeople(sql, people)),
    truncateLog: (): void => database.truncateLog(),
    eventsOf: (people: People, after: number) => read(() => eventsOf(sql, people, after)),
    memoriesOf: (people: People) => read(() => memoriesOf(sql, people)),

    pruneContent: (before: ContentLimits, after: number) => write(() => pruneContent(sql, before, after)),
    pruneEvents: (before: number, after: number) => write(() => pruneEvents(sql, before, after)),
    pruneMemories: (before: number) => write(() => pruneMemories(sql, before)),
    pruneDays: (before: string): void => write(() => void sql.forgetDays.run(before)),

    close: (): void => db.close(),
  };
}

function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
