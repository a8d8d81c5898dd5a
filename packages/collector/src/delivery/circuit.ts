/**
 * Circuit breaker. So many failures in a row open it, without an answer in between: a single reset or 502
 * is part of every day. While it is open, one small request at a time finds out whether the destination is
 * back, and the first answer closes it. How long to wait between them is the backoff's business; with the
 * default settings some 15 s have passed when it opens.
 */
const FAILURES_TO_OPEN = 5;

export function isOpen(failuresInARow: number): boolean {
  return failuresInARow >= FAILURES_TO_OPEN;
}
