import type { EventView, FindQuery, StateCount, Stats } from '../port.ts';
import { RECEIVED, type TallyRow } from '../rows/tally.ts';
import { toView, type ViewRow } from '../rows/view.ts';
import { type Run, statement } from './database.ts';
import { STATE, VIEW_OF_EVENT, WAITING_STATE } from './reading/joined.ts';

const FIND = statement(`
  ${VIEW_OF_EVENT} WHERE ($1::text IS NULL OR ${STATE} = $1) ORDER BY e.seq DESC LIMIT $2`);

const FIND_BY_ID = statement(`
  ${VIEW_OF_EVENT} WHERE e.event_id = $3 AND ($1::text IS NULL OR ${STATE} = $1) ORDER BY e.seq DESC LIMIT $2`);

/** The newest first. */
export async function findEvents(run: Run, { eventId, state, limit }: FindQuery): Promise<EventView[]> {
  const rows =
    eventId === undefined
      ? await run<ViewRow>(FIND, [state ?? null, limit])
      : await run<ViewRow>(FIND_BY_ID, [state ?? null, limit, eventId]);
  return rows.map(toView);
}

/**
 * Both entries, as one statement sees them: at one moment. What waits is counted row by row: the double entry is
 * worth something only where neither side is worked out from the other.
 */
const STATS = statement(`
  SELECT site, destination, state, sum(count)::bigint AS count, NULL::bigint AS "oldestAt" FROM uet_capi.tally
  GROUP BY 1, 2, 3 HAVING sum(count) > 0
  UNION ALL
  SELECT w.site, w.destination, w.state, w.count, e.received_at
  FROM (SELECT site, destination, ${WAITING_STATE} AS state, count(*) AS count, min(seq) AS first
        FROM uet_capi.delivery d GROUP BY 1, 2, 3) AS w
  JOIN uet_capi.event e ON e.seq = w.first`);

export async function readStats(run: Run): Promise<Stats> {
  const rows = await run<(TallyRow | StateCount) & { oldestAt: number | null }>(STATS, []);
  const received = rows.filter(({ state }) => state === RECEIVED);
  const others = rows.filter(({ state }) => state !== RECEIVED) as StateCount[];
  return {
    received: received.map(({ site, destination, count }) => ({ site, destination, count })),
    states: others.map(({ oldestAt, ...row }) => ({ ...row, ...(oldestAt !== null && { oldestAt }) })),
  };
}
