import type { FinalState } from '../port.ts';
import type { Step } from '../walk.ts';
import { removeContent } from './history.ts';
import { type Statements, WALK_ROWS } from './sql.ts';

interface OldRow {
  seq: number;
  receivedAt: number;
  waits: 0 | 1;
}

/** Received before which moment (ms) an event that ended so loses its content. */
export type ContentLimits = Readonly<Record<FinalState, number>>;

/**
 * One step of a walk from the oldest row: removes content that is past its limit, leaving what
 * still waits. Runs inside a transaction.
 */
export function pruneContent(sql: Statements, before: ContentLimits, after: number): Step<void> {
  const rows = sql.oldestContent.all(after) as unknown as (OldRow & { state: FinalState })[];
  for (const { seq, receivedAt, waits, state } of rows) {
    if (!waits && receivedAt < before[state]) removeContent(sql, seq);
  }
  return stepTo(rows, Math.max(...Object.values(before)));
}

/** The same for whole events, keys included. */
export function pruneEvents(sql: Statements, before: number, after: number): Step<void> {
  const rows = sql.oldestEvents.all(after) as unknown as OldRow[];
  for (const { seq, receivedAt, waits } of rows) {
    if (waits || receivedAt >= before) continue;
    removeContent(sql, seq);
    sql.removeOutcome.run(seq);
    sql.removeEvent.run(seq);
  }
  return stepTo(rows, before);
}

/** Forgets some people and page loads; true while there may be more. Runs inside a transaction. */
export function pruneMemories(sql: Statements, before: number): boolean {
  const people = sql.forgetMemories.run(before).changes;
  const pageLoads = sql.forgetPageReports.run().changes;
  return people === WALK_ROWS || pageLoads === WALK_ROWS;
}

function stepTo(rows: readonly OldRow[], before: number): Step<void> {
  const last = rows.at(-1);
  const isEnd = rows.length < WALK_ROWS || !last || last.receivedAt >= before;
  return { found: undefined, next: isEnd ? undefined : last.seq };
}
