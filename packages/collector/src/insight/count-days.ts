import { isTest } from '../destination-id.ts';
import { finite } from '../finite.ts';
import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import type { Day, EventGroup } from '../store/day-table.ts';
import { utcDay } from '../utc-day.ts';

/** Page loads have no name; `filters` call them so too. */
export const PAGE_LOAD = 'pageLoad';

/** Events of somebody whom nobody wants to count: tests, bots, and what the site's own rules hold back. */
const HELD_BACK = [
  SKIP_REASONS.test_event,
  SKIP_REASONS.bot,
  SKIP_REASONS.filtered,
  SKIP_REASONS.filter_failed,
  SKIP_REASONS.transform_failed,
];

/** Groups of events as sums of days. What was held back is only counted as that. */
export function countDays(groups: readonly EventGroup[]): Day[] {
  const days = new Map<string, Day & { counts: Record<string, number> }>();
  for (const group of groups) {
    const { site, source, counts } = group;
    const held = isHeldBack(group);
    const name = group.isPageLoad ? PAGE_LOAD : group.name;
    const currency = held ? '' : group.currency;
    const day = utcDay(group.hour);
    const key = JSON.stringify([site, day, name, source, currency]);
    const sum = days.get(key) ?? { site, day, name, source, currency, counts: {} };
    days.set(key, sum);
    const added = held
      ? { heldBack: counts.events }
      : { ...counts, [hourKey(new Date(group.hour).getUTCHours())]: counts.events };
    for (const [what, count] of Object.entries(added)) {
      if (count !== 0) sum.counts[what] = finite((sum.counts[what] ?? 0) + count);
    }
  }
  return [...days.values()];
}

function isHeldBack({ destination, skipped }: EventGroup): boolean {
  if (isTest(destination)) return true;
  return skipped !== undefined && HELD_BACK.some((reason) => skipped.startsWith(reason));
}

/** What counts the events of one hour of the day (UTC, 0 to 23). */
export function hourKey(hour: number): string {
  return `h${hour}`;
}
