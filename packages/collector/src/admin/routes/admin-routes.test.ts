import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { answerNotFound } from '../../ingest/node.ts';
import { type Received, type SendOptions, serve } from '../../ingest/testing/serve.ts';
import {
  ADMIN_TOKEN,
  createTestListener,
  READ_TOKEN,
  READ_TOKEN_ENV,
  SERVER_KEY,
} from '../../ingest/testing/test-listener.ts';
import { wrap } from '../../ingest/wrap.ts';
import { operation } from '../operation.ts';

/** Something that changes what is there, and tells what it was given. */
const CHANGE = operation({
  id: 'change',
  method: 'PUT',
  path: '/things/{id}',
  summary: 'Changes a thing.',
  tag: 'Things',
  needs: 'write',
  params: z.object({ id: z.coerce.number().int() }),
  query: z.strictObject({ word: z.string().optional() }),
  body: z.strictObject({ list: z.array(z.object({ size: z.int() })) }),
  answer: z.object({ id: z.int(), by: z.string() }),
  handle: async ({ params: { id }, principal }) =>
    id === 0
      ? { status: 404, code: 'not_found', message: 'this thing does not exist' }
      : { value: { id, by: principal.name, secret: 'not described, so it stays here' } },
});

async function start(input: object = {}) {
  const readTokens = [{ name: 'agency', tokenEnv: READ_TOKEN_ENV, sites: ['site'] }];
  const { listener, logged } = createTestListener(
    { readTokens, rateLimits: { failedKeys: false }, ...input },
    [CHANGE],
  );
  const { send } = await serve(wrap(listener, answerNotFound, '/m'));
  return { send, logged };
}

type Send = Awaited<ReturnType<typeof start>>['send'];

const JSON_TYPE = { 'content-type': 'application/json' };
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const thing = (headers: SendOptions['headers'], body: unknown = { list: [] }): SendOptions => ({
  headers: { ...JSON_TYPE, ...headers },
  body: JSON.stringify(body),
});

/** Signs in as the login form does. */
function signIn(send: Send, token: string, headers: SendOptions['headers'] = {}): Promise<Received> {
  return send('POST', '/m/admin/session', {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({ token }).toString(),
  });
}

async function sessionOf(send: Send, token = ADMIN_TOKEN): Promise<string> {
  const { headers } = await signIn(send, token);
  return headers['set-cookie']![0]!.split(';', 1)[0]!;
}

const PATHS = ['/m/admin', '/m/admin/api/session', '/m/admin/api/openapi.json', '/m/admin/assets/app.js'];

test('without a token there is nothing but the login page', async () => {
  const { send } = await start();
  const strangers: NonNullable<SendOptions['headers']>[] = [
    {},
    bearer('wrong'),
    bearer(''),
    bearer(SERVER_KEY),
    { authorization: 'Basic YWRtaW46YWRtaW4=' },
    { cookie: 'capi_admin=1.2' },
    { cookie: `capi_admin=${ADMIN_TOKEN}` },
  ];
  for (const headers of strangers) {
    for (const path of PATHS) {
      const { status, text } = await send('GET', path, { headers });
      expect([path, status]).toEqual([path, 401]);
      expect(text).not.toContain('the debugger');
      expect(text).not.toContain('start()');
    }
    // Also not what is there and what is not.
    const known = await send('PUT', '/m/admin/api/things/1', thing(headers));
    const unknown = await send('PUT', '/m/admin/api/no-such-thing', thing(headers));
    expect([known.status, unknown.status, known.text]).toEqual([401, 401, unknown.text]);
  }
  expect((await send('GET', '/m/admin')).text).toContain('the login page');
  expect((await send('GET', '/m/admin/assets/none.js')).status).toBe(404);
});

test('without a token in the settings there is nothing for anybody', async () => {
  const { send } = await start({ adminTokenEnv: 'UET_CAPI_NO_SUCH_VARIABLE', readTokens: [] });
  for (const token of ['', 'undefined', ADMIN_TOKEN]) {
    for (const path of PATHS) expect((await send('GET', path, { headers: bearer(token) })).status).toBe(401);
    expect((await signIn(send, token)).headers).not.toHaveProperty('set-cookie');
  }
});

test('a token opens everything and tells who one is', async () => {
  const { send } = await start();
  for (const path of PATHS)
    expect((await send('GET', path, { headers: bearer(ADMIN_TOKEN) })).status).toBe(200);
  const who = async (token: string) =>
    JSON.parse((await send('GET', '/m/admin/api/session', { headers: bearer(token) })).text);
  expect(await who(ADMIN_TOKEN)).toMatchObject({ name: 'admin', role: 'admin', sites: ['site'] });
  expect(await who(READ_TOKEN)).toMatchObject({ name: 'agency', role: 'read', sites: ['site'] });
});

