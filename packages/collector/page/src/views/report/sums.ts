import type { BrowserCopies } from '../../../../src/insight/browser-copies.ts';
import type { DayReport, Sales } from '../../../../src/insight/day-report.ts';

/** Purchases of several days or sites together. */
export function salesOf(reports: readonly DayReport[]): Sales {
  const value: Record<string, number> = {};
  for (const { purchases } of reports) {
    for (const [currency, sum] of Object.entries(purchases.value))
      value[currency] = (value[currency] ?? 0) + sum;
  }
  return { count: reports.reduce((sum, { purchases }) => sum + purchases.count, 0), value };
}

export function copiesOf(copies: readonly BrowserCopies[]): BrowserCopies {
  const sum = (of: 'seen' | 'unseen' | 'unknown') => copies.reduce((total, entry) => total + entry[of], 0);
  const [seen, unseen, unknown] = [sum('seen'), sum('unseen'), sum('unknown')];
  return {
    seen,
    unseen,
    unknown,
    ...(seen + unseen > 0 && { estimatedLostShare: unseen / (seen + unseen) }),
  };
}

/** One entry a day, whatever the site; the oldest first. */
export function mergeDays(
  reports: readonly DayReport[],
): { day: string; purchases: number; events: number }[] {
  const days = new Map<string, { day: string; purchases: number; events: number }>();
  for (const { day, purchases, events } of reports) {
    const sum = days.get(day) ?? { day, purchases: 0, events: 0 };
    days.set(day, { day, purchases: sum.purchases + purchases.count, events: sum.events + events });
  }
  return [...days.values()].sort((a, b) => a.day.localeCompare(b.day));
}
