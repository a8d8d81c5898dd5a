import { REPLAYED } from '../own-reasons.ts';
import { idsByKind } from '../person-ids.ts';
import type { FinalState, PersonKey, Replayed, ReplayFilter } from '../port.ts';
import type { Step } from '../walk.ts';
import { recordHistory } from './history.ts';
import { type Statements, WALK_ROWS } from './sql.ts';
import type { Tally } from './tally.ts';

interface EndedRow {
  seq: number;
  site: string;
  name: string;
  eventId: string;
  receivedAt: number;
  destination: string;
  state: FinalState;
  code: string | null;
  message: string | null;
  endedAt: number;
  expiresAt: number;
  people: string | null;
  isGone: 0 | 1;
}

export interface ReplayStep {
  state: FinalState;
  filter: ReplayFilter;
  now: number;
  dryRun: boolean;
  after: number;
}

/**
 * One step through the events of one state: what matches waits again, as if it had just come.
 * Runs inside a transaction.
 */
export function replayEnded(
  sql: Statements,
  tally: Tally,
  { state, filter, now, dryRun, after }: ReplayStep,
): Step<Replayed> {
  const rows = sql.endedAs.all(state, after) as unknown as EndedRow[];
  const found = { replayed: 0, tooOld: 0, erased: 0 };
  for (const row of rows) {
    if (!matches(row, filter)) continue;
    if (row.isGone) found.erased += 1;
    else if (row.expiresAt <= now) found.tooOld += 1;
    else {
      found.replayed += 1;
      if (!dryRun) reopen(sql, tally, row, now);
    }
  }
  const isDone = filter.seq !== undefined || rows.length < WALK_ROWS;
  return { found, next: isDone ? undefined : rows.at(-1)?.seq };
}

function matches(row: EndedRow, filter: ReplayFilter): boolean {
  const { seq, destination, site, name, eventId, code, since, until } = filter;
  return (
    (seq === undefined || row.seq === seq) &&
    (destination === undefined || row.destination === destination) &&
    (site === undefined || row.site === site) &&
    (name === undefined || row.name === name) &&
    (eventId === undefined || row.eventId === eventId) &&
    (code === undefined || row.code === code) &&
    (since === undefined || row.receivedAt >= since) &&
    (until === undefined || row.receivedAt < until)
  );
}

function reopen(sql: Statements, tally: Tally, row: EndedRow, now: number): void {
  const { seq, site, destination, state, code, message, endedAt, expiresAt } = row;
  const keys = row.people === null ? [] : (JSON.parse(row.people) as PersonKey[]);
  const { visitor = null, customer = null, em = null, ph = null } = idsByKind(keys);
  const before = [state, code, message].filter(Boolean).join(', ');
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
    `sent again on request; before: ${before}`,
  );
}
