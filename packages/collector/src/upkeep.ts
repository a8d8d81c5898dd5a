import { MAX_EVENT_AGE_S } from '@uet-capi/protocol';
import type { Config } from './config/config.ts';
import { MAX_REPORT_DAYS } from './insight/read-report.ts';
import type { Log } from './log.ts';
import type { Store } from './store/port.ts';
import { utcDay } from './utc-day.ts';

/** How often content and keys past their retention are removed, ms. */
const PRUNE_INTERVAL_MS = 3_600_000;

const DAY_MS = 86_400_000;

/** Enforces the retention, at once and every hour, until the returned function is called. */
export function startUpkeep(
  store: Store,
  { acceptedDays, failedDays, skippedDays, keyDays }: Config['retention'],
  log: Log,
): () => void {
  let stopped = false;
  const prune = () => {
    const now = Date.now();
    const before = (days: number) => now - days * DAY_MS;
    const failed = before(failedDays);
    store
      .prune({
        now,
        waitingBefore: now - MAX_EVENT_AGE_S * 1_000,
        contentBefore: {
          accepted: before(acceptedDays),
          rejected: failed,
          expired: failed,
          dead: failed,
          skipped: before(skippedDays),
        },
        keysBefore: before(keyDays),
        daysBefore: utcDay(before(MAX_REPORT_DAYS)),
      })
      .catch(({ errors }: AggregateError) => {
        // A stop closes the store under a prune that still runs.
        if (stopped) return;
        for (const err of errors)
          log.error({ err }, 'a part of the retention could not be enforced; tried again in an hour');
      });
  };
  prune();
  const timer = setInterval(prune, PRUNE_INTERVAL_MS).unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
