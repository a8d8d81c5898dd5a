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
  /** Takes further tokens for what has begun already: as many as there are. */
  spend(key: string, tokens: number, now: number): void;
}

/** The last so many keys are always remembered, up to twice as many at times: 10 MB at most. */
const REMEMBERED_KEYS = 25_000;

/** Times since 1970 carry fractions of about this (a double has 53 bits): nothing to wait for. */
const ROUNDING_MS = 0.01;

/**
 * Token buckets, each kept as one number: the moment at which it is full again (the generic cell
 * rate algorithm). Whoever was not heard of for longest is forgotten, which means a full bucket. They
 * are kept in two generations, of which the older goes as a whole: to take the oldest key out of a
 * map at every new one cost 20 µs a request as soon as there were too many.
 */
export function createRateLimit({ perSecond, burst }: Rate, rememberedKeys = REMEMBERED_KEYS): RateLimit {
  const intervalMs = 1_000 / perSecond;
  const fillMs = burst * intervalMs;
  let young = new Map<string, number>();
  let old: ReadonlyMap<string, number> = young;

  /** Never further off than an empty bucket needs: the clock may have been set back. */
  const fullAgain = (key: string, now: number) =>
    Math.min(Math.max(young.get(key) ?? old.get(key) ?? now, now), now + fillMs);
  const waitS = (full: number, now: number) => {
    const waitMs = full + intervalMs - now - fillMs;
    return waitMs > ROUNDING_MS ? waitMs / 1_000 : 0;
  };

  const remember = (key: string, full: number) => {
    if (young.size >= rememberedKeys && !young.has(key)) {
      old = young;
      young = new Map();
    }
    young.set(key, full);
  };

  return {
    wait: (key, now) => waitS(fullAgain(key, now), now),
    take(key, now) {
      const full = fullAgain(key, now);
      const wait = waitS(full, now);
      if (wait > 0) return wait;
      remember(key, full + intervalMs);
      return 0;
    },
    spend: (key, tokens, now) => remember(key, fullAgain(key, now) + tokens * intervalMs),
  };
}

/** Where no rate is set. */
export const UNLIMITED: RateLimit = { take: () => 0, wait: () => 0, spend: () => {} };
