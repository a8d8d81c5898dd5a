import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import type { Config } from '../../config/config.ts';
import { readAddress } from '../../ingest/client.ts';
import type { Incoming } from '../../ingest/exchange.ts';
import { ownAddress } from '../../ingest/own-address.ts';
import type { Trust } from '../../ingest/proxies.ts';
import type { RateLimits } from '../../ingest/rate-limits.ts';
import type { Principal } from '../operation.ts';
import { credentialsOf } from './credentials.ts';
import { requestOrigin } from './request-origin.ts';
import { SESSION_MS } from './session-cookie.ts';

/** Why somebody gets no further. */
export type Denied =
  /** No token, a wrong one, or a session that has ended. */
  | { denied: 'unknown' }
  /** An address that was wrong too often waits, with the right token too. */
  | { denied: 'limited'; retryAfterS: number }
  /** Another site's page would act in the name of who is signed in here. */
  | { denied: 'foreign' };

export interface Access {
  /** Who sends the request, by token or by the page's cookie. */
  admit(request: Incoming): { principal: Principal } | Denied;
  /** Exchanges a token for a session: the value of `Set-Cookie`. */
  signIn(request: Incoming, token: string): { cookie: string } | Denied;
  /** The value of `Set-Cookie` that ends the session in this browser. */
  signOut(request: Incoming): { cookie: string } | Denied;
}

export interface AccessOptions {
  config: Pick<Config, 'adminToken' | 'readTokens' | 'clientAddress'>;
  trust: Trust;
  limits: Pick<RateLimits, 'key'>;
}

const COOKIE = 'capi_admin';

/** No form and no image of another site can send it, and a script of one only after asking, which nothing here allows. */
const CSRF_HEADER = 'x-capi-admin';

const UNKNOWN: Denied = { denied: 'unknown' };
const FOREIGN: Denied = { denied: 'foreign' };

/** Decides for everything at and below `/admin`. */
export function createAccess({ config, trust, limits }: AccessOptions): Access {
  const credentials = credentialsOf(config);

  function byToken(
    request: Incoming,
    authorization: string,
  ): { found: (typeof credentials)[number] } | Denied {
    // All are compared: the time tells nothing.
    const [found] = credentials.filter(({ isToken }) => isToken(authorization));
    const address = readAddress(request, config.clientAddress, trust);
    const retryAfterS = limits.key(found !== undefined, address, request.receivedAt);
    if (retryAfterS > 0) return { denied: 'limited', retryAfterS };
    return found ? { found } : UNKNOWN;
  }

  function bySession(request: Incoming): { principal: Principal } | Denied {
    const value = parseCookie(request.header('cookie') ?? '')[COOKIE];
    const found =
      value === undefined
        ? undefined
        : credentials.find(({ session }) => session.isValid(value, request.receivedAt));
    if (!found) return UNKNOWN;
    const isReading = request.method === 'GET' || request.method === 'HEAD';
    const isFromPage = requestOrigin(request, trust) === 'own' && request.header(CSRF_HEADER) === '1';
    return isReading || isFromPage ? { principal: found.principal } : FOREIGN;
  }

  /**
   * Without a path the cookie is for the folder it was set from, so it follows the mount. Other
   * sites' pages never send it.
   */
  const cookie = (request: Incoming, value: string, maxAge: number) => ({
    cookie: stringifySetCookie({
      name: COOKIE,
      value,
      maxAge,
      httpOnly: true,
      sameSite: 'strict',
      secure: ownAddress(request, trust).secure,
    } satisfies SetCookie),
  });

  return {
    admit(request) {
      const authorization = request.header('authorization');
      if (authorization === undefined) return bySession(request);
      const known = byToken(request, authorization);
      return 'found' in known ? { principal: known.found.principal } : known;
    },
    signIn(request, token) {
      if (requestOrigin(request, trust) === 'foreign') return FOREIGN;
      const known = byToken(request, `Bearer ${token}`);
      return 'found' in known
        ? cookie(request, known.found.session.sign(request.receivedAt), SESSION_MS / 1_000)
        : known;
    },
    signOut: (request) => (requestOrigin(request, trust) === 'foreign' ? FOREIGN : cookie(request, '', 0)),
  };
}
