import type { DayReport } from '../../../../src/insight/day-report.ts';

const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Events of each of the last 24 hours, the oldest first, the one that runs last. @param now ms */
export function lastHours(
  days: readonly Pick<DayReport, 'day' | 'hours'>[],
  now: number,
): { at: number; events: number }[] {
  const current = Math.floor(now / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, index) => {
    const at = current - (HOURS - 1 - index) * HOUR_MS;
    const [day, hour] = [
      new Date(at).toISOString().slice(0, 'yyyy-mm-dd'.length),
      new Date(at).getUTCHours(),
    ];
    const events = days
      .filter((entry) => entry.day === day)
      .reduce((sum, { hours }) => sum + (hours[hour] ?? 0), 0);
    return { at, events };
  });
}
