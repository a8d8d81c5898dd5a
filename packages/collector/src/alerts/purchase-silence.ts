/** Purchases of a site by hour (UTC): the hour's number since 1970, and how many; hours without any are missing. */
export type PurchaseHours = ReadonlyMap<number, number>;

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;

/** How far back is looked, hours. */
export const HISTORY_HOURS = 2 * WEEK_HOURS + WEEK_HOURS;

/**
 * So many purchases at the least were there in the same hours before. That none comes then by chance has
 * a probability of e^-10, one in twenty thousand.
 */
const MIN_EXPECTED = 10;

/** Days to compare with, at least, where two weeks are not known yet. */
const MIN_DAYS = 2;

export interface Silence {
  /** How long there was none, hours. */
  hours: number;
  /** How many there were in the same hours before, the least of them. */
  expected: number;
}

/**
 * Whether purchases are missing: none in the last hours, where the same hours of the same days of the
 * week had some in each of the last two weeks. Until two weeks are known: the same hours of every day.
 * Nights and weekends are compared with nights and weekends; a shop with few purchases is given longer.
 *
 * @param now ms
 * @returns undefined: all is as usual, or not enough is known
 */
export function silenceOf(purchases: PurchaseHours, now: number): Silence | undefined {
  const thisHour = Math.floor(now / HOUR_MS);
  // What is stamped later is of a clock that was set back since.
  const known = [...purchases.keys()].filter((hour) => hour <= thisHour);
  if (known.length === 0) return undefined;
  const hours = Math.min(thisHour - Math.max(...known), WEEK_HOURS);
  if (hours < 1) return undefined;

  const history = thisHour - hours - Math.min(...known);
  const shifts = shiftsOf(history, hours);
  // The hours after the last purchase, without the one that is not over.
  const before = (shift: number) => sumOf(purchases, thisHour - hours + 1 - shift, thisHour - shift);
  const expected = Math.min(...shifts.map(before));
  return shifts.length > 0 && expected >= MIN_EXPECTED ? { hours, expected } : undefined;
}

/** How many hours earlier what is compared lies. */
function shiftsOf(history: number, hours: number): number[] {
  if (history >= 2 * WEEK_HOURS) return [WEEK_HOURS, 2 * WEEK_HOURS];
  const first = Math.ceil(hours / DAY_HOURS);
  const days = Math.floor(history / DAY_HOURS) - first + 1;
  return days < MIN_DAYS ? [] : Array.from({ length: days }, (_, day) => (first + day) * DAY_HOURS);
}

/** From one hour up to, but not including, another. */
function sumOf(purchases: PurchaseHours, from: number, to: number): number {
  let sum = 0;
  for (let hour = from; hour < to; hour++) sum += purchases.get(hour) ?? 0;
  return sum;
}
