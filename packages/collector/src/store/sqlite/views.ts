import type { EventView, FindQuery, State, Warning } from '../port.ts';
import type { Statements } from './sql.ts';

const WAITING: readonly State[] = ['held', 'pending', 'leased'];

/** An event as SQL gives it: lists as JSON, nothing as null. */
type Row = { [Key in keyof EventView]: EventView[Key] | null } & {
  notes: string | null;
  warnings: string | null;
};

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
