/** When to try again. Pure: time and randomness come in. */

/** The first retry comes after about this, ms. */
const BASE_MS = 500;

/** The longest wait, ms. */
const MAX_MS = 30_000;

/** Exponential backoff with full jitter; `failures` counts from 1. */
export function backoff(failures: number, random: number): number {
  return Math.max(BASE_MS, random * Math.min(MAX_MS, BASE_MS * 2 ** failures));
}

/** A `Retry-After` header (seconds or HTTP date) as ms from now; 0 when there is none. */
export function retryAfter(header: string | null | undefined, now: number): number {
  return (header && (Number(header) * 1000 || Date.parse(header) - now)) || 0;
}

/** Whether another attempt can succeed: no answer, timeouts, "too early", "too many", server faults. */
export function isTransient(status: number): boolean {
  return status < 400 || status > 499 || status === 408 || status === 425 || status === 429;
}
