import type { EventSummary } from '../../reading.ts';
import { type SummaryRow, toSummary } from '../../rows/summary.ts';
import type { Asking } from './asking.ts';
import { ROWS_OF_EVENT, STATE, WITH_WIRE } from './joined.ts';

const SUMMARY = `
  SELECT e.seq, e.site, e.tag_id AS "tagId", e.name, e.event_id AS "eventId", e.source,
         e.received_at AS "receivedAt", coalesce(o.destination, d.destination) AS destination, ${STATE} AS state,
         coalesce(o.attempts, d.attempts) AS attempts, d.due_at AS "dueAt", o.at AS "endedAt",
         coalesce(o.code, d.code) AS code, coalesce(json_array_length(o.warnings::json), 0) AS warnings,
         jsonb_build_array(
           w.wire -> 'eventSourceUrl', w.wire #> '{customData,value}', w.wire #> '{customData,currency}')::text AS told
  FROM ${ROWS_OF_EVENT} ${WITH_WIRE}
  WHERE e.seq = ANY(:seqs::bigint[]) ORDER BY e.seq DESC`;

/** Lines of these events, newest first. */
export async function summarise(ask: Asking, seqs: readonly number[]): Promise<EventSummary[]> {
  if (seqs.length === 0) return [];
  return (await ask.all<SummaryRow>(SUMMARY, { seqs })).map(toSummary);
}
