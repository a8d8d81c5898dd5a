import { describe, expect, test } from 'vitest';
import { createFetchHandler } from './fetch.ts';
import { createTestListener, SERVER_KEY, TAG_ID } from './testing/test-listener.ts';

const ENVELOPE = { v: 1, data: [{}] };

function beacon(url: string, init: RequestInit = {}): Request {
  return new Request(url, {
    method: 'POST',
    headers: { origin: 'https://www.store.test', 'content-type': 'text/plain' },
    body: JSON.stringify(ENVELOPE),
    ...init,
  });
}

function start(config: object = {}) {
  const test = createTestListener(config);
  return { ...test, fetch: createFetchHandler(test.listener) };
}

describe('fetch', () => {
  test('takes events, wherever the framework mounted it', async () => {
    const { fetch, intake } = start();
    intake.answers.pixel = () => ({
      answer: { accepted: 1, rejected: [] },
      identity: { anonymousId: 'visitor', msclkid: 'click' },
    });
    for (const path of ['/e', '/m/e', '/api/v2/m/e?x=1']) {
      const answer = await fetch(beacon(`https://m.store.test${path}`));
      expect(answer.status, path).toBe(202);
      expect(await answer.json()).toEqual({ accepted: 1, rejected: [] });
      expect(answer.headers.getSetCookie()).toEqual([
        '_capi_vid=visitor; Max-Age=33696000; Domain=store.test; Path=/; Secure; SameSite=Lax',
        '_capi_msclkid=click; Max-Age=7776000; Domain=store.test; Path=/; Secure; SameSite=Lax',
      ]);
    }
    expect(intake.pixelCalls.map(({ envelope }) => envelope)).toEqual([ENVELOPE, ENVELOPE, ENVELOPE]);
  });

  test('takes server events', async () => {
    const { fetch, intake } = start();
    const answer = await fetch(
      new Request(`https://m.store.test/m/v1/${TAG_ID}/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
        body: '{"data":[]}',
      }),
    );
    expect(answer.status).toBe(200);
    expect(intake.capiCalls.map(({ body }) => body)).toEqual([{ data: [] }]);
  });

  test('believes a proxy only where the framework says who called', async () => {
    const { fetch, intake } = start({ clientAddress: { trustedProxies: ['10.0.0.0/8'] } });
    const headers = {
      origin: 'https://store.test',
      'content-type': 'text/plain',
      'x-forwarded-for': '1.1.1.1',
    };
    await fetch(beacon('https://m.store.test/e', { headers }), { peer: '10.0.0.1' });
    await fetch(beacon('https://m.store.test/e', { headers }), { peer: '9.9.9.9' });
    await fetch(beacon('https://m.store.test/e', { headers }));
    expect(intake.pixelCalls.map(({ client }) => client.ip)).toEqual(['1.1.1.1', '9.9.9.9', undefined]);
  });

  test('script, image, HEAD, 304, 404', async () => {
    const { fetch } = start();
    const get = (path: string, init?: RequestInit) => fetch(new Request(`https://m.store.test${path}`, init));
    const script = await get('/m/c.js');
    expect(await script.text()).toContain(TAG_ID);
    const head = await get('/m/c.js', { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const known = { headers: { 'if-none-match': script.headers.get('etag')! } };
    expect((await get('/m/c.js', known)).status).toBe(304);
    expect(
      Buffer.from(await (await get('/e.gif')).arrayBuffer())
        .subarray(0, 3)
        .toString(),
    ).toBe('GIF');
    for (const path of ['/', '/m/x', '//']) expect((await get(path)).status, path).toBe(404);
  });

  test('a body that is too large, read before, or breaking off', async () => {
    const { fetch, intake } = start({ limits: { browserBodyBytes: 100 } });
    expect((await fetch(beacon('https://m.store.test/e', { body: 'x'.repeat(101) }))).status).toBe(413);
    const used = beacon('https://m.store.test/e');
    await used.text();
    expect((await fetch(used)).status).toBe(400);
    const broken = new ReadableStream({
      start: (controller) => controller.error(new Error('reset')),
    });
    const init = { body: broken, duplex: 'half' } as RequestInit;
    expect((await fetch(beacon('https://m.store.test/e', init))).status).toBe(400);
    expect(intake.pixelCalls).toEqual([]);
  });
});
