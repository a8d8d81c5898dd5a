import { isRecord } from '@uet-capi/protocol';
import { request } from 'undici';
import { firstValue } from '../../destinations/answer-text.ts';
import { readRetryAfter } from '../../destinations/retry-after.ts';
import { API_SCOPE, type OAuthApp, PATH, SCOPE } from './app.ts';
import { type RefusalClass, refusalOf } from './refusals.ts';

export interface GivenTokens {
  accessToken: string;
  /** Undefined: the one used goes on. */
  refreshToken: string | undefined;
  /** s. */
  expiresInS: number;
}

export type TokenAnswer =
  | ({ kind: 'given' } & GivenTokens)
  /** `message` holds no secret. */
  | { kind: 'refused'; class: RefusalClass; message: string; retryAfterMs: number | undefined };

/** Microsoft's are below 5 kB; what is longer is somebody else's. Bytes. */
const MAX_ANSWER_BYTES = 100_000;

/** Exchanges the code of a sign-in. It is good once, for minutes. */
export function redeemCode(
  app: OAuthApp,
  { code, redirectUri, verifier }: { code: string; redirectUri: string; verifier: string },
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const grant = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUri,
    code_verifier: verifier,
  };
  return askForTokens(app, grant, signal);
}

export function refreshTokens(
  app: OAuthApp,
  refreshToken: string,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  return askForTokens(app, { grant_type: 'refresh_token', refresh_token: refreshToken }, signal);
}

async function askForTokens(
  app: OAuthApp,
  grant: Record<string, string>,
  signal: AbortSignal,
): Promise<TokenAnswer> {
  const form = new URLSearchParams({
    client_id: app.clientId,
    scope: SCOPE,
    ...grant,
    ...(app.clientSecret !== undefined && { client_secret: app.clientSecret }),
  });
  try {
    const { statusCode, headers, body } = await request(`${app.url}${PATH}/token`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
        'accept-encoding': 'identity',
      },
      body: form.toString(),
      signal,
    });
    const length = Number(headers['content-length'] ?? 0);
    if (length > MAX_ANSWER_BYTES) {
      await body.dump();
      return unavailable(`HTTP ${statusCode}, and more than tokens`);
    }
    const answer: unknown = await body.json().catch(() => undefined);
    return readTokens(statusCode, answer, readRetryAfter(firstValue(headers['retry-after']), Date.now()));
  } catch (error) {
    // Its text may repeat what was sent.
    const name = (error as { code?: unknown }).code;
    return unavailable(typeof name === 'string' ? name : 'no answer');
  }
}

function readTokens(status: number, answer: unknown, retryAfterMs: number | undefined): TokenAnswer {
  if (!isRecord(answer)) return unavailable(`HTTP ${status}`, retryAfterMs);
  const { error, error_codes: codes, access_token: accessToken, refresh_token: refreshToken } = answer;
  if (typeof error === 'string') {
    const numbers = Array.isArray(codes) ? codes.filter((code) => typeof code === 'number') : [];
    const { class: kind, advice } = refusalOf(error, numbers);
    const said = [error, ...numbers.map((code) => `AADSTS${code}`)].join(', ');
    return { kind: 'refused', class: kind, message: `${said}: ${advice}`, retryAfterMs };
  }
  const expiresInS = Number(answer.expires_in);
  if (typeof accessToken !== 'string' || !accessToken || !(expiresInS > 0)) {
    return unavailable(`HTTP ${status} without tokens`, retryAfterMs);
  }
  const scopes = typeof answer.scope === 'string' ? answer.scope.split(' ') : [API_SCOPE];
  if (!scopes.includes(API_SCOPE)) {
    const message = `the token is not good for ${API_SCOPE}: run \`uet-capi auth login\` and agree to it`;
    return { kind: 'refused', class: 'sign-in', message, retryAfterMs: undefined };
  }
  return {
    kind: 'given',
    accessToken,
    refreshToken: typeof refreshToken === 'string' && refreshToken ? refreshToken : undefined,
    expiresInS,
  };
}

function unavailable(what: string, retryAfterMs?: number): TokenAnswer {
  return { kind: 'refused', class: 'retry', message: `no tokens from the sign-in: ${what}`, retryAfterMs };
}
