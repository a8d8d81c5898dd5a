import type { EventFilter, SearchPage, SearchQuery } from '../../reading.ts';
import { MAX_PAGE_EVENTS } from '../../reading.ts';
import type { Range } from '../../rows/range.ts';
import type { Asking } from './asking.ts';
import { conditionOf, valuesOf, type Walk, walksOf } from './match.ts';
import { summarise } from './summary.ts';
import { boundsOf } from './time-range.ts';

/**
 * Events that are looked at before the clock is. At first as many as are wanted, since most lists have no filter, or
 * one that most events match; then more, at last some 10 ms of them.
 */
const STRIDE_GROWTH = 10;
const MAX_STRIDE_EVENTS = 5_000;

/** A search that has looked for so long (ms) gives what it has. Well below the 300 ms that a page may take. */
const LOOK_MS = 100;

/** One page. Runs inside a snapshot. */
export async function search(ask: Asking, query: SearchQuery): Promise<SearchPage> {
  const limit = Math.min(query.limit, MAX_PAGE_EVENTS);
  const range = await boundsOf(ask, query);
  if (query.before !== undefined) range.below = Math.min(range.below, query.before);
  const { found, lookedDownTo } = await look(ask, query, range, limit, LOOK_MS);
  const isAll = lookedDownTo <= range.from;
  return {
    events: await summarise(ask, found),
    next: isAll ? undefined : lookedDownTo,
    searchedBackTo: isAll ? undefined : await receivedAt(ask, lookedDownTo),
  };
}

/** Numbers of the newest matching events of a range, and down to which number everything was looked at. */
export async function look(
  ask: Asking,
  filter: EventFilter,
  { from, below }: Range,
  limit: number,
  lookMs: number,
): Promise<{ found: number[]; lookedDownTo: number }> {
  const found: number[] = [];
  const walks = walksOf(filter);
  if (walks.length === 0) return { found, lookedDownTo: from };
  const text = strideOf(filter, walks);
  const values = valuesOf(filter, walks);
  const deadline = performance.now() + lookMs;
  let lookedDownTo = below;
  let events = limit;
  // One stride at least, so that who asks on and on arrives.
  do {
    const stride = { from, below: lookedDownTo, events, limit: limit - found.length };
    const met = await ask.get<{ from: number; seqs: number[] }>(text, { ...values, ...stride });
    found.push(...met!.seqs);
    lookedDownTo = found.length === limit ? found[limit - 1]! : met!.from;
    events = Math.min(events * STRIDE_GROWTH, MAX_STRIDE_EVENTS);
  } while (lookedDownTo > from && found.length < limit && performance.now() < deadline);
  return { found, lookedDownTo };
}

/**
 * One stride of all walks, as one question: where it ends, which is where no walk has met more than its number of
 * events, and what matches above that. The rows of a walk are materialised, so that nothing but their order decides
 * how they are read.
 */
export function strideOf(filter: EventFilter, walks: readonly Walk[]): string {
  const rows = walks.map((walk, index) => `${rowsOf(index)} AS MATERIALIZED (${strideRows(walk)})`);
  const ends = walks.flatMap(({ isShort }, index) =>
    isShort ? [] : [`(SELECT min(seq) FROM ${rowsOf(index)} HAVING count(*) = :events)`],
  );
  const matches = walks.map(
    (walk, index) => `
    SELECT ${walk.row}.seq FROM ${rowsOf(index)} ${walk.row} ${walk.joined} WHERE ${conditionOf(filter, walk)}`,
  );
  return `
    WITH ${rows.join(', ')}, stride AS (SELECT greatest(:from::bigint, ${ends.join(', ') || 'NULL'}) AS "from")
    SELECT "from", to_jsonb(ARRAY(
      SELECT seq FROM (${matches.join(' UNION ALL ')}) m
      WHERE seq >= "from" AND seq < :below ORDER BY seq DESC LIMIT :limit)) AS seqs FROM stride`;
}

const rowsOf = (index: number) => `walk_${index}`;

function strideRows({ table, key = 'true', isShort }: Walk): string {
  const rows = `SELECT * FROM ${table} WHERE ${key}`;
  if (isShort) return rows;
  return `${rows} AND seq >= :from AND seq < :below ORDER BY seq DESC LIMIT :events`;
}

async function receivedAt(ask: Asking, seq: number): Promise<number | undefined> {
  const row = await ask.get<{ at: number }>(
    'SELECT received_at AS at FROM uet_capi.event WHERE seq >= :seq ORDER BY seq LIMIT 1',
    { seq },
  );
  return row?.at;
}
