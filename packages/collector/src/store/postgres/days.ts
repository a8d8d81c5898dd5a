import type { Day, DayAddition, DayRange } from '../day-table.ts';
import { addedTo, DAY_CURSOR, type DayKey, type KnownDays } from '../rows/days.ts';
import { type Run, statement } from './database.ts';

const CURSOR = statement('SELECT value FROM uet_capi.record WHERE kind = $1 AND key = $2');

/** Whoever comes second waits here for the first, and then finds another value. */
const MOVE_CURSOR = statement(`
  UPDATE uet_capi.record SET value = $4, version = version + 1 WHERE kind = $1 AND key = $2 AND value = $3
  RETURNING 1`);
const BEGIN_CURSOR = statement(`
  INSERT INTO uet_capi.record (kind, key, version, value) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING
  RETURNING 1`);

const ROWS_OF_DAYS = statement(`
  SELECT day, site, name, source, currency, counts FROM uet_capi.day
  WHERE (day, site) IN (SELECT * FROM unnest($1::text[], $2::text[]))`);

const WRITE_DAYS = statement(`
  INSERT INTO uet_capi.day (day, site, name, source, currency, counts)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
  ON CONFLICT (day, site, name, source, currency) DO UPDATE SET counts = excluded.counts`);

const READ_DAYS = statement(`
  SELECT day, site, name, source, currency, counts FROM uet_capi.day
  WHERE day BETWEEN $1 AND $2 AND ($3::text[] IS NULL OR site = ANY($3)) AND ($4::text[] IS NULL OR name = ANY($4))
  ORDER BY day, site, name, source, currency`);

type DayRow = DayKey & { counts: string };

export async function readDayCursor(run: Run): Promise<number> {
  const [cursor] = await run<{ value: string }>(CURSOR, [DAY_CURSOR.kind, DAY_CURSOR.key]);
  return Number(cursor?.value ?? 0);
}

/** Adds, and moves the cursor on. Runs inside a transaction. */
export async function addDays(run: Run, { from, to, days }: DayAddition): Promise<boolean> {
  const { kind, key } = DAY_CURSOR;
  const moved =
    from === 0
      ? await run(BEGIN_CURSOR, [kind, key, String(to)])
      : await run(MOVE_CURSOR, [kind, key, String(from), String(to)]);
  if (moved.length === 0) return false;
  const table = await readTable(run, days);
  const changed = new Map<string, Day>();
  for (const given of days) {
    const day = addedTo(table, given);
    table.put(day);
    changed.set(keyOf(day), day);
  }
  const rows = [...changed.values()];
  const columns = (['day', 'site', 'name', 'source', 'currency'] as const).map((column) =>
    rows.map((row) => row[column]),
  );
  await run(WRITE_DAYS, [...columns, rows.map(({ counts }) => JSON.stringify(counts))]);
  return true;
}

/** The rows of some days and sites. */
async function readTable(run: Run, days: readonly Day[]): Promise<KnownDays & { put(day: Day): void }> {
  const sites = new Map(days.map((day) => [siteOf(day), day]));
  const counts = new Map<string, Day['counts']>();
  const rows = new Map<string, number>();
  const put = (day: Day) => {
    if (!counts.has(keyOf(day))) rows.set(siteOf(day), (rows.get(siteOf(day)) ?? 0) + 1);
    counts.set(keyOf(day), day.counts);
  };
  const wanted = [...sites.values()];
  const known = await run<DayRow>(ROWS_OF_DAYS, [
    wanted.map(({ day }) => day),
    wanted.map(({ site }) => site),
  ]);
  known.map(toDay).forEach(put);
  return { put, counts: (key) => counts.get(keyOf(key)), rows: (key) => rows.get(siteOf(key)) ?? 0 };
}

function siteOf({ day, site }: DayKey): string {
  return JSON.stringify([day, site]);
}

function keyOf({ day, site, name, source, currency }: DayKey): string {
  return JSON.stringify([day, site, name, source, currency]);
}

export async function readDays(run: Run, { since, until, sites, names }: DayRange): Promise<Day[]> {
  const rows = await run<DayRow>(READ_DAYS, [since, until, sites ?? null, names ?? null]);
  return rows.map(toDay);
}

function toDay(row: DayRow): Day {
  return { ...row, counts: JSON.parse(row.counts) as Day['counts'] };
}
