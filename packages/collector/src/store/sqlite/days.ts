import {
  type Day,
  type DayAddition,
  type DayRange,
  type EventGroup,
  type GroupedEvents,
  type GroupRequest,
  MAX_DAY_ROWS,
  OTHER_NAMES,
} from '../day-table.ts';
import type { Source, StoredRecord } from '../port.ts';
import type { Statements } from './sql.ts';

/** Events of one step: some 5 ms of reading their JSON. */
const STEP_EVENTS = 500;

/** The record that says how far the days reach. */
const CURSOR = ['days', 'reached'] as const;

/** A row as SQL gives it: what they have in common and the counts side by side. */
type GroupRow = Omit<EventGroup, 'isPageLoad' | 'skipped' | 'counts'> & {
  isPageLoad: 0 | 1;
  skipped: string | null;
} & EventGroup['counts'];

/** Counts the next events. Runs inside a transaction. */
export function groupEvents(sql: Statements, { after, until, reportsSince }: GroupRequest): GroupedEvents {
  const next = sql.nextEvents.all(after, STEP_EVENTS) as unknown as { seq: number; receivedAt: number }[];
  const tooNew = next.findIndex(({ receivedAt }) => receivedAt > until);
  const taken = tooNew < 0 ? next : next.slice(0, tooNew);
  const reached = taken.at(-1)?.seq ?? after;
  const rows = sql.groupEvents.all(after, reached, reportsSince) as unknown as GroupRow[];
  return { groups: rows.map(toGroup), reached, isEnd: taken.length < STEP_EVENTS };
}

function toGroup(row: GroupRow): EventGroup {
  const { site, hour, name, isPageLoad, source, currency, destination, skipped, ...counts } = row;
  return {
    site,
    hour,
    name,
    isPageLoad: isPageLoad === 1,
    source,
    currency,
    destination,
    skipped: skipped ?? undefined,
    counts,
  };
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
  const known = readCounts(sql, given);
  const isBeyond = !known && rowsOf(sql, given) >= MAX_DAY_ROWS;
  const row = isBeyond ? { ...given, name: OTHER_NAMES, currency: '' } : given;
  const sums = { ...(isBeyond ? readCounts(sql, row) : known) };
  for (const [what, count] of Object.entries(given.counts)) {
    if (!isBeyond || what !== 'value') sums[what] = (sums[what] ?? 0) + count;
  }
  const { day, site, name, source, currency } = row;
  sql.writeDay.run(day, site, name, source, currency, JSON.stringify(sums));
}

function readCounts(
  sql: Statements,
  { day, site, name, source, currency }: Omit<Day, 'counts'>,
): Record<string, number> | undefined {
  const row = sql.readDay.get(day, site, name, source, currency) as { counts: string } | undefined;
  return row && (JSON.parse(row.counts) as Record<string, number>);
}

function rowsOf(sql: Statements, { day, site }: Day): number {
  return (sql.countDayRows.get(day, site) as { count: number }).count;
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
