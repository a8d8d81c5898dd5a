import type { Config } from '../config/config.ts';
import { createRateLimit, type Rate, type RateLimit, UNLIMITED } from '../token-bucket.ts';
import { networkOf } from './network-of.ts';
import { isPrivateAddress } from './private-address.ts';

/** The limits of the setting `rateLimits`. Each answer is the time to wait, s; 0: go on. */
export interface RateLimits {
  /** A request to a browser route. */
  browser(siteId: string, address: string | undefined, now: number): number;
  /** What the request held, once that is known: who sends many events has fewer requests. */
  browserEvents(count: number, address: string | undefined, now: number): void;
  /** A request to a server route, with a right key. */
  server(tagId: string, now: number): number;
  /**
   * A request with a key, right or wrong, of a server or an operator. Guessing is slow: an address
   * that was wrong too often waits, with the right key too.
   */
  key(isRight: boolean, address: string | undefined, now: number): number;
}

/** A request with more events counts as several; the pixel's own hardly ever have more. */
const EVENTS_PER_REQUEST = 100;

/** The one key of a limit for everybody. */
const ALL = '';

export function createRateLimits({
  rateLimits,
  clientAddress,
}: Pick<Config, 'rateLimits' | 'clientAddress'>): RateLimits {
  const perClient = limitOf(rateLimits.perClient);
  const perSite = limitOf(rateLimits.perSite);
  const perServerKey = limitOf(rateLimits.perServerKey);
  const overall = limitOf(rateLimits.overall);
  const failedKeys = limitOf(rateLimits.failedKeys);

  /**
   * True for an address that many may have in common: of a proxy that the config does not name. One
   * visitor must not use up what all of them may do.
   */
  const isShared = (address: string | undefined) =>
    address === undefined || (!clientAddress && isPrivateAddress(address));

  return {
    browser(siteId, address, now) {
      // Only who has used up a bucket is looked at more closely: it costs nothing otherwise.
      const wait = address === undefined ? 0 : perClient.take(networkOf(address), now);
      if (wait > 0 && !isShared(address)) return wait;
      return perSite.take(siteId, now) || overall.take(ALL, now);
    },
    browserEvents(count, address, now) {
      const further = Math.ceil(count / EVENTS_PER_REQUEST) - 1;
      if (further > 0 && address !== undefined) perClient.spend(networkOf(address), further, now);
    },
    server: (tagId, now) => perServerKey.take(tagId, now) || overall.take(ALL, now),
    key(isRight, address, now) {
      const network = address === undefined ? ALL : networkOf(address);
      if (!isRight) return failedKeys.take(network, now);
      return isShared(address) ? 0 : failedKeys.wait(network, now);
    },
  };
}

export type LimitName = 'browser' | 'server' | 'key';

/** The same, and each wait that it asks for is told. */
export function tellLimited(
  limits: RateLimits,
  { onLimited }: { onLimited(limit: LimitName): void },
): RateLimits {
  const told = (limit: LimitName, wait: number) => {
    if (wait > 0) onLimited(limit);
    return wait;
  };
  return {
    ...limits,
    browser: (siteId, address, now) => told('browser', limits.browser(siteId, address, now)),
    server: (tagId, now) => told('server', limits.server(tagId, now)),
    key: (isRight, address, now) => told('key', limits.key(isRight, address, now)),
  };
}

function limitOf(rate: Rate | false): RateLimit {
  return rate ? createRateLimit(rate) : UNLIMITED;
}
