import type { DayAddition } from '../day-table.ts';
import type { ClaimRequest, Memory, People, PruneLimits, Settlement, StoredRecord } from '../port.ts';
import type { ReplayStep } from '../rows/ended.ts';
import { type ArrivalsInBytes, appendArrivals } from './append.ts';
import type { Database } from './database.ts';
import { addDays } from './days.ts';
import { eraseEvent, eraseEvents, forgetPeople } from './people.ts';
import { expireWaiting, pruneContent, pruneEvents, pruneMemories } from './prune.ts';
import { claim, settleLeased } from './queue.ts';
import { replayEnded } from './replay.ts';
import { prepareStatements } from './sql.ts';
import { createTally, type Tally } from './tally.ts';

export type Engine = ReturnType<typeof createEngine>;

/** The store's work as plain synchronous calls, each one transaction. Lives in the worker. */
export function createEngine(database: Database) {
  const { db, read, write } = database;
  const sql = prepareStatements(db);
  /** A transaction that moves events in or out of a final state. */
  const writeBoth = <T>(work: (tally: Tally) => T): T =>
    write(() => {
      const tally = createTally(sql);
      const result = work(tally);
      tally.write();
      return result;
    });
  return {
    append: (arrivals: ArrivalsInBytes) => writeBoth((tally) => appendArrivals(sql, tally, arrivals)),

    recall: (site: string, keys: readonly string[]): Memory[] =>
      read(() =>
        keys.flatMap((key) => {
          const row = sql.recall.get(key, site);
          return row ? [withoutNulls(row) as unknown as Memory] : [];
        }),
      ),

    claim: (request: ClaimRequest) => claim(database, sql, request),
    settle: (settlement: Settlement) => writeBoth((tally) => settleLeased(sql, tally, settlement)),

    pause: (destination: string, reason: string, probeAt: number, now: number): void =>
      write(() => {
        sql.pause.run(destination, reason, probeAt);
        const current = sql.paused.get(destination)?.reason as string;
        sql.endOtherPause.run(destination, now, current);
        sql.beginPause.run(destination, now, current);
        sql.forgetPauses.run(destination);
      }),
    claimProbe: (destination: string, now: number, nextProbeAt: number): boolean =>
      write(() => sql.claimProbe.run(nextProbeAt, destination, now).changes === 1),
    resume: (destination: string, now: number, probeAt?: number): void =>
      write(() => {
        const { changes } = sql.resume.run(destination, probeAt ?? null);
        if (changes > 0) sql.endPause.run(destination, now);
      }),

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

    // Sums and cursor are forgotten together, and the events are counted again.
    addDays: (addition: DayAddition): boolean => database.writeUnsynced(() => addDays(sql, addition)),

    replay: (step: ReplayStep) => writeBoth((tally) => replayEnded(sql, tally, step)),
    eraseEvents: (people: People, after: number, now: number) =>
      writeBoth((tally) => eraseEvents(sql, tally, people, after, now)),
    eraseEvent: (seq: number, now: number) => writeBoth((tally) => eraseEvent(sql, tally, seq, now).isErased),
    forgetPeople: (people: People) => write(() => forgetPeople(sql, people)),
    truncateLog: (): void => database.truncateLog(),

    expireWaiting: (limits: PruneLimits, after: number) =>
      writeBoth((tally) => expireWaiting(sql, tally, limits, after)),
    pruneContent: (limits: PruneLimits, after: number) => write(() => pruneContent(sql, limits, after)),
    pruneEvents: (limits: PruneLimits, after: number) => write(() => pruneEvents(sql, limits, after)),
    pruneMemories: (limits: PruneLimits) => write(() => pruneMemories(sql, limits)),
    pruneDays: (before: string): void => write(() => void sql.forgetDays.run(before)),

    close: (): void => db.close(),
  };
}

function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
