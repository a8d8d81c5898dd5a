import type { EventView, FindQuery, State, Stats, Warning } from '../port.ts';
import type { Statements } from './sql.ts';

const WAITING: readonly State[] = ['held', 'pending', 'leased'];

/** An event as SQL gives it: lists as JSON, nothing as null. */
type Row = { [Key in keyof EventView]: EventView[Key] | null } & {
  notes: string | null;
  warnings: string | null;
};

/** Both entries. Runs inside a transaction, so that they belong to one moment. */
export function readStats(sql: Statements): Stats {
  return {
    received: sql.countReceived.all(),
    states: [...sql.countWaiting.all(), ...sql.countEnded.all()],
  } as unknown as Stats;
}

export function findEvents(sql: Statements, query: FindQuery): EventView[] {
  return selectRows(sql, query).map(toView);
}

function selectRows(sql: Statements, { eventId, state, limit }: FindQuery) {
  if (eventId !== undefined) return sql.findByEventId.all(eventId, state ?? null, limit);
  if (state === undefined) return sql.findAll.all(limit);
  return (WAITING.includes(state) ? sql.findWaiting : sql.findEnded).all(state, limit);
}

export function toView(given: unknown): EventView {
  const row = given as Row;
  return {
    ...(row as unknown as EventView),
    wire: row.wire ?? undefined,
    notes: row.notes === null ? [] : (JSON.parse(row.notes) as string[]),
    dueAt: row.dueAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
    code: row.code ?? undefined,
    message: row.message ?? undefined,
    warnings: row.warnings === null ? [] : (JSON.parse(row.warnings) as Warning[]),
  };
}
