import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { apply, call, conversion, DAY_MS, errorsOf, faultOf } from '../test-support/ads.ts';
import {
  authorize,
  CHALLENGE,
  code,
  redemption,
  refreshing,
  refusalOf,
  SCOPE,
  token,
  VERIFIER,
} from '../test-support/oauth.ts';
import type { Seed } from '../world/seed.ts';

const NOW = Date.parse('2026-11-10T12:00:00Z');

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => {
  sandbox.reset();
  sandbox.setClock({ now: NOW });
});
afterAll(() => sandbox.close());

const after = (seconds: number) => sandbox.setClock({ now: NOW + seconds * 1000 });
const web = { client_id: 'sandbox-web-app' };

describe('the code grant', () => {
  test('O11 gives an opaque token that the API takes until it expires', async () => {
    const { status, body } = await token(sandbox, redemption(await code(sandbox)));
    expect(status).toBe(200);
    expect(body).toEqual({
      token_type: 'Bearer',
      scope: SCOPE,
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.any(String),
      refresh_token: expect.any(String),
    });
    const headers = { authorization: `Bearer ${body.access_token}` };
    const send = () =>
      call(
        sandbox,
        'OfflineConversions/Apply',
        { OfflineConversions: [conversion({ ConversionTime: '2026-11-10T11:00:00Z' })] },
        headers,
      );
    expect(errorsOf(await send())).toEqual([]);
    after(3700);
    expect(faultOf(await send())).toEqual([401, 'AdApiFaultDetail', 109]);
  });

  test.each<[string, Record<string, string | undefined>, unknown[]]>([
    ['O3 unknown code', { code: 'x' }, [400, 'invalid_grant', 70000]],
    ['O3 no code', { code: undefined }, [400, 'invalid_grant', 70000]],
    ['O3 code of another client', { ...web, client_secret: 'sandbox-secret' }, [400, 'invalid_grant', 70000]],
    ['O7 no verifier', { code_verifier: undefined }, [400, 'invalid_grant', 501481]],
    ['O7 wrong verifier', { code_verifier: 'w'.repeat(43) }, [400, 'invalid_grant', 501481]],
    ['O7 the challenge as verifier', { code_verifier: CHALLENGE }, [400, 'invalid_grant', 501481]],
    ['O8 another redirect_uri', { redirect_uri: 'http://localhost:8400/' }, [400, 'invalid_grant', 70000]],
    ['O8 no redirect_uri', { redirect_uri: undefined }, [400, 'invalid_grant', 70000]],
    ['O9 scope beyond the consented', { scope: `${SCOPE} openid` }, [400, 'invalid_grant', 70000]],
    ['O5 no grant_type', { grant_type: undefined }, [400, 'invalid_request', 900144]],
    ['O5 unknown grant_type', { grant_type: 'password' }, [400, 'unsupported_grant_type', 70003]],
    ['O5 client_credentials', { grant_type: 'client_credentials' }, [400, 'unauthorized_client', 700016]],
    ['O6 public application with a secret', { client_secret: 's' }, [400, 'invalid_request', 700025]],
    ['unknown application', { client_id: 'x' }, [400, 'unauthorized_client', 700016]],
    ['no client_id', { client_id: undefined }, [400, 'invalid_request', 900144]],
  ])('%s', async (_rule, change, expected) => {
    expect(refusalOf(await token(sandbox, redemption(await code(sandbox), change)))).toEqual(expected);
  });

  test('O3 a code works once', async () => {
    const once = redemption(await code(sandbox));
    expect((await token(sandbox, once)).status).toBe(200);
    expect(refusalOf(await token(sandbox, once))).toEqual([400, 'invalid_grant', 54005]);
  });

  test.each([
    [240, undefined],
    [360, [400, 'invalid_grant', 70008]],
  ])('O3 a code after %i s', async (seconds, expected) => {
    const values = redemption(await code(sandbox));
    after(seconds);
    const reply = await token(sandbox, values);
    if (expected) expect(refusalOf(reply)).toEqual(expected);
    else expect(reply.status).toBe(200);
  });

  test('O3 another lifetime, by knob', async () => {
    sandbox.seed({ knobs: { codeLifetimeS: 600 } });
    const values = redemption(await code(sandbox));
    after(360);
    expect((await token(sandbox, values)).status).toBe(200);
  });

  test('O4 only a form', async () => {
    const body = JSON.stringify(redemption(await code(sandbox)));
    const headers = { 'content-type': 'application/json' };
    expect(refusalOf(await token(sandbox, {}, { body, headers }))).toEqual([400, 'invalid_request', 900144]);
    expect(sandbox.requests().at(-1)?.body).toBe('(redacted)');
  });

  test('O7 plain, also when no method is named; without a challenge no verifier is needed', async () => {
    const plain = await code(sandbox, { code_challenge: VERIFIER, code_challenge_method: undefined });
    expect((await token(sandbox, redemption(plain))).status).toBe(200);
    const none = await code(sandbox, { code_challenge: undefined, code_challenge_method: undefined });
    expect((await token(sandbox, redemption(none, { code_verifier: undefined }))).status).toBe(200);
  });

  test('O10 no offline_access, no refresh token; openid gives an id_token', async () => {
    const scope = 'openid https://ads.microsoft.com/msads.manage';
    const { body } = await token(sandbox, redemption(await code(sandbox, { scope }), { scope }));
    expect(body.refresh_token).toBeUndefined();
    const [, claims] = body.id_token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      aud: 'sandbox-app',
      preferred_username: 'sam@example.com',
    });
  });

  test('O9 a token whose scope lacks msads.manage does not open the API', async () => {
    const scope = 'https://ads.microsoft.com/bingads.manage';
    const { body } = await token(sandbox, redemption(await code(sandbox, { scope }), { scope }));
    const headers = { authorization: `Bearer ${body.access_token}` };
    expect(faultOf(await call(sandbox, 'OfflineConversions/Apply', {}, headers))).toEqual([
      401,
      'AdApiFaultDetail',
      3101,
    ]);
  });
});

