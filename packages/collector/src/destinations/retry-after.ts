/** A longer wait is not believed, ms: an hour is the longest that senders of this API honour. */
const MAX_RETRY_AFTER_MS = 3_600_000;

const SECONDS = /^\d+$/;
/** All three date forms of RFC 9110 begin with the name of a day; `Date.parse` alone takes far more. */
const HTTP_DATE = /^[A-Za-z]{3,9},? /;

/**
 * The wait that a `Retry-After` header asks for, ms; undefined when there is none that can be read
 * (RFC 9110, 10.2.3: whole seconds or an HTTP date).
 *
 * @param now the clock, ms since 1970
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = SECONDS.test(text)
    ? Number(text) * 1_000
    : HTTP_DATE.test(text)
      ? Date.parse(text) - now
      : Number.NaN;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS);
}
