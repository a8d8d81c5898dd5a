export interface RateLimit {
  /** Requests per second in the long run. */
  ratePerSecond: number;
  /** Requests that may go out at once after a quiet time. */
  burst: number;
}

/**
 * A token bucket: each request takes a token, and tokens come back evenly with time. It lives in the
 * memory of one process: several processes of one destination have one each, so divide the rate among them.
 */
export interface Bucket {
  tokens: number;
  /** When that was so, ms. */
  at: number;
}

export function fullBucket({ burst }: RateLimit, now: number): Bucket {
  return { tokens: burst, at: now };
}

/** A clock that was set back gives nothing and takes nothing. */
export function refill({ tokens, at }: Bucket, now: number, { ratePerSecond, burst }: RateLimit): Bucket {
  const fresh = (Math.max(now - at, 0) / 1_000) * ratePerSecond;
  return { tokens: Math.min(tokens + fresh, burst), at: now };
}

/** Until a whole token is there, ms; 0 when there is one. */
export function waitForToken({ tokens }: Bucket, { ratePerSecond }: RateLimit): number {
  return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) / ratePerSecond) * 1_000);
}

export function takeToken({ tokens, at }: Bucket): Bucket {
  return { tokens: tokens - 1, at };
}
