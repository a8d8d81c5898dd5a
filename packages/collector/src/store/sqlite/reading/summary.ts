import type { EventSummary } from '../../reading.ts';
import { type SummaryRow, toSummary } from '../../rows/summary.ts';
import { WAITING_STATE } from '../sql.ts';
import type { Asking } from './statements.ts';

const SUMMARY = `
  SELECT e.seq, e.site, e.tag_id AS tagId, e.name, e.event_id AS eventId, e.source, e.received_at AS receivedAt,
         coalesce(o.destination, d.destination) AS destination, coalesce(o.state, ${WAITING_STATE}) AS state,
         coalesce(o.attempts, d.attempts) AS attempts, d.due_at AS dueAt, o.at AS endedAt,
         coalesce(o.code, d.code) AS code, coalesce(json_array_length(o.warnings), 0) AS warnings,
         -- All three at once, so that the text is parsed once.
         json_extract(c.wire, '$.eventSourceUrl', '$.customData.value', '$.customData.currency') AS told
  FROM event e LEFT JOIN content c USING (seq) LEFT JOIN delivery d USING (seq) LEFT JOIN outcome o USING (seq)
  WHERE e.seq IN (SELECT value FROM json_each(:seqs)) ORDER BY e.seq DESC`;

/** Lines of these events, newest first. */
export function summarise(ask: Asking, seqs: readonly number[]): EventSummary[] {
  if (seqs.length === 0) return [];
  const rows = ask.all(SUMMARY, { seqs: JSON.stringify(seqs) });
  return (rows as unknown as SummaryRow[]).map(toSummary);
}
