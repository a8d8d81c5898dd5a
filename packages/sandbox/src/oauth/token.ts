import { createHash, randomUUID } from 'node:crypto';
import { type Answer, json } from '../answer.ts';
import type { State } from '../state.ts';
import type { App } from '../world/seed.ts';
import type { Code, Grant, RefreshToken } from './grants.ts';
import { splitScope } from './scope.ts';
import { googleTokenError, type TokenError, tokenError } from './token-error.ts';

export interface TokenCall {
  contentType: string | undefined;
  body: string;
  provider: Grant['provider'];
}

/** Of an access token, seconds. Microsoft says 3600 or 3599. */
const ACCESS_TOKEN_LIFETIME_S = 3599;
/** Of a refresh token that is not used, ms: 90 days. */
const REFRESH_TOKEN_LIFETIME_MS = 90 * 86_400_000;
const MINUTE_MS = 60_000;

/** What is given, or why not. */
type Issue = { grant: Grant; scope: string[]; parent?: string } | TokenError;

/** `POST …/token`: the grants `authorization_code` and `refresh_token`. Rules O3 to O15. */
export function token({ contentType = '', body, provider }: TokenCall, state: State): Answer {
  const now = state.clock.now();
  const isForm = /^application\/x-www-form-urlencoded\s*(?:;|$)/i.test(contentType);
  const issue = isForm
    ? read(new URLSearchParams(body), state, now)
    : invalidRequest(900144, "The request body must contain the parameter 'grant_type'.");
  if ('error' in issue) return provider === 'google' ? googleTokenError(issue) : tokenError(issue, now);
  return give(issue, state, now);
}

function read(form: URLSearchParams, state: State, now: number): Issue {
  const type = form.get('grant_type');
  if (!type) return invalidRequest(900144, "The request body must contain the parameter 'grant_type'.");
  if (type === 'client_credentials') {
    const text = 'The application has no permission of its own for this API; a user must sign in.';
    return { error: 'unauthorized_client', code: 700016, text };
  }
  if (type !== 'authorization_code' && type !== 'refresh_token') {
    return {
      error: 'unsupported_grant_type',
      code: 70003,
      text: `The grant type '${type}' is not supported.`,
    };
  }
  const app = state.world.apps.find(({ clientId }) => clientId === form.get('client_id'));
  const refusal = app ? refuseApp(app, form, state, now) : unknownApp(form);
  if (refusal) return refusal;
  return type === 'refresh_token' ? refresh(form, state, now) : redeem(form, state, now);
}

function unknownApp(form: URLSearchParams): TokenError {
  const id = form.get('client_id');
  if (!id) return invalidRequest(900144, "The request body must contain the parameter 'client_id'.");
  const text = `Application with identifier '${id}' was not found.`;
  return { error: 'unauthorized_client', code: 700016, text };
}

/** Rule O6: web applications have a secret, public ones must not send one. */
function refuseApp(app: App, form: URLSearchParams, state: State, now: number): TokenError | undefined {
  const secret = form.get('client_secret');
  const status = state.world.knobs.clientErrorStatus;
  if (app.secret === undefined) {
    return secret === null
      ? undefined
      : invalidRequest(700025, 'Client is public so a client_secret must not be presented.');
  }
  const refuse = (code: number, text: string) => ({ error: 'invalid_client', code, text, status });
  if (secret === null) return refuse(7000218, "The request body must contain the parameter 'client_secret'.");
  if (secret !== app.secret) return refuse(7000215, 'Invalid client secret provided.');
  if (app.secretExpiresAt !== undefined && now >= app.secretExpiresAt) {
    return refuse(7000222, 'The provided client secret keys are expired.');
  }
  return undefined;
}

function redeem(form: URLSearchParams, state: State, now: number): Issue {
  const code = state.grants.code(form.get('code') ?? '');
  if (!code || code.grant.clientId !== form.get('client_id')) {
    return invalidGrant(70000, 'The provided authorization code is not valid.');
  }
  if (code.used) return invalidGrant(54005, 'OAuth2 Authorization code was already redeemed.');
  if (now >= code.issuedAt + state.world.knobs.codeLifetimeS * 1000) {
    return invalidGrant(70008, 'The provided authorization code has expired.');
  }
  if (form.get('redirect_uri') !== code.redirectUri) {
    return invalidGrant(70000, 'The redirect_uri is not the one that the code was given for.');
  }
  if (!provesChallenge(code, form.get('code_verifier'))) {
    return invalidGrant(501481, 'The Code_Verifier does not match the code_challenge.');
  }
  const issue = narrowed(code.grant, form);
  if (!('error' in issue)) code.used = true;
  return issue;
}

