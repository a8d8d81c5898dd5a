import { finite } from '../finite.ts';
import type { Day } from '../store/day-table.ts';

/** Sum of one count over days. */
export function sumOf(days: readonly Day[], what: string): number {
  return days.reduce((sum, { counts }) => sum + (counts[what] ?? 0), 0);
}

/** Sums of values, by currency. Empty currency: the events named none, and the goal's own holds. */
export function revenueOf(days: readonly Day[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const { currency, counts } of days) {
    if (counts.valued) sums[currency] = round(finite((sums[currency] ?? 0) + (counts.value ?? 0)));
  }
  return sums;
}

/** Sums of prices are not exact in binary; a millionth of the unit is more than any currency has. */
function round(value: number): number {
  const rounded = Math.round(value * 1e6) / 1e6;
  return Number.isFinite(rounded) ? rounded : value;
}

/** By what `key` says, in order of first appearance. */
export function groupBy(days: readonly Day[], key: (day: Day) => string): Map<string, Day[]> {
  const groups = new Map<string, Day[]>();
  for (const day of days) {
    const group = groups.get(key(day));
    if (group) group.push(day);
    else groups.set(key(day), [day]);
  }
  return groups;
}
