import { finite } from '../../finite.ts';
import { type Day, type EventGroup, MAX_DAY_ROWS, OTHER_NAMES } from '../day-table.ts';

/** The record that says how far the days reach. */
export const DAY_CURSOR = { kind: 'days', key: 'reached' } as const;

/** Events of one step of counting: some 5 ms of reading their JSON. */
export const DAY_STEP_EVENTS = 500;

/**
 * An event that is stamped so much later than those that are ready, ms, got its time from a clock that was set back
 * since. It is ready too: no event behind it could be counted before that time has come. Shorter differences are
 * those of several machines' clocks.
 */
export const STAMPED_AHEAD_MS = 120_000;

/** A group: what its events have in common and the counts side by side. */
export type GroupRow = Omit<EventGroup, 'isPageLoad' | 'skipped' | 'counts'> & {
  isPageLoad: 0 | 1 | boolean;
  skipped: string | null;
} & EventGroup['counts'];

export function toGroup(row: GroupRow): EventGroup {
  const { site, hour, name, isPageLoad, source, currency, destination, skipped, ...counts } = row;
  return {
    site,
    hour,
    name,
    isPageLoad: Boolean(isPageLoad),
    source,
    currency,
    destination,
    skipped: skipped ?? undefined,
    counts: { ...counts, value: finite(counts.value) },
  };
}

/** What a day's row is known by. */
export type DayKey = Omit<Day, 'counts'>;

/** What is in the table already, as far as it concerns an addition. */
export interface KnownDays {
  counts(key: DayKey): Day['counts'] | undefined;
  /** How many rows the day of the site has. */
  rows(key: DayKey): number;
}

/** The row that counts are added to, as it is then. */
export function addedTo(known: KnownDays, given: Day): Day {
  const { counts, ...key } = given;
  const before = known.counts(key);
  const isBeyond = !before && known.rows(key) >= MAX_DAY_ROWS;
  const row = isBeyond ? { ...key, name: OTHER_NAMES, currency: '' } : key;
  const sums: Record<string, number> = { ...(isBeyond ? known.counts(row) : before) };
  for (const [what, count] of Object.entries(counts)) {
    if (!isBeyond || what !== 'value') sums[what] = finite((sums[what] ?? 0) + count);
  }
  return { ...row, counts: sums };
}
