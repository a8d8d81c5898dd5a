/** How often something may happen: a bucket of `burst` tokens that fills by `perSecond`. */
export interface Rate {
  perSecond: number;
  burst: number;
}

/** One bucket per key. Pure but for its memory; time (ms) comes in. */
export interface RateLimit {
  /** Takes one token. 0: taken; else the time until there is one, s, and nothing was taken. */
  take(key: string, now: number): number;
  /** The same without taking. */
  wait(key: string, now: number): number;
}

/**
 * Keys that are remembered: 10 MB at most. Whoever was not heard of for longest is forgotten, which
 * at that number means a full bucket again.
 */
const MAX_KEYS = 50_000;

/** Times since 1970 carry fractions of about this (a double has 53 bits): nothing to wait for. */
const ROUNDING_MS = 0.01;

/**
 * Token buckets, each kept as one number: the moment at which it is full again (the generic cell
 * rate algorithm). One map look-up and one write a request.
 */
export function createRateLimit({ perSecond, burst }: Rate, maxKeys = MAX_KEYS): RateLimit {
  const intervalMs = 1_000 / perSecond;
  const fillMs = burst * intervalMs;
  const fullAt = new Map<string, number>();

  /** Never further off than an empty bucket needs: the clock may have been set back. */
  const fullAgain = (key: string, now: number) =>
    Math.min(Math.max(fullAt.get(key) ?? now, now), now + fillMs);
  const waitS = (full: number, now: number) => {
    const waitMs = full + intervalMs - now - fillMs;
    return waitMs > ROUNDING_MS ? waitMs / 1_000 : 0;
  };

  return {
    wait: (key, now) => waitS(fullAgain(key, now), now),
    take(key, now) {
      const full = fullAgain(key, now);
      const wait = waitS(full, now);
      if (wait > 0) return wait;
      // Deleted first, so that the map is ordered by last use.
      fullAt.delete(key);
      fullAt.set(key, full + intervalMs);
      if (fullAt.size > maxKeys) fullAt.delete(fullAt.keys().next().value!);
      return 0;
    },
  };
}

/** Where no rate is set. */
export const UNLIMITED: RateLimit = { take: () => 0, wait: () => 0 };
