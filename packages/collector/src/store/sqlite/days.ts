import type { Day, DayAddition, DayRange, GroupedEvents, GroupRequest } from '../day-table.ts';
import type { Source, StoredRecord } from '../port.ts';
import {
  addedTo,
  DAY_CURSOR,
  DAY_STEP_EVENTS,
  type GroupRow,
  type KnownDays,
  STAMPED_AHEAD_MS,
  toGroup,
} from '../rows/days.ts';
import type { Statements } from './sql.ts';

const CURSOR = [DAY_CURSOR.kind, DAY_CURSOR.key] as const;

/** Counts the next events. Runs inside a transaction. */
export function groupEvents(sql: Statements, { after, until, reportsSince }: GroupRequest): GroupedEvents {
  const next = sql.nextEvents.all(after, DAY_STEP_EVENTS) as unknown as { seq: number; receivedAt: number }[];
  const tooNew = next.findIndex(
    ({ receivedAt }) => receivedAt > until && receivedAt <= until + STAMPED_AHEAD_MS,
  );
  const taken = tooNew < 0 ? next : next.slice(0, tooNew);
  const reached = taken.at(-1)?.seq ?? after;
  const rows = sql.groupEvents.all(after, reached, reportsSince) as unknown as GroupRow[];
  return { groups: rows.map(toGroup), reached, isEnd: taken.length < DAY_STEP_EVENTS };
}

export function readDayCursor(sql: Statements): number {
  return Number(readCursor(sql)?.value ?? 0);
}

function readCursor(sql: Statements): StoredRecord | undefined {
  return sql.readRecord.get(...CURSOR) as StoredRecord | undefined;
}

/** Adds, and moves the cursor on. Runs inside a transaction. */
export function addDays(sql: Statements, { from, to, days }: DayAddition): boolean {
  const cursor = readCursor(sql);
  if (Number(cursor?.value ?? 0) !== from) return false;
  if (cursor) sql.changeRecord.run(String(to), ...CURSOR, cursor.version);
  else sql.addRecord.run(String(to), ...CURSOR);
  for (const day of days) addDay(sql, day);
  return true;
}

function addDay(sql: Statements, given: Day): void {
  const { day, site, name, source, currency, counts } = addedTo(knownDays(sql), given);
  sql.writeDay.run(day, site, name, source, currency, JSON.stringify(counts));
}

function knownDays(sql: Statements): KnownDays {
  return {
    counts({ day, site, name, source, currency }) {
      const row = sql.readDay.get(day, site, name, source, currency) as { counts: string } | undefined;
      return row && (JSON.parse(row.counts) as Day['counts']);
    },
    rows: ({ day, site }) => (sql.countDayRows.get(day, site) as { count: number }).count,
  };
}

export function readDays(sql: Statements, { since, until, sites, names }: DayRange): Day[] {
  const rows = sql.readDays.all(since, until, listOf(sites), listOf(names)) as unknown as {
    day: string;
    site: string;
    name: string;
    source: Source;
    currency: string;
    counts: string;
  }[];
  return rows.map((row) => ({ ...row, counts: JSON.parse(row.counts) as Record<string, number> }));
}

/** Null matches everything. */
function listOf(values: readonly string[] | undefined): string | null {
  return values ? JSON.stringify(values) : null;
}