test('a read-only token changes nothing, with a session neither', async () => {
  const { send } = await start();
  const own = { origin: 'http://127.0.0.1', 'x-capi-admin': '1' };
  const asks = [bearer(READ_TOKEN), { ...own, cookie: await sessionOf(send, READ_TOKEN) }];
  for (const headers of asks) {
    const { status, text } = await send('PUT', '/m/admin/api/things/1', thing(headers));
    expect([status, JSON.parse(text).error.code]).toEqual([403, 'read_only']);
  }
});

test('wrong tokens are limited, wherever they are tried', async () => {
  const { send } = await start({
    rateLimits: { failedKeys: { perSecond: 0.01, burst: 3 } },
    clientAddress: { trustedProxies: ['loopback'] },
  });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const guess = (token: string, address: string) =>
    send('GET', '/m/admin/api/session', { headers: { ...bearer(token), ...from(address) } });
  expect((await guess('1', '203.0.113.1')).status).toBe(401);
  expect((await signIn(send, '2', from('203.0.113.1'))).headers.location).toBe('../admin?denied=unknown');
  expect((await guess('3', '203.0.113.1')).status).toBe(401);

  const limited = await guess('4', '203.0.113.1');
  expect(limited.status).toBe(429);
  expect(Number(limited.headers['retry-after'])).toBeGreaterThan(0);
  // The right one is not told from a wrong one by then.
  expect((await guess(ADMIN_TOKEN, '203.0.113.1')).status).toBe(429);
  expect((await signIn(send, ADMIN_TOKEN, from('203.0.113.1'))).headers).not.toHaveProperty('set-cookie');
  expect((await guess(ADMIN_TOKEN, '203.0.113.2')).status).toBe(200);
  // Who has no token at all does not guess: the login page stays.
  expect((await send('GET', '/m/admin', { headers: from('203.0.113.1') })).status).toBe(401);
});

test('the form leads to a session and back to the page, whatever the mount', async () => {
  const { send } = await start();
  const { status, headers } = await signIn(send, ` ${ADMIN_TOKEN} `);
  expect([status, headers.location]).toEqual([303, '../admin']);
  expect(headers['set-cookie']).toHaveLength(1);
  const [cookie = ''] = headers['set-cookie']!;
  expect(cookie).toMatch(/^capi_admin=[\w.-]+; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  const session = { cookie: cookie.split(';', 1)[0]! };
  expect((await send('GET', '/m/admin', { headers: session })).text).toContain('the debugger');
  expect((await send('GET', '/m/admin/assets/app.js', { headers: session })).text).toBe('start()');
  const slash = await send('GET', '/m/admin/', { headers: session });
  expect([slash.status, slash.headers.location]).toEqual([308, '../admin']);
});

test('the form is sent to the page, and passed on as it is', async () => {
  const { send } = await start();
  const { status, headers } = await send('POST', '/m/admin', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: ADMIN_TOKEN }).toString(),
  });
  expect([status, headers.location, headers['set-cookie']]).toEqual([307, 'admin/session', undefined]);
  // Else Firefox calls the origin `null` from here on, and over plain http nobody could sign in.
  expect(headers['referrer-policy']).toBe('same-origin');
});

test('the page’s files are compressed for who takes that', async () => {
  const { send } = await start();
  const headers = { ...bearer(ADMIN_TOKEN), 'accept-encoding': 'gzip' };
  const zipped = await send('GET', '/m/admin/assets/app.js', { headers });
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
  expect(gunzipSync(zipped.bytes).toString()).toBe('start()');
  const plain = await send('GET', '/m/admin/assets/app.js', { headers: bearer(ADMIN_TOKEN) });
  expect([plain.headers['content-encoding'], plain.text]).toEqual([undefined, 'start()']);
});

test('the form is shown again with what was wrong, and never with what was sent', async () => {
  const { send } = await start();
  const { status, headers } = await signIn(send, '<b>wrong</b>');
  expect([status, headers.location]).toEqual([303, '../admin?denied=unknown']);
  expect((await send('GET', '/m/admin?denied=unknown')).text).toContain('not known here');
  const forged = await send('GET', '/m/admin?denied=%3Cb%3E');
  expect(forged.text).toBe('<title>the login page</title>');
});

test('scripts sign in with JSON', async () => {
  const { send } = await start();
  const post = (body: string) => send('POST', '/m/admin/session', { headers: JSON_TYPE, body });
  expect((await post(JSON.stringify({ token: ADMIN_TOKEN }))).headers['set-cookie']).toHaveLength(1);
  expect((await post(JSON.stringify({ token: 'wrong' }))).status).toBe(401);
  for (const body of ['null', '[]', '{"token":1}']) expect((await post(body)).status).toBe(401);
  expect((await post('{')).status).toBe(400);
});

test('the cookie is for encrypted connections where the browser came by one', async () => {
  const { send } = await start({ clientAddress: { trustedProxies: ['loopback'] } });
  const { headers } = await signIn(send, ADMIN_TOKEN, { 'x-forwarded-proto': 'https' });
  expect(headers['set-cookie']![0]).toMatch(/; Secure/);
});