/** Rule O7. */
function provesChallenge({ challenge, challengeMethod }: Code, verifier: string | null): boolean {
  if (challenge === undefined) return true;
  if (verifier === null) return false;
  if (challengeMethod === 'plain') return verifier === challenge;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}

function refresh(form: URLSearchParams, state: State, now: number): Issue {
  const used = state.grants.refreshToken(form.get('refresh_token') ?? '');
  if (!used || used.grant.clientId !== form.get('client_id')) {
    return invalidGrant(70000, 'The provided refresh token is not valid for this application.');
  }
  const { strictRotation, refreshesPerMinute } = state.world.knobs;
  const refreshes = state.refreshes.count(used.grant.userName, now, MINUTE_MS);
  if (refreshesPerMinute !== null && refreshes > refreshesPerMinute) {
    return invalidGrant(50196, 'The request was stopped because the client is in a loop.');
  }
  const refusal = refuseRefreshToken(used, now);
  if (refusal) return refusal;
  const issue = narrowed(used.grant, form);
  if ('error' in issue) return issue;
  const parent = strictRotation && used.parent !== undefined && state.grants.refreshToken(used.parent);
  if (parent) parent.revoked ??= 'revoked';
  return { ...issue, parent: used.token };
}

/** Rule O13. */
function refuseRefreshToken({ revoked, issuedAt }: RefreshToken, now: number): TokenError | undefined {
  switch (revoked) {
    case 'password-changed':
      return invalidGrant(
        50173,
        'The grant has expired because the password was changed. A new sign-in is needed.',
      );
    case 'revoked':
      return invalidGrant(70000, 'The refresh token has been revoked.');
    case 'mfa':
      return { error: 'interaction_required', code: 50076, text: 'Multi-factor authentication is needed.' };
    case 'consent-withdrawn':
      return invalidGrant(65001, 'The user has not consented to the use of the application.');
  }
  if (now >= issuedAt + REFRESH_TOKEN_LIFETIME_MS) {
    return invalidGrant(700082, 'The refresh token has expired due to inactivity.');
  }
  return undefined;
}

/** Rule O9: what is asked for must lie within what was agreed to; nothing asked for is all of it. */
function narrowed(grant: Grant, form: URLSearchParams): Issue {
  const asked = splitScope(form.get('scope') ?? '');
  const beyond = asked.find((name) => !grant.scope.includes(name));
  if (beyond) return invalidGrant(70000, `The scope '${beyond}' was not consented to.`);
  return { grant, scope: asked.length > 0 ? asked : grant.scope };
}

function give({ grant, scope, parent }: Exclude<Issue, TokenError>, state: State, now: number): Answer {
  const isGoogle = grant.provider === 'google';
  const accessToken = state.grants.addAccessToken({ ...grant, scope }, now + ACCESS_TOKEN_LIFETIME_S * 1000);
  // Google gives a refresh token with the code only, and goes on taking it.
  const mayRefresh = isGoogle ? parent === undefined : scope.includes('offline_access');
  return json(200, {
    token_type: 'Bearer',
    scope: scope.join(' '),
    expires_in: ACCESS_TOKEN_LIFETIME_S,
    ...(isGoogle ? {} : { ext_expires_in: ACCESS_TOKEN_LIFETIME_S }),
    access_token: accessToken,
    ...(mayRefresh ? { refresh_token: state.grants.addRefreshToken(grant, now, parent) } : {}),
    ...(scope.includes('openid') ? { id_token: idToken(grant, now) } : {}),
  });
}

/** Unsigned: clients of the API need not read it. */
function idToken({ clientId, userName }: Grant, now: number): string {
  const seconds = Math.floor(now / 1000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = {
    aud: clientId,
    preferred_username: userName,
    iat: seconds,
    exp: seconds + 3600,
    jti: randomUUID(),
  };
  return `${part({ typ: 'JWT', alg: 'none' })}.${part(claims)}.`;
}

function invalidGrant(code: number, text: string): TokenError {
  return { error: 'invalid_grant', code, text };
}

function invalidRequest(code: number, text: string): TokenError {
  return { error: 'invalid_request', code, text };
}
