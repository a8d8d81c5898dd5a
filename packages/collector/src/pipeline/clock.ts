/**
 * The visitor's clock. `sentAt` is stamped at each attempt, so its distance from the moment of
 * arrival is the clock's error plus the way, which is short.
 */

/** Smaller differences are the way of the request, not an error of the clock, ms. */
const TOLERATED_MS = 60_000;

/**
 * A clock that is further off would refuse the certificate of every site (none is valid for more
 * than 398 days): such a `sentAt` is in seconds, or invented. ms.
 */
const LARGEST_ERROR_MS = 398 * 86_400_000;

/** No clock is that wrong: a larger time is in milliseconds, and its sender must hear of it. s. */
const LATEST_S = 100_000_000_000;

/** What must be added to the sender's times, ms. 0 without `sentAt` (a deferred beacon), or with an absurd one. */
export function clockShift(sentAt: number | undefined, receivedAt: number): number {
  if (sentAt === undefined) return 0;
  const error = receivedAt - sentAt;
  const size = Math.abs(error);
  return size > TOLERATED_MS && size <= LARGEST_ERROR_MS ? error : 0;
}

/** An event's time in whole seconds, corrected, and never in the future. What is no time stays. */
export function correctTime(eventTimeS: number, shiftMs: number, now: number): number {
  if (Math.abs(eventTimeS) > LATEST_S) return eventTimeS;
  return Math.min(Math.floor(eventTimeS + shiftMs / 1_000), Math.floor(now / 1_000));
}

/** A server's clock may be ahead by so much, as in Microsoft's rules as we know them for events, ms. */
export const AHEAD_ALLOWANCE_MS = 60_000;

/**
 * Servers whose clock is a little ahead pass Microsoft's rules as we know them; nobody knows how much
 * Microsoft allows. Such an event happened now. The event itself where nothing is to be changed.
 */
export function notAhead<T extends { eventTime: number }>(event: T, now: number): T {
  return event.eventTime * 1_000 > now ? { ...event, eventTime: Math.floor(now / 1_000) } : event;
}
