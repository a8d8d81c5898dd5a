import { MAX_HISTORY_ENTRIES } from '../reading.ts';

/**
 * Parts of a statement that write down what happened to events; the same as last time is counted there.
 *
 * @param happenings a query of rows `seq, what, at, state, code, message, due_at`, at most one of an event
 */
export function recorded(happenings: string): string {
  return `
  happening (seq, what, at, state, code, message, due_at) AS MATERIALIZED (${happenings}),
  last AS MATERIALIZED (
    SELECT DISTINCT ON (h.seq) h.* FROM happening p JOIN uet_capi.history h USING (seq)
    ORDER BY h.seq, h.number DESC),
  extended AS (
    UPDATE uet_capi.history h SET last_at = p.at, due_at = p.due_at, count = h.count + 1
    FROM happening p JOIN last l USING (seq)
    WHERE h.seq = l.seq AND h.number = l.number
      AND (l.what, l.state, l.code, l.message) IS NOT DISTINCT FROM (p.what, p.state, p.code, p.message)
    RETURNING h.seq),
  added AS (
    INSERT INTO uet_capi.history (seq, number, what, at, last_at, state, code, message, due_at)
    SELECT p.seq, coalesce(l.number + 1, 0), p.what, p.at, p.at, p.state, p.code, p.message, p.due_at
    FROM happening p LEFT JOIN last l USING (seq) WHERE p.seq NOT IN (SELECT seq FROM extended)
    RETURNING seq, number),
  -- The first tells how it began.
  trimmed AS (
    DELETE FROM uet_capi.history h USING added a
    WHERE a.number >= ${MAX_HISTORY_ENTRIES} AND h.seq = a.seq
      AND h.number = (SELECT min(o.number) FROM uet_capi.history o WHERE o.seq = a.seq AND o.number > 0))`;
}
