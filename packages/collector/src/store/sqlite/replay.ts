import { REPLAYED } from '../own-reasons.ts';
import { idsByKind } from '../person-ids.ts';
import type { PersonKey, Replayed } from '../port.ts';
import { type EndedRow, fateOf, type ReplayStep, replayMessage } from '../rows/ended.ts';
import type { Step } from '../walk.ts';
import { recordHistory } from './history.ts';
import { type Statements, WALK_ROWS } from './sql.ts';
import type { Tally } from './tally.ts';

type Row = EndedRow & { endedAt: number; people: string | null };

/**
 * One step through the events of one state: what matches waits again, as if it had just come.
 * Runs inside a transaction.
 */
export function replayEnded(
  sql: Statements,
  tally: Tally,
  { state, filter, now, dryRun, after }: ReplayStep,
): Step<Replayed> {
  const rows = sql.endedAs.all(state, after) as unknown as Row[];
  const found = { replayed: 0, tooOld: 0, erased: 0 };
  for (const row of rows) {
    const fate = fateOf(row, filter, now);
    if (fate) found[fate] += 1;
    if (fate === 'replayed' && !dryRun) reopen(sql, tally, row, now);
  }
  const isDone = filter.seq !== undefined || rows.length < WALK_ROWS;
  return { found, next: isDone ? undefined : rows.at(-1)?.seq };
}

function reopen(sql: Statements, tally: Tally, row: Row, now: number): void {
  const { seq, site, destination, state, code, message, endedAt, expiresAt } = row;
  const keys = row.people === null ? [] : (JSON.parse(row.people) as PersonKey[]);
  const { visitor = null, customer = null, em = null, ph = null } = idsByKind(keys);
  recordHistory(sql, seq, { what: 'ended', at: endedAt, state, code, message });
  recordHistory(sql, seq, { what: 'replayed', at: now });
  sql.removeOutcome.run(seq);
  tally.reopened(site, destination, state);
  sql.reopen.run(
    seq,
    destination,
    now,
    expiresAt,
    site,
    visitor,
    customer,
    em,
    ph,
    REPLAYED,
    replayMessage(row),
  );
}
