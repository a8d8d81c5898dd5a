import { createRateLimit } from '../token-bucket.ts';
import { isOpen } from './circuit.ts';
import { afterSuccess, afterThrottling, FIRST_LIMIT } from './concurrency.ts';
import { type RetrySettings, retryDelay } from './retry.ts';

export interface PaceSettings extends RetrySettings {
  /** Requests per second in the long run. Each process counts its own. */
  ratePerSecond: number;
  /** Requests that may go out at once after a quiet time. */
  burst: number;
  /** Requests under way at once, at most. */
  maxInFlight: number;
}

/**
 * How fast one process may send to one destination: rate, concurrency, backoff and circuit breaker put
 * together. All times are ms since 1970.
 */
export interface Pace {
  /** How many batches may be under way. */
  allowed(): number;
  /** Nothing is started before. A rest ends where the clock was set back behind its beginning. */
  restsUntil(now: number): number;
  isOpen(): boolean;
  /** Until the rate limit allows a request, ms; 0 when it does. */
  waitForToken(now: number): number;
  /** The same, and with 0 the request is counted. */
  takeToken(now: number): number;
  /**
   * Batches that were started before something went wrong tell nothing new when they fail as well. The
   * round is what such batches have in common: it ends with the first failure.
   */
  round(): number;
  /** The destination has answered to a batch. */
  succeeded(): void;
  /** It answered, but does not know us. True when that is news. */
  refused(round: number): boolean;
  /** @param random from 0 up to, but not including, 1 */
  failed(failure: Failure, round: number, now: number, random: number): void;
}

export interface Failure {
  kind: 'unavailable' | 'throttled';
  retryAfterMs: number | undefined;
}

/** The one key of the rate limit. */
const ALL = '';

/** @param onCircuit told when the circuit opens (true) or closes */
export function createPace(settings: PaceSettings, onCircuit: (isOpen: boolean) => void): Pace {
  const rate = createRateLimit({ perSecond: settings.ratePerSecond, burst: settings.burst });
  let limit = FIRST_LIMIT;
  let round = 0;
  let rest = { from: 0, until: 0 };
  /** In a row, with no answer in between. */
  let failures = 0;
  let throttlings = 0;

  function setFailures(count: number): void {
    const before = isOpen(failures);
    failures = count;
    if (isOpen(failures) !== before) onCircuit(!before);
  }

  const restsUntil = (now: number) => (now < rest.from ? 0 : rest.until);

  return {
    allowed: () => (isOpen(failures) ? FIRST_LIMIT : limit),
    restsUntil,
    isOpen: () => isOpen(failures),
    round: () => round,
    waitForToken: (now) => Math.ceil(rate.wait(ALL, now) * 1_000),
    takeToken: (now) => Math.ceil(rate.take(ALL, now) * 1_000),
    succeeded() {
      setFailures(0);
      throttlings = 0;
      limit = afterSuccess(limit, settings.maxInFlight);
    },
    refused(startedIn) {
      setFailures(0);
      throttlings = 0;
      const isNews = startedIn === round;
      if (isNews) round += 1;
      return isNews;
    },
    failed({ kind, retryAfterMs }, startedIn, now, random) {
      if (startedIn === round) {
        round += 1;
        if (kind === 'throttled') {
          throttlings += 1;
          limit = afterThrottling(limit);
        } else {
          setFailures(failures + 1);
          if (isOpen(failures)) limit = FIRST_LIMIT;
        }
      }
      const inARow = Math.max(failures + throttlings - 1, 0);
      const delay = retryDelay(inARow, retryAfterMs, random, settings);
      rest = { from: now, until: Math.max(restsUntil(now), now + delay) };
    },
  };
}
