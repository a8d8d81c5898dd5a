export interface RetrySettings {
  /** Ceiling of the first wait, ms; it doubles at each further one. */
  retryBaseMs: number;
  /** Ceiling of every wait, ms, unless the other side asks for a longer one. */
  retryMaxMs: number;
}

/**
 * How long to wait before the next try, ms. Full jitter: anything between nothing and the ceiling,
 * so that senders who failed together do not return together. A wait that the other side asked for
 * is a minimum, with a little jitter on top for the same reason.
 *
 * @param attempt how many tries failed before this one; 0 after the first failure
 * @param retryAfterMs what the other side asked for, ms
 * @param random from 0 up to, but not including, 1
 */
export function retryDelay(
  attempt: number,
  retryAfterMs: number | undefined,
  random: number,
  { retryBaseMs, retryMaxMs }: RetrySettings,
): number {
  const backoff = Math.floor(random * Math.min(retryMaxMs, retryBaseMs * 2 ** attempt));
  if (retryAfterMs === undefined) return backoff;
  return Math.max(backoff, retryAfterMs + Math.floor(random * retryBaseMs));
}
