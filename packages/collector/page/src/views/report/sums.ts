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

const DAY_MS = 86_400_000;

/** One entry a day of the last days, also for those without events; the oldest first. @param now ms */
export function purchasesByDay(
  reports: readonly DayReport[],
  days: number,
  now: number,
): { day: string; purchases: number }[] {
  return Array.from({ length: days }, (_, index) => {
    const day = new Date(now - (days - 1 - index) * DAY_MS).toISOString().slice(0, 'yyyy-mm-dd'.length);
    const purchases = reports
      .filter((report) => report.day === day)
      .reduce((sum, report) => sum + report.purchases.count, 0);
    return { day, purchases };
  });
}
