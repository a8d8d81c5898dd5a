import type { Clock } from './clock.ts';
import { type RetrySettings, retryDelay } from './retry.ts';

/** The store is tried again soon: it is mostly a lock that another process holds. */
export const STORE_RETRY: RetrySettings = { retryBaseMs: 100, retryMaxMs: 10_000 };

export interface PersistOptions {
  clock: Clock;
  random: () => number;
  /** Once aborted, one failure is enough. */
  giveUp: AbortSignal;
  /** Whether an error blames what was to be written: it would come again each time. Default: none does. */
  isRefusal?: (error: unknown) => boolean;
  onError(error: unknown): void;
}

/** `given-up`: leases then run out and the events are sent again. */
export type Persisted = 'written' | 'refused' | 'given-up';

/**
 * Writes to the store until it is written or refused: what Microsoft has taken must not be forgotten while
 * this process lives.
 */
export async function persist(
  write: () => Promise<void>,
  { clock, random, giveUp, isRefusal = () => false, onError }: PersistOptions,
): Promise<Persisted> {
  for (let attempt = 0; ; attempt++) {
    try {
      await write();
      return 'written';
    } catch (error) {
      onError(error);
      if (isRefusal(error)) return 'refused';
      if (giveUp.aborted) return 'given-up';
      await clock.sleep(retryDelay(attempt, undefined, random(), STORE_RETRY), giveUp);
    }
  }
}
