import { DatabaseSync } from 'node:sqlite';
import type { DayRange, GroupRequest } from '../../day-table.ts';
import type { FindQuery, People } from '../../port.ts';
import type { ChangesQuery, DetailQuery, OverviewQuery, SearchQuery } from '../../reading.ts';
import { readsOf } from '../database.ts';
import { groupEvents, readDayCursor, readDays } from '../days.ts';
import { eventsOf, memoriesOf } from '../people.ts';
import { prepareStatements } from '../sql.ts';
import { findEvents } from '../views.ts';
import { takeCensus } from './census.ts';
import { changes } from './changes.ts';
import { detail } from './detail.ts';
import { overview } from './overview.ts';
import { search } from './search.ts';
import { createAsking } from './statements.ts';

/** Page cache (KiB): the inner pages of tables and indexes, and what lists show. The system caches the rest. */
const CACHE_KIB = 4_096;

export type Reader = ReturnType<typeof createReader>;

/** Answers to questions, each from one moment of the store. Lives in the reading worker. */
export function createReader(file: string) {
  const db = openForReading(file);
  const read = readsOf(db);
  const sql = prepareStatements(db);
  const ask = createAsking(db);
  let isClosed = false;
  return {
    stats: () => takeCensus(openForReading(file), () => isClosed),
    find: (query: FindQuery) => read(() => findEvents(sql, query)),
    search: (query: SearchQuery) => read(() => search(ask, query)),
    changes: (query: ChangesQuery) => read(() => changes(ask, query)),
    detail: (query: DetailQuery) => read(() => detail(ask, query)),
    overview: (query: OverviewQuery) => read(() => overview(ask, query)),

    groupEvents: (request: GroupRequest) => read(() => groupEvents(sql, request)),
    readDayCursor: (): number => read(() => readDayCursor(sql)),
    readDays: (range: DayRange) => read(() => readDays(sql, range)),

    eventsOf: (people: People, after: number) => read(() => eventsOf(sql, people, after)),
    memoriesOf: (people: People) => read(() => memoriesOf(sql, people)),

    close(): void {
      isClosed = true;
      db.close();
    },
  };
}

function openForReading(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { readOnly: true });
  db.exec(`PRAGMA cache_size = -${CACHE_KIB}`);
  return db;
}
