/** When to try again. Pure: time and randomness come in. */

/** The first retry comes after about this, ms. */
const BASE_MS = 500;

/** The longest wait, ms. */
const MAX_MS = 30_000;

/** Exponential backoff with full jitter; `failures` counts from 1. */
export function backoff(failures: number, random: number): number {
  return Math.max(BASE_MS, random * Math.min(MAX_MS, BASE_MS * 2 ** failures));
}

/** The longest that a collector can ask for, ms. Timers overflow at 2^31. */
const MAX_ORDER_MS = 2e9;

/** A `Retry-After` header (seconds or HTTP date) as ms from now; 0 when there is none. */
export function retryAfter(header: string | null | undefined, now: number): number {
  return Math.min(MAX_ORDER_MS, (header && (+header * 1000 || Date.parse(header) - now)) || 0);
}

/** Whether no other attempt can succeed: refused, and not for timeout, "too early" or "too many". */
export function isFinal(status: number): boolean {
  return /^4(?!08|25|29)/.test(`${status}`);
}
