import { describe, expect, test } from 'vitest';
import { answerNotFound } from './node.ts';
import { type SendOptions, serve } from './testing/serve.ts';
import { createTestListener } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

const ENVELOPE = { v: 1, sentAt: 1_700_000_000_000, data: [{ eventType: 'custom' }] };

/** As the pixel sends it from a page of `origin` to `m.store.test`. */
function beacon(origin: string, rest: SendOptions & { host?: string } = {}): SendOptions {
  return {
    body: rest.body ?? JSON.stringify(ENVELOPE),
    headers: {
      host: rest.host ?? 'm.store.test',
      origin,
      'content-type': 'text/plain;charset=UTF-8',
      ...rest.headers,
    },
  };
}

async function start(config: object = {}) {
  const { listener, intake, logged } = createTestListener(config);
  return { server: await serve(wrap(listener, answerNotFound, '/')), intake, logged };
}

describe('POST /e', () => {
  test('hands the envelope over, with what the request tells of its sender', async () => {
    const { server, intake } = await start({ countryHeader: 'X-Country' });
    const before = Date.now();
    const answer = await server.send(
      'POST',
      '/e',
      beacon('https://www.store.test', { headers: { 'user-agent': 'Mozilla/5.0', 'x-country': 'de' } }),
    );
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.text)).toEqual({ accepted: 1, rejected: [] });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'access-control-allow-origin': 'https://www.store.test',
      'access-control-allow-credentials': 'true',
      vary: 'Origin',
    });
    expect(intake.pixelCalls).toEqual([
      {
        siteId: 'site',
        envelope: ENVELOPE,
        client: {
          receivedAt: expect.any(Number),
          ip: '127.0.0.1',
          userAgent: 'Mozilla/5.0',
          refuses: false,
          country: 'DE',
        },
      },
    ]);
    expect(intake.pixelCalls[0]!.client.receivedAt).toBeGreaterThanOrEqual(before);
  });

  test('takes JSON too', async () => {
    const { server } = await start();
    const json = { headers: { 'content-type': 'application/json' } };
    expect((await server.send('POST', '/e', beacon('https://store.test', json))).status).toBe(202);
  });

  test('sets the identity as first-party cookies', async () => {
    const { server, intake } = await start({ clientAddress: { trustedProxies: ['loopback'] } });
    intake.answers.pixel = () => ({
      answer: { accepted: 1, rejected: [] },
      identity: { anonymousId: 'visitor', msclkid: 'click' },
    });
    const https = { headers: { 'x-forwarded-proto': 'https' } };
    const answer = await server.send('POST', '/e', beacon('https://www.store.test', https));
    expect(answer.headers['set-cookie']).toEqual([
      '_capi_vid=visitor; Max-Age=33696000; Domain=store.test; Path=/; Secure; SameSite=Lax',
      '_capi_msclkid=click; Max-Age=7776000; Domain=store.test; Path=/; Secure; SameSite=Lax',
    ]);
    const local = await server.send(
      'POST',
      '/e',
      beacon('http://localhost:3000', { host: `localhost:${server.port}` }),
    );
    expect(local.headers['set-cookie']).toEqual([
      '_capi_vid=visitor; Max-Age=33696000; Path=/; SameSite=Lax',
      '_capi_msclkid=click; Max-Age=7776000; Path=/; SameSite=Lax',
    ]);
  });

  test('renews the click id that the browser has', async () => {
    const { server, intake } = await start({});
    intake.answers.pixel = () => ({ answer: { accepted: 1, rejected: [] }, identity: { msclkid: 'older' } });
    const cookie = '_capi_msclkid=292049a17e2413e3a4081719e839afe6';
    const answer = await server.send('POST', '/e', beacon('https://store.test', { headers: { cookie } }));
    expect(answer.headers['set-cookie']).toEqual([expect.stringMatching(`^${cookie};`)]);
  });

  test('sets no cookie for a page of another site, nor without identity', async () => {
    const { server, intake } = await start({ origins: ['https://shop.example'] });
    expect(
      (await server.send('POST', '/e', beacon('https://store.test'))).headers['set-cookie'],
    ).toBeUndefined();
    intake.answers.pixel = () => ({
      answer: { accepted: 1, rejected: [] },
      identity: { anonymousId: 'visitor' },
    });
    const answer = await server.send('POST', '/e', beacon('https://shop.example'));
    expect(answer.status).toBe(202);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('403 for other origins, without word of those that are allowed', async () => {
    const { server, intake } = await start({ origins: ['https://shop.example'] });
    for (const origin of ['https://evil.test', 'https://shop.example.evil.test']) {
      const answer = await server.send('POST', '/e', beacon(origin));
      expect(answer.status, origin).toBe(403);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      expect(answer.text).not.toContain('shop.example');
    }
    expect(intake.pixelCalls).toEqual([]);
  });

  test('a sandboxed frame can read that it never may, so that its pixel gives up', async () => {
    const { server, intake } = await start({ origins: ['https://shop.example'] });
    const answer = await server.send('POST', '/e', beacon('null'));
    expect(answer.status).toBe(403);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': 'null',
      'access-control-allow-credentials': 'true',
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.text).not.toContain('shop.example');
    expect(intake.pixelCalls).toEqual([]);
  });

  test('without Origin only what the browser calls same-origin', async () => {
    const { server } = await start();
    const { headers, body } = beacon('x');
    const { origin: _, ...bare } = headers as Record<string, string>;
    expect((await server.send('POST', '/e', { headers: bare, body: body! })).status).toBe(403);
    const same = { ...bare, 'sec-fetch-site': 'same-origin' };
    expect((await server.send('POST', '/e', { headers: same, body: body! })).status).toBe(202);
  });

  test('answers the preflight of allowed origins', async () => {
    const { server, intake } = await start();
    const ask = (origin: string) =>
      server.send('OPTIONS', '/e', {
        headers: { host: 'm.store.test', origin, 'access-control-request-method': 'POST' },
      });
    const allowed = await ask('https://store.test');
    expect(allowed.status).toBe(204);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': 'https://store.test',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'Content-Type',
      vary: 'Origin',
    });
    expect((await ask('https://evil.test')).status).toBe(403);
    expect(intake.pixelCalls).toEqual([]);
  });

  test.each([
    ['sec-purpose', 'prefetch;prerender'],
    ['sec-purpose', 'prefetch'],
    ['purpose', 'prefetch'],
  ])('refuses %s: %s', async (name, value) => {
    const { server, intake } = await start();
    const answer = await server.send(
      'POST',
      '/e',
      beacon('https://store.test', { headers: { [name]: value } }),
    );
    expect(answer.status).toBe(403);
    expect(answer.text).toContain('prerendered');
    expect(intake.pixelCalls).toEqual([]);
  });

  test.each([
    ['no JSON', '{"v":1', '', /not valid JSON/],
    ['empty', '', '', /not valid JSON/],
    ['no object', '[]', '', /object/],
    ['no version', '{"data":[]}', 'v', /1/],
    ['another version', '{"v":2,"data":[]}', 'v', /1/],
    ['no data', '{"v":1}', 'data', /array/],
    ['too many events', JSON.stringify({ v: 1, data: Array(1_001).fill({}) }), 'data', /1000/],
  ])('400 with path and reason: %s', async (_, body, path, message) => {
    const { server, intake } = await start();
    const answer = await server.send('POST', '/e', beacon('https://store.test', { body }));
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text)).toEqual({ error: { path, message: expect.stringMatching(message) } });
    expect(answer.headers['access-control-allow-origin']).toBe('https://store.test');
    expect(intake.pixelCalls).toEqual([]);
  });

  test('events are not judged here', async () => {
    const { server, intake } = await start();
    const body = '{"v":1,"data":[null,1,"x",{"eventType":7}]}';
    expect((await server.send('POST', '/e', beacon('https://store.test', { body }))).status).toBe(202);
    expect(intake.pixelCalls[0]!.envelope.data).toEqual([null, 1, 'x', { eventType: 7 }]);
  });

  test.each(['busy', 'stopping'] as const)(
    '503 with Retry-After when %s, readable by the page',
    async (refused) => {
      const { server, intake } = await start();
      intake.answers.pixel = () => ({ refused, retryAfterS: 1.2 });
      const answer = await server.send('POST', '/e', beacon('https://store.test'));
      expect(answer.status).toBe(503);
      expect(answer.headers).toMatchObject({
        'retry-after': '2',
        'access-control-allow-origin': 'https://store.test',
        'access-control-expose-headers': 'Retry-After',
      });
    },
  );

  test('413 beyond the limit', async () => {
    const { server, intake } = await start({ limits: { browserBodyBytes: 200 } });
    const answer = await server.send('POST', '/e', beacon('https://store.test', { body: 'x'.repeat(201) }));
    expect(answer.status).toBe(413);
    expect(intake.pixelCalls).toEqual([]);
  });

  test.each([
    'image/png',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; charset=utf-16',
    'x',
    ';',
  ])('415 for %s', async (type) => {
    const { server, intake } = await start();
    const headers = { 'content-type': type };
    expect((await server.send('POST', '/e', beacon('https://store.test', { headers }))).status).toBe(415);
    expect(intake.pixelCalls).toEqual([]);
  });
});

test('several sites: each has its own path and origins', async () => {
  const { server, intake } = await start({
    tagId: undefined,
    sites: [
      { id: 'one', tagId: '1', origins: ['https://one.example'] },
      { id: 'two', tagId: '2', origins: ['https://two.example'] },
    ],
  });
  expect((await server.send('POST', '/two/e', beacon('https://two.example'))).status).toBe(202);
  expect((await server.send('POST', '/one/e', beacon('https://two.example'))).status).toBe(403);
  expect((await server.send('POST', '/e', beacon('https://two.example'))).status).toBe(404);
  expect(intake.pixelCalls.map(({ siteId }) => siteId)).toEqual(['two']);
});
