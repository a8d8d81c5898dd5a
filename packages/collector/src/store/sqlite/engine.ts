import type { Arrivals, ClaimRequest, FindQuery, Memory, Settlement } from '../port.ts';
import { appendArrivals } from './append.ts';
import type { Database } from './database.ts';
import { pruneContent, pruneEvents, pruneMemories } from './prune.ts';
import { claim, settleLeased } from './queue.ts';
import { prepareStatements } from './sql.ts';
import { countStates, findEvents } from './views.ts';

export type Engine = ReturnType<typeof createEngine>;

/** The store's work as plain synchronous calls, each one transaction. Lives in the worker. */
export function createEngine(database: Database) {
  const { db, read, write } = database;
  const sql = prepareStatements(db);
  return {
    append: (arrivals: Arrivals) => write(() => appendArrivals(sql, arrivals)),

    recall: (site: string, keys: readonly string[]): Memory[] =>
      read(() =>
        keys.flatMap((key) => {
          const row = sql.recall.get(key, site);
          return row ? [withoutNulls(row) as unknown as Memory] : [];
        }),
      ),

    claim: (request: ClaimRequest) => claim(database, sql, request),
    settle: (settlement: Settlement) => write(() => settleLeased(sql, settlement)),

    pause: (destination: string, reason: string, probeAt: number): void =>
      write(() => void sql.pause.run(destination, reason, probeAt)),
    claimProbe: (destination: string, now: number, nextProbeAt: number): boolean =>
      write(() => sql.claimProbe.run(nextProbeAt, destination, now).changes === 1),
    resume: (destination: string): void => write(() => void sql.resume.run(destination)),

    counts: () => read(() => countStates(sql)),
    find: (query: FindQuery) => read(() => findEvents(sql, query)),

    pruneContent: (before: number, after: number) => write(() => pruneContent(sql, before, after)),
    pruneEvents: (before: number, after: number) => write(() => pruneEvents(sql, before, after)),
    pruneMemories: (before: number) => write(() => pruneMemories(sql, before)),

    close: (): void => db.close(),
  };
}

function withoutNulls(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
