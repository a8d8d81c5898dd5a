import type { StatementSync } from 'node:sqlite';
import { PRUNE_ROWS, type Statements } from './sql.ts';

interface OldRow {
  seq: number;
  receivedAt: number;
  waits: 0 | 1;
}

/**
 * One step of a walk from the oldest row: removes content received before `before` (ms), leaving
 * what still waits. Gives the row to go on after, undefined at the end. Runs inside a transaction.
 */
export function pruneContent(sql: Statements, before: number, after: number): number | undefined {
  return walk(sql.oldestContent, before, after, (seq) => sql.removeContent.run(seq));
}

/** The same for whole events, keys included. */
export function pruneEvents(sql: Statements, before: number, after: number): number | undefined {
  return walk(sql.oldestEvents, before, after, (seq) => {
    sql.removeContent.run(seq);
    sql.removeOutcome.run(seq);
    sql.removeEvent.run(seq);
  });
}

/** Forgets some people and page loads; true while there may be more. Runs inside a transaction. */
export function pruneMemories(sql: Statements, before: number): boolean {
  const people = sql.forgetMemories.run(before).changes;
  const pageLoads = sql.forgetPageReports.run().changes;
  return people === PRUNE_ROWS || pageLoads === PRUNE_ROWS;
}

function walk(
  oldest: StatementSync,
  before: number,
  after: number,
  remove: (seq: number) => void,
): number | undefined {
  const rows = oldest.all(after) as unknown as OldRow[];
  for (const row of rows) if (row.receivedAt < before && !row.waits) remove(row.seq);
  const last = rows.at(-1);
  return rows.length === PRUNE_ROWS && last && last.receivedAt < before ? last.seq : undefined;
}
