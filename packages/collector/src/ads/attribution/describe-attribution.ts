import type { AttributionDay } from './fetch-attribution.ts';

/**
 * What Microsoft made of the uploads of one goal, in one line; undefined without a report.
 *
 * @param days the oldest first
 */
export function describeAttribution(days: readonly AttributionDay[]): string | undefined {
  const [first] = days;
  if (!first) return undefined;
  const sum = (count: (day: AttributionDay) => number) => days.reduce((all, day) => all + count(day), 0);
  const reasons = [...new Set(days.flatMap((day) => Object.keys(day.reasons)))].sort();
  const why = reasons.map((reason) => `${reason} ${sum((day) => day.reasons[reason] ?? 0)}`).join(', ');
  const counted = sum(({ attributed }) => attributed);
  const not = sum(({ unattributed }) => unattributed);
  return `since ${first.day}: ${counted} counted, ${not} not${why && ` (${why})`}`;
}