describe('O6 a web application', () => {
  const expired: Seed = {
    apps: [{ clientId: 'sandbox-web-app', secret: 'sandbox-secret', secretExpiresAt: NOW }],
  };
  test.each<[string, string | undefined, unknown[], Seed?]>([
    ['missing secret', undefined, [401, 'invalid_client', 7000218]],
    ['wrong secret', 'x', [401, 'invalid_client', 7000215]],
    ['wrong secret, by knob', 'x', [400, 'invalid_client', 7000215], { knobs: { clientErrorStatus: 400 } }],
    ['expired secret', 'sandbox-secret', [401, 'invalid_client', 7000222], expired],
  ])('%s', async (_what, client_secret, expected, seed) => {
    const given = await code(sandbox, web);
    sandbox.seed(seed ?? {});
    expect(refusalOf(await token(sandbox, redemption(given, { ...web, client_secret })))).toEqual(expected);
  });

  test('with its secret', async () => {
    const values = redemption(await code(sandbox, web), { ...web, client_secret: 'sandbox-secret' });
    expect((await token(sandbox, values)).status).toBe(200);
  });
});

describe('the refresh grant', () => {
  const first = 'sandbox-refresh-token';

  test('O12 each refresh gives a new token; the old one keeps working', async () => {
    const second = (await token(sandbox, refreshing(first))).body.refresh_token;
    expect(second).not.toBe(first);
    expect((await token(sandbox, refreshing(second))).status).toBe(200);
    expect((await token(sandbox, refreshing(first))).status).toBe(200);
  });

  test('O12 strict: the old one dies with the first use of the new one', async () => {
    sandbox.seed({ knobs: { strictRotation: true } });
    const second = (await token(sandbox, refreshing(first))).body.refresh_token;
    // An answer that was lost on the way: the old one still works.
    expect((await token(sandbox, refreshing(first))).status).toBe(200);
    expect((await token(sandbox, refreshing(second))).status).toBe(200);
    expect(refusalOf(await token(sandbox, refreshing(first)))).toEqual([400, 'invalid_grant', 70000]);
  });

  test.each([
    ['password-changed', [400, 'invalid_grant', 50173]],
    ['revoked', [400, 'invalid_grant', 70000]],
    ['mfa', [400, 'interaction_required', 50076]],
    ['consent-withdrawn', [400, 'invalid_grant', 65001]],
  ] as const)('O13 %s; a new sign-in works again', async (reason, expected) => {
    sandbox.seed({ revocations: [{ userName: 'sam@example.com', reason }] });
    expect(refusalOf(await token(sandbox, refreshing(first)))).toEqual(expected);
    const { body } = await token(sandbox, redemption(await code(sandbox)));
    expect((await token(sandbox, refreshing(body.refresh_token))).status).toBe(200);
  });

  test('O13 of one user only', async () => {
    sandbox.seed({ revocations: [{ userName: 'other@example.com', reason: 'revoked' }] });
    expect((await token(sandbox, refreshing(first))).status).toBe(200);
  });

  test.each([
    [89, 200],
    [91, 400],
  ])('O13 unused for %i days', async (days, status) => {
    const { body } = await token(sandbox, redemption(await code(sandbox)));
    after((days * DAY_MS) / 1000);
    const reply = await token(sandbox, refreshing(body.refresh_token));
    expect(reply.status).toBe(status);
    if (status === 400) expect(refusalOf(reply)).toEqual([400, 'invalid_grant', 700082]);
  });

  test.each<[string, Record<string, string | undefined>, unknown[]]>([
    ['O13 of another client', { ...web, client_secret: 'sandbox-secret' }, [400, 'invalid_grant', 70000]],
    ['unknown', { refresh_token: 'x' }, [400, 'invalid_grant', 70000]],
    ['O9 scope beyond', { scope: 'https://graph.microsoft.com/mail.read' }, [400, 'invalid_grant', 70000]],
  ])('%s', async (_rule, change, expected) => {
    expect(refusalOf(await token(sandbox, refreshing(first, change)))).toEqual(expected);
  });

  test('without a scope: all that was agreed to', async () => {
    const { body } = await token(sandbox, refreshing(first, { scope: undefined }));
    expect(body).toMatchObject({ scope: SCOPE, refresh_token: expect.any(String) });
  });

  test('O15 too many refreshes', async () => {
    sandbox.seed({ knobs: { refreshesPerMinute: 2 } });
    await token(sandbox, refreshing(first));
    await token(sandbox, refreshing(first));
    expect(refusalOf(await token(sandbox, refreshing(first)))).toEqual([400, 'invalid_grant', 50196]);
    after(120);
    expect((await token(sandbox, refreshing(first))).status).toBe(200);
  });

  test('O16 an outage, by a fault switch', async () => {
    sandbox.setFaults([
      { match: { path: '*/token' }, status: 503, body: { error: 'server_error' }, times: 1 },
    ]);
    expect((await token(sandbox, refreshing(first))).status).toBe(503);
    expect((await token(sandbox, refreshing(first))).status).toBe(200);
  });
});

