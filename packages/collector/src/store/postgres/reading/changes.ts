import type { Changes, ChangesQuery } from '../../reading.ts';
import { MAX_PAGE_EVENTS } from '../../reading.ts';
import type { Asking } from './asking.ts';
import { look } from './search.ts';
import { summarise } from './summary.ts';
import { boundsOf } from './time-range.ts';

/** For this is asked again and again, by every list that is shown, ms. */
const LOOK_MS = 20;

/**
 * What a shown list must take up. Runs inside a snapshot.
 *
 * @param settled what has a higher number may yet get neighbours: it is given, but the next look begins before it
 */
export async function changes(ask: Asking, query: ChangesQuery, settled: number): Promise<Changes> {
  const shown = query.shown.slice(0, MAX_PAGE_EVENTS);
  const limit = Math.min(query.limit, MAX_PAGE_EVENTS);
  const { below } = await boundsOf(ask, {});
  // An older event can come into a list of states by what becomes of it: a full list down to its end.
  const oldest = shown.length < limit ? 0 : Math.min(...shown);
  const from = query.states === undefined ? query.after + 1 : oldest;
  const { found } = await look(ask, query, { from, below }, limit, LOOK_MS);
  const known = new Set(shown);
  const added = found.filter((seq) => !known.has(seq));
  return {
    added: await summarise(ask, added),
    shown: await summarise(ask, shown),
    next: Math.max(query.after, Math.min(settled, below - 1)),
  };
}
