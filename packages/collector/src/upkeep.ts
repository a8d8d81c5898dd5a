import type { Config } from './config/config.ts';
import type { Log } from './log.ts';
import type { Store } from './store/port.ts';

/** How often content and keys past their retention are removed, ms. */
const PRUNE_INTERVAL_MS = 3_600_000;

const DAY_MS = 86_400_000;

/** Enforces the retention, at once and every hour, until the returned function is called. */
export function startUpkeep(
  store: Store,
  { contentDays, keyDays }: Config['retention'],
  log: Log,
): () => void {
  let stopped = false;
  const prune = () => {
    const now = Date.now();
    store
      .prune({ contentBefore: now - contentDays * DAY_MS, keysBefore: now - keyDays * DAY_MS })
      .catch((error: unknown) => {
        // A stop closes the store under a prune that still runs.
        if (!stopped) log.error({ err: error }, 'retention could not be enforced; tried again in an hour');
      });
  };
  prune();
  const timer = setInterval(prune, PRUNE_INTERVAL_MS).unref();
  return () => {
    stopped = true;
    clearInterval(timer);
  };
}
