/**
 * A person's row is written again without news only after this long, so that the ten events of a
 * visit cost one write (ms).
 */
export const MEMORY_TOUCH_INTERVAL_MS = 24 * 60 * 60 * 1000;

/**
 * How long a report of the tag is remembered (ms): Microsoft refuses events older than 7 days, so
 * no page load can arrive later than that.
 */
export const PAGE_REPORT_MEMORY_MS = 7 * 24 * 60 * 60 * 1000;
