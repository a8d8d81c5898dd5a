import type { DayRange, GroupRequest } from '../../day-table.ts';
import type { ChangesQuery, DetailQuery, OverviewQuery, SearchQuery } from '../../reading.ts';
import { settledNumber } from '../append-order.ts';
import { createDatabase } from '../database.ts';
import { readDayCursor, readDays } from '../days.ts';
import { type Asking, createAsking } from './asking.ts';
import { takeCensus } from './census.ts';
import { changes } from './changes.ts';
import { detail } from './detail.ts';
import { groupEvents } from './groups.ts';
import { overview } from './overview.ts';
import { search } from './search.ts';

/** Questions that are answered at the same time; others wait for them, and no event waits for either. */
const CONNECTIONS = 2;

/**
 * Each question sees one moment of the store. How rows are to be read stands in the text: in order along an index, and
 * from row to row. What the planner knows of tables that grow and shrink all day is mostly wrong, and what is best for
 * all of a table is not for the first page of it.
 */
export const SESSION = `
  SET default_transaction_isolation = 'repeatable read'; SET default_transaction_read_only = on;
  SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off;
  SET max_parallel_workers_per_gather = 0; SET jit = off`;

export type Reader = ReturnType<typeof createReader>;

/**
 * Answers to questions, on connections of their own.
 *
 * @param isGone see `createDatabase`
 */
export function createReader(url: string, isGone?: () => boolean) {
  const database = createDatabase({
    url,
    connections: CONNECTIONS,
    session: SESSION,
    ...(isGone && { isGone }),
  });
  const inSnapshot = <T>(work: (ask: Asking) => Promise<T>) =>
    database.transaction((run) => work(createAsking(run)));
  return {
    stats: () => inSnapshot(takeCensus),
    search: (query: SearchQuery) => inSnapshot((ask) => search(ask, query)),
    async changes(query: ChangesQuery) {
      const settled = await settledNumber(database.run);
      return inSnapshot((ask) => changes(ask, query, settled));
    },
    detail: (query: DetailQuery) => inSnapshot((ask) => detail(ask, query)),
    overview: (query: OverviewQuery) => inSnapshot((ask) => overview(ask, query)),
    async groupEvents(request: GroupRequest) {
      const settled = await settledNumber(database.run);
      return inSnapshot((ask) => groupEvents(ask, request, settled));
    },
    readDayCursor: () => readDayCursor(database.run),
    readDays: (range: DayRange) => readDays(database.run, range),
    reconnect: () => database.reconnect(),
    close: () => database.close(),
  };
}
