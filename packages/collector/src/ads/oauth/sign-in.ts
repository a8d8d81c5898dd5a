import { createHash, randomBytes } from 'node:crypto';
import { type OAuthApp, PATH, SCOPE } from './app.ts';

/** One attempt of a person to sign in: authorization code with PKCE (RFC 7636) and state. */
export interface SignIn {
  /** To be opened in a browser. */
  address: string;
  redirectUri: string;
  verifier: string;
  state: string;
}

/** 43 characters each, the shortest that RFC 7636 allows for a verifier. */
const RANDOM_BYTES = 32;

export function startSignIn(app: OAuthApp, redirectUri: string): SignIn {
  const verifier = randomBytes(RANDOM_BYTES).toString('base64url');
  const state = randomBytes(RANDOM_BYTES).toString('base64url');
  const query = new URLSearchParams({
    client_id: app.clientId,
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: redirectUri,
    scope: SCOPE,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    // Whoever signs in for the collector may be signed in to the browser as somebody else.
    prompt: 'select_account',
  });
  return { address: `${app.url}${PATH}/authorize?${query}`, redirectUri, verifier, state };
}

export type Redirect = { kind: 'code'; code: string } | { kind: 'refused'; message: string };

/**
 * What the browser was sent back with.
 *
 * @param query of the address that it came back to
 */
export function readRedirect(query: URLSearchParams, { state }: SignIn): Redirect {
  // Somebody else's answer must not become our sign-in.
  if (query.get('state') !== state) {
    return { kind: 'refused', message: 'this answer belongs to another sign-in: start again' };
  }
  const error = query.get('error');
  const code = query.get('code');
  if (error === 'access_denied') return { kind: 'refused', message: 'the sign-in was declined' };
  if (error !== null || !code)
    return { kind: 'refused', message: `the sign-in failed (${error ?? 'no code'})` };
  return { kind: 'code', code };
}
