import type { Log } from '../log.ts';
import type { Store } from '../store/port.ts';
import { rollUp } from './roll-up.ts';

/** How often the sums of days are brought up to date, ms. */
const INTERVAL_MS = 15_000;

/** Keeps the sums of days up to date until the returned function is called, which waits for the step under way. */
export function startRollUp(
  store: Pick<Store, 'groupEvents' | 'readDayCursor' | 'addDays'>,
  log: Log,
): () => Promise<void> {
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  const run = () => {
    running ??= rollUp(store, Date.now(), { signal: stopped.signal })
      .then(
        () => {},
        (error: unknown) => log.error({ err: error }, 'the days could not be summed up; tried again'),
      )
      .finally(() => {
        running = undefined;
      });
  };
  run();
  const timer = setInterval(run, INTERVAL_MS).unref();
  return async () => {
    clearInterval(timer);
    stopped.abort();
    await running;
  };
}
