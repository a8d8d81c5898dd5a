import type { EventFilter, SearchPage, SearchQuery } from '../../reading.ts';
import { MAX_PAGE_EVENTS } from '../../reading.ts';
import type { Range } from '../../rows/range.ts';
import { conditionOf, type Walk, walksOf } from './match.ts';
import type { Asking } from './statements.ts';
import { summarise } from './summary.ts';
import { boundsOf } from './time-range.ts';

/** Events that are looked at before the clock is: some 5 ms of them. */
const STRIDE_EVENTS = 5_000;

/**
 * A search that has looked for so long (ms) gives what it has. Well below the 300 ms that a page may take,
 * since another search may have to be waited for.
 */
const LOOK_MS = 100;

/** One page. Runs inside a transaction. */
export function search(ask: Asking, query: SearchQuery): SearchPage {
  const limit = Math.min(query.limit, MAX_PAGE_EVENTS);
  const range = boundsOf(ask, query);
  if (query.before !== undefined) range.below = Math.min(range.below, query.before);
  const { found, lookedDownTo } = look(ask, query, range, limit, LOOK_MS);
  const isAll = lookedDownTo <= range.from;
  return {
    events: summarise(ask, found),
    next: isAll ? undefined : lookedDownTo,
    searchedBackTo: isAll ? undefined : receivedAt(ask, lookedDownTo),
  };
}

/** Numbers of the newest matching events of a range, and down to which number everything was looked at. */
export function look(
  ask: Asking,
  filter: EventFilter,
  { from, below }: Range,
  limit: number,
  lookMs: number,
): { found: number[]; lookedDownTo: number } {
  const found: number[] = [];
  const walks = walksOf(filter);
  const deadline = performance.now() + lookMs;
  let lookedDownTo = below;
  // One stride at least, so that who asks on and on arrives.
  do {
    const stride = { from: strideStart(ask, walks, from, lookedDownTo), below: lookedDownTo };
    found.push(...matchesIn(ask, filter, walks, stride, limit - found.length));
    lookedDownTo = found.length === limit ? found[limit - 1]! : stride.from;
  } while (lookedDownTo > from && found.length < limit && performance.now() < deadline);
  return { found, lookedDownTo };
}

/** Where the next stride ends: no walk meets more than its number of events above it. */
function strideStart(ask: Asking, walks: readonly Walk[], from: number, below: number): number {
  const ends = walks.map(({ table, seq, key = 'true', values, isShort }) => {
    if (isShort) return from;
    const text = `
      SELECT ${seq} AS seq FROM ${table} WHERE ${key} AND ${seq} >= :from AND ${seq} < :below
      ORDER BY ${seq} DESC LIMIT 1 OFFSET ${STRIDE_EVENTS - 1}`;
    return (ask.get(text, { ...values, from, below })?.seq as number | undefined) ?? from;
  });
  return Math.max(from, ...ends);
}

function matchesIn(
  ask: Asking,
  filter: EventFilter,
  walks: readonly Walk[],
  range: Range,
  limit: number,
): number[] {
  const found = walks.flatMap((walk) => {
    const { where, values } = conditionOf(filter, walk);
    const text = `
      SELECT ${walk.seq} AS seq FROM ${walk.table} ${walk.joined}
      WHERE ${where} AND ${walk.seq} >= :from AND ${walk.seq} < :below
      ORDER BY ${walk.seq} DESC LIMIT :limit`;
    return ask.all(text, { ...values, ...range, limit }).map(({ seq }) => seq as number);
  });
  return found.sort((a, b) => b - a).slice(0, limit);
}

function receivedAt(ask: Asking, seq: number): number | undefined {
  const row = ask.get('SELECT received_at AS at FROM event WHERE seq >= :seq ORDER BY seq LIMIT 1', { seq });
  return row?.at as number | undefined;
}
