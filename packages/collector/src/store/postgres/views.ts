import type { EventView, FindQuery } from '../port.ts';
import { toView, type ViewRow } from '../rows/view.ts';
import { type Run, statement } from './database.ts';
import { STATE, VIEW_OF_EVENT } from './reading/joined.ts';

const FIND = statement(`
  ${VIEW_OF_EVENT} WHERE ($1::text IS NULL OR ${STATE} = $1) ORDER BY e.seq DESC LIMIT $2`);

/** The array comes first, so that no plan walks through all events to find these in order. */
const FIND_BY_ID = statement(`
  ${VIEW_OF_EVENT}
  WHERE e.seq = ANY(ARRAY(SELECT seq FROM uet_capi.event WHERE event_id = $3)) AND ($1::text IS NULL OR ${STATE} = $1)
  ORDER BY e.seq DESC LIMIT $2`);

/** The newest first. */
export async function findEvents(run: Run, { eventId, state, limit }: FindQuery): Promise<EventView[]> {
  const rows =
    eventId === undefined
      ? await run<ViewRow>(FIND, [state ?? null, limit])
      : await run<ViewRow>(FIND_BY_ID, [state ?? null, limit, eventId]);
  return rows.map(toView);
}
