import { describe, expect, test } from 'vitest';
import { answerNotFound } from './node.ts';
import { serve } from './testing/serve.ts';
import { createTestListener, SERVER_KEY, TAG_ID } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

async function start() {
  const test = createTestListener();
  return { ...test, server: await serve(wrap(test.listener, answerNotFound, '/')) };
}

describe('probes', () => {
  test('tell whether the process lives and whether it takes requests, and nothing else', async () => {
    const { server, setReady } = await start();
    expect(await server.send('GET', '/healthz')).toMatchObject({ status: 200, text: 'ok' });
    expect(await server.send('GET', '/readyz')).toMatchObject({ status: 200, text: 'ok' });
    setReady(false);
    expect(await server.send('GET', '/healthz')).toMatchObject({ status: 200, text: 'ok' });
    expect(await server.send('GET', '/readyz')).toMatchObject({ status: 503, text: 'not ready' });
  });
});

test.each([
  ['/c.js', 'GET, HEAD'],
  ['/e', 'POST, OPTIONS'],
  ['/e.gif', 'GET, HEAD'],
  [`/v1/${TAG_ID}/events`, 'POST'],
  ['/healthz', 'GET, HEAD'],
  ['/readyz', 'GET, HEAD'],
])('405 at %s for what is not %s', async (path, allow) => {
  const { server } = await start();
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND']) {
    if (allow.split(', ').includes(method)) continue;
    const answer = await server.send(method, path);
    expect(answer.status, method).toBe(405);
    expect(answer.headers.allow).toBe(allow);
  }
});

test.each([
  '/',
  '/E',
  '/e/',
  '//e',
  '/e.gif/',
  '/%65',
  '/v1',
  '/v1//events',
  '/v1/1/events/',
  '/v1/1/2/events',
  '/x/../e',
  '/%',
  '/healthz/x',
])('%s is not ours', async (path) => {
  const { server } = await start();
  expect((await server.send('POST', path)).status).toBe(404);
});

test.each<[path: string, method: string, policy: string]>([
  ['/c.js', 'GET', 'cross-origin'],
  ['/e', 'POST', 'cross-origin'],
  ['/e.gif', 'GET', 'cross-origin'],
  [`/v1/${TAG_ID}/events`, 'POST', 'same-origin'],
  ['/healthz', 'GET', 'same-origin'],
  ['/readyz', 'DELETE', 'same-origin'],
])('%s is what it says it is, and may be embedded %s: %s', async (path, method, policy) => {
  const { server } = await start();
  expect((await server.send(method, path)).headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': policy,
  });
});

test('a bug is answered and logged without a word of what was sent', async () => {
  const { server, intake, logged } = await start();
  const secret = 'jane@store.test';
  intake.answers.pixel =
    intake.answers.capi =
    intake.answers.noscript =
      () => {
        throw new TypeError(`cannot read ${secret}`);
      };
  const pixel = await server.send('POST', '/e', {
    headers: { origin: 'http://localhost', host: 'localhost', 'content-type': 'text/plain' },
    body: JSON.stringify({ v: 1, data: [{ email: secret }] }),
  });
  const capi = await server.send('POST', `/v1/${TAG_ID}/events`, {
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data: [{ email: secret }] }),
  });
  const image = await server.send('GET', `/e.gif?u=http://localhost/%3Femail=${secret}`);
  expect([pixel.status, capi.status, image.status]).toEqual([500, 500, 200]);
  expect(image.headers['content-type']).toBe('image/gif');
  expect(pixel.text + capi.text).not.toMatch(/TypeError|jane|\.ts/);
  expect(logged).toHaveLength(3);
  expect(logged.join()).toContain('fake-intake.ts');
  expect(logged.join()).not.toMatch(/jane|the-server-key/);
});
