import type { EventFilter } from '../../reading.ts';
import { OUT_OF_ORDER_MS, type Range } from '../../rows/range.ts';
import type { Asking } from './asking.ts';

/** Which numbers can have been received in the filter's time: found by halving, so without an index. */
export async function boundsOf(ask: Asking, { since, until }: EventFilter): Promise<Range> {
  const ends = await ask.get<{ first: number | null; last: number | null }>(
    'SELECT min(seq) AS first, max(seq) AS last FROM uet_capi.event',
  );
  const whole = { from: ends?.first ?? 0, below: (ends?.last ?? -1) + 1 };
  return {
    from: since === undefined ? whole.from : await firstAt(ask, since - OUT_OF_ORDER_MS, whole),
    below: until === undefined ? whole.below : await firstAt(ask, until + OUT_OF_ORDER_MS, whole),
  };
}

/** All halvings in one question. */
const FIRST_AT = `
  WITH RECURSIVE half (low, high) AS (
    SELECT :from::bigint, :below::bigint
    UNION ALL
    SELECT CASE WHEN is_late THEN low ELSE e.seq + 1 END, CASE WHEN is_late THEN middle ELSE high END
    FROM half CROSS JOIN LATERAL (SELECT (low + high) / 2 AS middle) m
      LEFT JOIN LATERAL (
        SELECT seq, received_at FROM uet_capi.event WHERE seq >= middle ORDER BY seq LIMIT 1) e ON true
      CROSS JOIN LATERAL (SELECT coalesce(received_at >= :at::bigint, true) AS is_late) l
    WHERE low < high)
  SELECT low FROM half WHERE low >= high`;

/** The first number that was received at this time or later. */
async function firstAt(ask: Asking, at: number, range: Range): Promise<number> {
  const found = await ask.get<{ low: number }>(FIRST_AT, { ...range, at });
  return found!.low;
}
