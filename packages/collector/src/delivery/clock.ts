import { setTimeout as delay } from 'node:timers/promises';

/** Time as delivery sees it, so that tests can own it. */
export interface Clock {
  /** ms since 1970. */
  now(): number;
  /** Resolves after `ms`, or as soon as the signal is aborted; never rejects. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
};
