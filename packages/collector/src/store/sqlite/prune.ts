import { PAGE_REPORT_MEMORY_MS } from '../memory-times.ts';
import { EXPIRED } from '../own-reasons.ts';
import type { FinalState, PruneLimits } from '../port.ts';
import { isWalkOver } from '../rows/prune.ts';
import type { Step } from '../walk.ts';
import { type Taken, writeEnding } from './ended.ts';
import { removeContent } from './history.ts';
import { type Statements, WALK_ROWS } from './sql.ts';
import type { Tally } from './tally.ts';

interface Row {
  seq: number;
  receivedAt: number;
}

type OldRow = Row & { waits: 0 | 1 };

/** One step through what waits: what its destination would refuse by now has expired. Runs inside a transaction. */
export function expireWaiting(
  sql: Statements,
  tally: Tally,
  { waitingBefore, now }: PruneLimits,
  after: number,
): Step<void> {
  const rows = sql.oldestWaiting.all(now, after) as unknown as (Row & { isOver: 0 | 1 })[];
  for (const { seq, isOver } of rows) {
    if (!isOver) continue;
    const taken = sql.takeWaiting.get(seq) as unknown as Taken;
    writeEnding(sql, tally, taken, { state: 'expired', ...EXPIRED }, now);
  }
  return stepTo(rows, waitingBefore, now);
}

/**
 * One step of a walk from the oldest row: removes content that is past its limit, leaving what
 * still waits. Runs inside a transaction.
 */
export function pruneContent(
  sql: Statements,
  { contentBefore, now }: PruneLimits,
  after: number,
): Step<void> {
  const rows = sql.oldestContent.all(after) as unknown as (OldRow & { state: FinalState })[];
  for (const { seq, receivedAt, waits, state } of rows) {
    if (!waits && receivedAt < contentBefore[state]) removeContent(sql, seq);
  }
  return stepTo(rows, Math.max(...Object.values(contentBefore)), now);
}

/** The same for whole events, keys included. */
export function pruneEvents(sql: Statements, { keysBefore, now }: PruneLimits, after: number): Step<void> {
  const rows = sql.oldestEvents.all(after) as unknown as OldRow[];
  for (const { seq, receivedAt, waits } of rows) {
    if (waits || receivedAt >= keysBefore) continue;
    removeContent(sql, seq);
    sql.removeOutcome.run(seq);
    sql.removeEvent.run(seq);
  }
  return stepTo(rows, keysBefore, now);
}

/** Forgets some people and page loads; true while there may be more. Runs inside a transaction. */
export function pruneMemories(sql: Statements, { keysBefore, now }: PruneLimits): boolean {
  const people = sql.forgetMemories.run(keysBefore).changes;
  const pageLoads = sql.forgetPageReports.run(now - PAGE_REPORT_MEMORY_MS).changes;
  return people === WALK_ROWS || pageLoads === WALK_ROWS;
}

function stepTo(rows: readonly Row[], before: number, now: number): Step<void> {
  const last = rows.at(-1);
  const isEnd = rows.length < WALK_ROWS || !last || isWalkOver(last.receivedAt, before, now);
  return { found: undefined, next: isEnd ? undefined : last.seq };
}
