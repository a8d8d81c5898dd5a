/**
 * How many requests a destination may have in flight: one more after each batch that went well, half
 * as many when the other side says that they are too many (additive increase, multiplicative decrease).
 */
export const FIRST_LIMIT = 1;

export function afterSuccess(limit: number, maxInFlight: number): number {
  return Math.min(limit + 1, maxInFlight);
}

export function afterThrottling(limit: number): number {
  return Math.max(Math.floor(limit / 2), 1);
}
