import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { authorize, authorizeUrl, form, REDIRECT } from '../test-support/oauth.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

describe('authorize, O1', () => {
  test.each([
    ['unknown client_id', { client_id: 'x' }, 'AADSTS700016'],
    ['no client_id', { client_id: undefined }, 'AADSTS700016'],
    ['redirect_uri that is no address', { redirect_uri: 'x' }, 'AADSTS50011'],
    ['no redirect_uri', { redirect_uri: undefined }, 'AADSTS50011'],
  ])('%s: a page, no redirect', async (_what, change, code) => {
    const { status, text, url } = await authorize(sandbox, change);
    expect([status, url]).toEqual([400, undefined]);
    expect(text).toContain(code);
  });

  test('redirect_uri not registered, byte for byte', async () => {
    sandbox.seed({ apps: [{ clientId: 'sandbox-app', redirectUris: [REDIRECT] }] });
    expect((await authorize(sandbox)).status).toBe(302);
    for (const strange of [`${REDIRECT}/`, REDIRECT.toUpperCase(), `${REDIRECT}?a=1`]) {
      expect((await authorize(sandbox, { redirect_uri: strange })).status).toBe(400);
    }
  });

  test.each([
    ['response_type', { response_type: 'token' }],
    ['no response_type', { response_type: undefined }],
    ['no scope', { scope: undefined }],
    ['challenge method', { code_challenge_method: 'S512' }],
  ])('%s: invalid_request, with the state', async (_what, change) => {
    const { status, url } = await authorize(sandbox, change);
    expect(status).toBe(302);
    expect(Object.fromEntries(url!.searchParams)).toMatchObject({
      error: 'invalid_request',
      state: 'state-1',
    });
  });

  test('hostile values are text', async () => {
    const { text } = await authorize(sandbox, { client_id: '"><script>alert(1)</script>' });
    expect(text).not.toContain('<script>');
  });
});

describe('authorize, O2', () => {
  test('approves at once, with a code and the same state', async () => {
    const { status, url } = await authorize(sandbox, { state: 'a b&c=ü' });
    expect(status).toBe(302);
    expect(url!.href.startsWith(`${REDIRECT}?`)).toBe(true);
    expect(url!.searchParams.get('code')).toMatch(/^M\.C5_/);
    expect(url!.searchParams.get('state')).toBe('a b&c=ü');
  });

  test('without a state there is none in the answer; the query of the redirect stays', async () => {
    const { url } = await authorize(sandbox, { state: undefined, redirect_uri: `${REDIRECT}?own=1` });
    expect([...url!.searchParams.keys()]).toEqual(['own', 'code']);
  });

  test('as a fragment, and as a form', async () => {
    const { url } = await authorize(sandbox, { response_mode: 'fragment' });
    expect(url!.search).toBe('');
    expect(new URLSearchParams(url!.hash.slice(1)).get('state')).toBe('state-1');
    const { status, text } = await authorize(sandbox, { response_mode: 'form_post' });
    expect(status).toBe(200);
    expect(text).toMatch(
      new RegExp(`action="${REDIRECT}"[\\s\\S]*name="code"[\\s\\S]*name="state" value="state-1"`),
    );
  });

  describe('the page to sign in on', () => {
    const post = (fields: Record<string, string>, change = {}) =>
      authorize(sandbox, { prompt: 'login', ...change }, { method: 'POST', body: form(fields) });

    test.each(['login', 'consent', 'select_account'])('comes for prompt=%s', async (prompt) => {
      const { status, text } = await authorize(sandbox, { prompt });
      expect(status).toBe(200);
      expect(text).toContain('sam@example.com');
      expect(text).toContain('value="cancel"');
    });

    test('comes always, by knob', async () => {
      sandbox.seed({ knobs: { signInPage: true } });
      expect((await authorize(sandbox)).status).toBe(200);
      const { url } = await authorize(sandbox, { prompt: 'none' });
      expect(url!.searchParams.get('error')).toBe('interaction_required');
    });

    test('its form leads back with a code, or with access_denied', async () => {
      const accepted = await post({ user: 'sam@example.com', decision: 'accept' });
      expect(accepted.url!.searchParams.get('code')).toBeTruthy();
      const refused = await post({ user: 'sam@example.com', decision: 'cancel' });
      expect(Object.fromEntries(refused.url!.searchParams)).toMatchObject({
        error: 'access_denied',
        state: 'state-1',
      });
    });

    test('a user who does not exist', async () => {
      expect((await post({ user: 'eve@example.com' })).text).toContain('AADSTS50034');
    });

    test('its policy lets nothing in', async () => {
      const response = await fetch(authorizeUrl(sandbox, { prompt: 'login' }));
      expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    });
  });
});
