import type { Clock } from './clock.ts';
import { type RetrySettings, retryDelay } from './retry.ts';

/** The store is tried again soon: it is mostly a lock that another process holds. */
export const STORE_RETRY: RetrySettings = { retryBaseMs: 100, retryMaxMs: 10_000 };

export interface PersistOptions {
  clock: Clock;
  random: () => number;
  /** Once aborted, one failure is enough. */
  giveUp: AbortSignal;
  onError(error: unknown): void;
}

/**
 * Writes to the store until it is written: what Microsoft has taken must not be forgotten while this
 * process lives. False when it was given up; leases then run out and the events are sent again.
 */
export async function persist(
  write: () => Promise<void>,
  { clock, random, giveUp, onError }: PersistOptions,
): Promise<boolean> {
  for (let attempt = 0; ; attempt++) {
    try {
      await write();
      return true;
    } catch (error) {
      onError(error);
      if (giveUp.aborted) return false;
      await clock.sleep(retryDelay(attempt, undefined, random(), STORE_RETRY), giveUp);
    }
  }
}
