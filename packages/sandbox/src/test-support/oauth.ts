import { createHash } from 'node:crypto';
import type { Sandbox } from '../sandbox.ts';

export const REDIRECT = 'http://localhost:8400/callback';
export const SCOPE = 'https://ads.microsoft.com/msads.manage offline_access';
export const VERIFIER = 'v'.repeat(43);
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url');

type Values = Record<string, string | undefined>;

/** Leaves out what is undefined. */
export function form(values: Values): URLSearchParams {
  const given = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given);
}

export function authorizeUrl(sandbox: Sandbox, changes: Values = {}): string {
  const query = form({
    client_id: 'sandbox-app',
    response_type: 'code',
    redirect_uri: REDIRECT,
    scope: SCOPE,
    state: 'state-1',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...changes,
  });
  return `${sandbox.url}/common/oauth2/v2.0/authorize?${query}`;
}

/** Goes to the authorize page; the redirect is not followed. */
export async function authorize(sandbox: Sandbox, changes: Values = {}, init: RequestInit = {}) {
  const response = await fetch(authorizeUrl(sandbox, changes), { redirect: 'manual', ...init });
  const location = response.headers.get('location');
  return {
    status: response.status,
    text: await response.text(),
    url: location ? new URL(location) : undefined,
  };
}

export async function token(
  sandbox: Sandbox,
  values: Values,
  init: RequestInit = {},
  path = '/common/oauth2/v2.0/token',
) {
  const response = await fetch(sandbox.url + path, { method: 'POST', body: form(values), ...init });
  // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes.
  return { status: response.status, body: (await response.json()) as any };
}

/** What redeems a code of `authorize`. */
export const redemption = (code: string, changes: Values = {}): Values => ({
  client_id: 'sandbox-app',
  grant_type: 'authorization_code',
  code,
  redirect_uri: REDIRECT,
  scope: SCOPE,
  code_verifier: VERIFIER,
  ...changes,
});

export const refreshing = (refreshToken: string, changes: Values = {}): Values => ({
  client_id: 'sandbox-app',
  grant_type: 'refresh_token',
  refresh_token: refreshToken,
  scope: SCOPE,
  ...changes,
});

/** A fresh code. */
export async function code(sandbox: Sandbox, changes: Values = {}): Promise<string> {
  const { url } = await authorize(sandbox, changes);
  return url!.searchParams.get('code')!;
}

/** `[status, error, number]` of a refusal. */
export const refusalOf = ({ status, body }: Awaited<ReturnType<typeof token>>) => [
  status,
  body.error,
  body.error_codes?.[0],
];
