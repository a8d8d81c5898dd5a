import type { Config } from '../config/config.ts';
import { compileBearer } from './bearer.ts';
import { readAddress } from './client.ts';
import type { Incoming } from './exchange.ts';
import type { Trust } from './proxies.ts';
import type { RateLimits } from './rate-limits.ts';

/** Whether who sends a request has the key; or how long they must wait, whatever they have. */
export type KeyVerdict = 'right' | 'wrong' | { retryAfterS: number };

/** Makes the check of one key; without a key nobody has it. */
export type KeyGuard = (key: string | undefined) => (request: Incoming) => KeyVerdict;

export interface KeyGuardOptions {
  config: Pick<Config, 'clientAddress'>;
  trust: Trust;
  limits: Pick<RateLimits, 'key'>;
}

/** For every route with a key, so that guessing at one counts at all of them. */
export function createKeyGuard({ config, trust, limits }: KeyGuardOptions): KeyGuard {
  return (key) => {
    const isKey = compileBearer(key);
    return (request) => {
      const isRight = isKey(request.header('authorization'));
      const address = readAddress(request, config.clientAddress, trust);
      const retryAfterS = limits.key(isRight, address, request.receivedAt);
      if (retryAfterS > 0) return { retryAfterS };
      return isRight ? 'right' : 'wrong';
    };
  };
}
