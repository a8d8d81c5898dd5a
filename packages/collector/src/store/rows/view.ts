import type { EventView, Warning } from '../port.ts';

/** An event as SQL gives it: lists as JSON, nothing as null. */
export type ViewRow = { [Key in keyof EventView]: EventView[Key] | null } & {
  notes: string | null;
  warnings: string | null;
};

export function toView(row: ViewRow): EventView {
  return {
    ...(row as EventView),
    wire: row.wire ?? undefined,
    notes: row.notes === null ? [] : (JSON.parse(row.notes) as string[]),
    dueAt: row.dueAt ?? undefined,
    endedAt: row.endedAt ?? undefined,
    code: row.code ?? undefined,
    message: row.message ?? undefined,
    warnings: row.warnings === null ? [] : (JSON.parse(row.warnings) as Warning[]),
  };
}