test('O14 every field of an error', async () => {
  const { body } = await token(sandbox, refreshing('x'));
  expect(body).toEqual({
    error: 'invalid_grant',
    error_description: expect.stringMatching(
      /^AADSTS70000: .+\r\nTrace ID: [0-9a-f-]{36}\r\nCorrelation ID: [0-9a-f-]{36}\r\nTimestamp: 2026-11-10 12:0\d:\d\dZ$/,
    ),
    error_codes: [70000],
    timestamp: expect.stringMatching(/^2026-11-10 12:0\d:\d\dZ$/),
    trace_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    correlation_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('only POST', async () => {
  expect((await fetch(`${sandbox.url}/common/oauth2/v2.0/token`)).status).toBe(405);
});

test('O17 Google: no rotation, and a header on each call', async () => {
  const query = new URLSearchParams({
    client_id: 'sandbox-app',
    response_type: 'code',
    redirect_uri: 'http://localhost/',
    scope: 'profile email',
    access_type: 'offline',
  });
  const page = await fetch(`${sandbox.url}/o/oauth2/v2/auth?${query}`, { redirect: 'manual' });
  const given = new URL(page.headers.get('location')!).searchParams.get('code')!;
  const redeem = {
    client_id: 'sandbox-app',
    grant_type: 'authorization_code',
    code: given,
    redirect_uri: 'http://localhost/',
  };
  const { body } = await token(sandbox, redeem, {}, '/token');
  expect(body).toMatchObject({ scope: 'profile email', refresh_token: expect.any(String) });
  const refreshed = await token(sandbox, refreshing(body.refresh_token, { scope: undefined }), {}, '/token');
  expect(refreshed.status).toBe(200);
  expect(refreshed.body.refresh_token).toBeUndefined();
  const bearer = { authorization: `Bearer ${refreshed.body.access_token}` };
  const send = (headers: Record<string, string>) =>
    call(
      sandbox,
      'OfflineConversions/Apply',
      { OfflineConversions: [conversion({ ConversionTime: '2026-11-10T11:00:00Z' })] },
      headers,
    );
  expect(faultOf(await send(bearer))).toEqual([401, 'AdApiFaultDetail', 105]);
  expect(errorsOf(await send({ ...bearer, identityprovider: 'Google' }))).toEqual([]);
  sandbox.seed({ knobs: { identityProviderHeader: false } });
  expect(errorsOf(await send(bearer))).toEqual([]);
  expect((await token(sandbox, refreshing('x'), {}, '/token')).body).toEqual({
    error: 'invalid_grant',
    error_description: expect.any(String),
  });
});

test('secrets are not kept in the log', async () => {
  const { body } = await token(
    sandbox,
    redemption(await code(sandbox, web), { ...web, client_secret: 'sandbox-secret' }),
  );
  await token(sandbox, refreshing(body.refresh_token, { ...web, client_secret: 'sandbox-secret' }));
  await authorize(sandbox);
  const log = JSON.stringify(sandbox.requests());
  for (const secret of [body.access_token, body.refresh_token, 'sandbox-secret', VERIFIER]) {
    expect(log).not.toContain(secret);
  }
  expect(sandbox.requests()[1]?.body).toContain('grant_type=authorization_code');
  expect((await apply(sandbox, conversion({ ConversionTime: '2026-11-10T11:00:00Z' }))).status).toBe(200);
});