test('signing out takes the cookie away', async () => {
  const { send } = await start();
  const { status, headers } = await send('DELETE', '/m/admin/session');
  expect([status, headers['set-cookie']]).toEqual([200, [expect.stringMatching(/^capi_admin=; Max-Age=0/)]]);
});

test('with a session, changes come from the page itself and from nowhere else', async () => {
  const { send } = await start();
  const cookie = await sessionOf(send);
  const attempt = async (headers: SendOptions['headers']) =>
    (await send('PUT', '/m/admin/api/things/1', thing({ cookie, ...headers }))).status;
  const own = { origin: 'http://127.0.0.1', 'x-capi-admin': '1' };
  expect(await attempt(own)).toBe(200);
  expect(await attempt({ 'sec-fetch-site': 'same-origin', 'x-capi-admin': '1' })).toBe(200);

  expect(await attempt({})).toBe(403);
  expect(await attempt({ origin: own.origin })).toBe(403);
  expect(await attempt({ 'x-capi-admin': '1' })).toBe(403);
  expect(await attempt({ ...own, origin: 'https://evil.example' })).toBe(403);
  expect(await attempt({ ...own, origin: 'null' })).toBe(403);
  for (const site of ['cross-site', 'same-site', 'none']) {
    expect(await attempt({ ...own, 'sec-fetch-site': site })).toBe(403);
  }
});

test('another site can neither sign somebody in nor out, nor read with its scripts', async () => {
  const { send } = await start();
  const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
  expect((await signIn(send, ADMIN_TOKEN, foreign)).headers).not.toHaveProperty('set-cookie');
  const out = await send('DELETE', '/m/admin/session', { headers: foreign });
  expect([out.status, out.headers['set-cookie']]).toEqual([403, undefined]);

  const cookie = await sessionOf(send);
  const read = await send('GET', '/m/admin/api/session', { headers: { cookie, ...foreign } });
  expect(read.headers).not.toHaveProperty('access-control-allow-origin');
  const preflight = await send('OPTIONS', '/m/admin/api/things/1', { headers: foreign });
  expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
});

test('every answer forbids foreign script, frames, referrers and caches', async () => {
  const { send } = await start();
  const page = await send('GET', '/m/admin', { headers: bearer(ADMIN_TOKEN) });
  expect(page.headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
      "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  const login = await send('GET', '/m/admin');
  expect(login.headers['content-security-policy']).toContain("default-src 'none'");
  expect(login.headers['content-security-policy']).not.toContain('script-src');
  const others = PATHS.map((path) => send('GET', path, { headers: bearer(ADMIN_TOKEN) }));
  for (const { headers } of [page, login, await signIn(send, 'wrong'), ...(await Promise.all(others))]) {
    expect(headers).toMatchObject({
      'x-frame-options': 'DENY',
      'referrer-policy': headers === login.headers ? 'same-origin' : 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  }
});

test('what a schema does not take is said with its place, and never quoted', async () => {
  const { send } = await start();
  const admin = bearer(ADMIN_TOKEN);
  const put = async (path: string, body?: unknown) => {
    const { status, text } = await send('PUT', `/m/admin/api${path}`, thing(admin, body));
    return { status, text, error: JSON.parse(text).error };
  };
  expect(await put('/things/x')).toMatchObject({ status: 400, error: { path: 'params.id' } });
  expect(await put('/things/1?wrod=1')).toMatchObject({ status: 400, error: { path: 'query.wrod' } });
  const wrong = await put('/things/1', { list: [{ size: 1 }, { size: 'jane@contoso.com' }] });
  expect(wrong).toMatchObject({ status: 400, error: { code: 'invalid_input', path: 'body.list.1.size' } });
  expect(wrong.text).not.toContain('jane');
  expect(await put('/things/0')).toMatchObject({ status: 404, error: { code: 'not_found' } });
  expect(await put('/things')).toMatchObject({ status: 404 });
  expect(await put('/things/%E0%A4%A')).toMatchObject({ status: 404 });
  const unreadable = await send('PUT', '/m/admin/api/things/1', {
    headers: { ...admin, ...JSON_TYPE },
    body: '{',
  });
  expect([unreadable.status, JSON.parse(unreadable.text).error.code]).toEqual([400, 'unreadable_body']);
  const method = await send('PATCH', '/m/admin/api/things/1', thing(admin));
  expect([method.status, method.headers.allow]).toEqual([405, 'PUT']);
});

test('what is not described does not leave, and who changed something is in the log', async () => {
  const { send, logged } = await start();
  const { text } = await send('PUT', '/m/admin/api/things/7', thing(bearer(ADMIN_TOKEN)));
  expect(JSON.parse(text)).toEqual({ id: 7, by: 'admin' });
  expect(logged.map((line) => JSON.parse(line))).toEqual([
    { operation: 'change', by: 'admin', message: expect.any(String) },
  ]);
});
