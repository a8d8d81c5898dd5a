import { DAY_MS } from './item-checks.ts';
import type { DateTime } from './wire.ts';

/** The ends of a range are dates: whole days, both included. */
export function isWithinDays(at: number, start: DateTime, end: DateTime): boolean {
  const day = (ms: number) => Math.floor(ms / DAY_MS);
  return day(at) >= day(start.at) && day(at) <= day(end.at);
}
