import type { Config } from '../config/config.ts';
import { readAddress } from './client.ts';
import type { Incoming } from './exchange.ts';
import type { Trust } from './proxies.ts';
import type { RateLimits } from './rate-limits.ts';

/** Whether who sends a request may go on; or how long they must wait, whatever they have. */
export type KeyVerdict = 'right' | 'wrong' | { retryAfterS: number };

/**
 * Judges one request with a key, of which `isRight` is known: see `compileBearer`. It is one attempt,
 * with however many keys it was compared.
 */
export type KeyGuard = (isRight: boolean, request: Incoming) => KeyVerdict;

export interface KeyGuardOptions {
  config: Pick<Config, 'clientAddress'>;
  trust: Trust;
  limits: Pick<RateLimits, 'key'>;
}

/** For every route with a key, so that guessing at one counts at all of them. */
export function createKeyGuard({ config, trust, limits }: KeyGuardOptions): KeyGuard {
  return (isRight, request) => {
    const address = readAddress(request, config.clientAddress, trust);
    const retryAfterS = limits.key(isRight, address, request.receivedAt);
    if (retryAfterS > 0) return { retryAfterS };
    return isRight ? 'right' : 'wrong';
  };
}
