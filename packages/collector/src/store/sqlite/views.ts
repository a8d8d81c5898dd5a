import type { EventView, FindQuery, State } from '../port.ts';
import { toView, type ViewRow } from '../rows/view.ts';
import type { Statements } from './sql.ts';

const WAITING: readonly State[] = ['held', 'pending', 'leased'];

export function findEvents(sql: Statements, query: FindQuery): EventView[] {
  return (selectRows(sql, query) as unknown as ViewRow[]).map(toView);
}

function selectRows(sql: Statements, { eventId, state, limit }: FindQuery) {
  if (eventId !== undefined) return sql.findByEventId.all(eventId, state ?? null, limit);
  if (state === undefined) return sql.findAll.all(limit);
  return (WAITING.includes(state) ? sql.findWaiting : sql.findEnded).all(state, limit);
}
