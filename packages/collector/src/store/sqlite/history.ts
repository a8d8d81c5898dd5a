import type { FinalState } from '../port.ts';
import { type HistoryEntry, MAX_HISTORY_ENTRIES } from '../reading.ts';
import type { Statements } from './sql.ts';

/** Something that happened to an event on its way. */
export interface Happening {
  what: HistoryEntry['what'];
  /** ms. */
  at: number;
  state?: FinalState;
  code?: string | null;
  message?: string | null;
  /** ms. */
  dueAt?: number;
}

/** Writes it down; the same as last time is counted there. Runs inside a transaction. */
export function recordHistory(sql: Statements, seq: number, happening: Happening): void {
  const { what, at, state = null, code = null, message = null, dueAt = null } = happening;
  if (sql.extendHistory.run(at, dueAt, seq, what, state, code, message).changes > 0) return;
  const added = sql.addHistory.get(seq, what, at, state, code, message, dueAt) as { number: number };
  if (added.number >= MAX_HISTORY_ENTRIES) sql.trimHistory.run(seq);
}

/** Removes what is sent and told of an event. True when there was something. Runs inside a transaction. */
export function removeContent(sql: Statements, seq: number | bigint): boolean {
  sql.removeHistory.run(seq);
  return sql.removeContent.run(seq).changes > 0;
}
