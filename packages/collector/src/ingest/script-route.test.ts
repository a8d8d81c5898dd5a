import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { answerNotFound } from './node.ts';
import { serve } from './testing/serve.ts';
import { createTestListener, TAG_ID } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

async function start(config: object = {}) {
  return serve(wrap(createTestListener(config).listener, answerNotFound, '/'));
}

describe('GET /c.js', () => {
  test('is the pixel with the settings, cacheable by everybody', async () => {
    const server = await start({ consent: { default: 'denied' } });
    const answer = await server.send('GET', '/c.js');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=300, stale-while-revalidate=86400',
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
      'x-content-type-options': 'nosniff',
      vary: 'Accept-Encoding',
      etag: expect.stringMatching(/^"[\w-]+"$/),
    });
    expect(answer.headers['set-cookie']).toBeUndefined();
    const settings = JSON.parse(/^start\((.*),\[.*\]\);$/.exec(answer.text)![1]!);
    expect(settings).toEqual({ tagId: TAG_ID, consent: { default: 'denied' } });
  });

  test.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=0.5, br;q=0', 'gzip'],
    ['GZIP', 'gzip'],
    ['identity', undefined],
    ['br;q=0.0', undefined],
    ['', undefined],
    ['*;q=0', undefined],
  ])('Accept-Encoding %j: %s', async (accepted, encoding) => {
    const server = await start();
    const plain = await server.send('GET', '/c.js');
    const answer = await server.send('GET', '/c.js', { headers: { 'accept-encoding': accepted } });
    expect(answer.headers['content-encoding']).toBe(encoding);
    const decode = { br: brotliDecompressSync, gzip: gunzipSync }[encoding ?? ''];
    expect((decode ? decode(answer.bytes) : answer.bytes).toString()).toBe(plain.text);
  });

  test('304 for what the client has, by strong and by weakened tag', async () => {
    const server = await start();
    const { etag } = (await server.send('GET', '/c.js', { headers: { 'accept-encoding': 'br' } })).headers;
    for (const known of [etag!, `W/${etag}`, `"other", ${etag}`, '*']) {
      const headers = { 'accept-encoding': 'br', 'if-none-match': known };
      const answer = await server.send('GET', '/c.js', { headers });
      expect(answer.status, known).toBe(304);
      expect(answer.bytes).toHaveLength(0);
      expect(answer.headers).toMatchObject({ etag, vary: 'Accept-Encoding' });
    }
    const headers = { 'accept-encoding': 'gzip', 'if-none-match': etag! };
    expect((await server.send('GET', '/c.js', { headers })).status).toBe(200);
  });

  test('debug=1 in the query is the overlay: no settings in it, as cacheable', async () => {
    const server = await start();
    const answer = await server.send('GET', '/c.js?debug=1');
    expect(answer.text).toBe('overlay();');
    expect(answer.headers['cache-control']).toBe('public, max-age=300, stale-while-revalidate=86400');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers.etag).not.toBe((await server.send('GET', '/c.js')).headers.etag);
    for (const other of ['debug', 'debug=0', 'v=debug=1'])
      expect((await server.send('GET', `/c.js?${other}`)).text).toContain(TAG_ID);
  });

  test('HEAD gives the same headers', async () => {
    const server = await start();
    const get = await server.send('GET', '/c.js');
    const head = await server.send('HEAD', '/c.js');
    expect(head.status).toBe(200);
    expect(head.bytes).toHaveLength(0);
    for (const name of ['etag', 'content-length', 'content-type'])
      expect(head.headers[name]).toBe(get.headers[name]);
  });

  test('each route can be renamed', async () => {
    const server = await start({ routes: { script: 'hello.js', events: 'in', image: 'dot' } });
    expect((await server.send('GET', '/hello.js')).text).toContain(
      '"eventsPath":"in","scriptPath":"hello.js"',
    );
    expect((await server.send('GET', '/dot')).headers['content-type']).toBe('image/gif');
    expect((await server.send('GET', '/in')).status).toBe(405);
    for (const path of ['/c.js', '/e', '/e.gif']) expect((await server.send('GET', path)).status).toBe(404);
  });
});
