import type { EventFilter } from '../../reading.ts';
import { OUT_OF_ORDER_MS, type Range } from '../../rows/range.ts';
import type { Asking } from './statements.ts';

/** Which numbers can have been received in the filter's time: found by halving, so without an index. */
export function boundsOf(ask: Asking, { since, until }: EventFilter): Range {
  // Each alone is one look at an end of the table; both in one sentence would be a walk through it.
  const ends = ask.get('SELECT (SELECT min(seq) FROM event) AS first, (SELECT max(seq) FROM event) AS last');
  const whole = {
    from: (ends?.first as number | null) ?? 0,
    below: ((ends?.last as number | null) ?? -1) + 1,
  };
  return {
    from: since === undefined ? whole.from : firstAt(ask, since - OUT_OF_ORDER_MS, whole),
    below: until === undefined ? whole.below : firstAt(ask, until + OUT_OF_ORDER_MS, whole),
  };
}

/** The first number that was received at this time or later. */
function firstAt(ask: Asking, at: number, { from, below }: Range): number {
  let low = from;
  let high = below;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = ask.get(
      'SELECT seq, received_at AS at FROM event WHERE seq >= :middle ORDER BY seq LIMIT 1',
      { middle },
    );
    if (row === undefined || (row.at as number) >= at) high = middle;
    else low = (row.seq as number) + 1;
  }
  return low;
}
