import { describe, expect, test } from 'vitest';
import { answerNotFound } from './node.ts';
import { type SendOptions, serve } from './testing/serve.ts';
import { createTestListener, SERVER_KEY, TAG_ID } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

const PATH = `/v1/${TAG_ID}/events`;
const BODY = { data: [{ eventType: 'custom', eventName: 'purchase' }], continueOnValidationError: true };

function call(rest: SendOptions = {}): SendOptions {
  return {
    body: rest.body ?? JSON.stringify(BODY),
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json', ...rest.headers },
  };
}

async function start(config: object = {}) {
  const { listener, intake, logged } = createTestListener(config);
  return { server: await serve(wrap(listener, answerNotFound, '/')), intake, logged };
}

describe('POST /v1/{tagId}/events', () => {
  test('gives the answer of the intake', async () => {
    const { server, intake } = await start();
    const answer = await server.send('POST', PATH, call());
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toEqual({ eventsReceived: 1, traceId: 'trace' });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(intake.capiCalls).toEqual([{ tagId: TAG_ID, body: BODY, receivedAt: expect.any(Number) }]);
    intake.answers.capi = () => ({ status: 400, body: { error: { code: 'x', message: 'y' }, traceId: 't' } });
    expect(await server.send('POST', PATH, call())).toMatchObject({
      status: 400,
      text: '{"error":{"code":"x","message":"y"},"traceId":"t"}',
    });
  });

  test.each<[what: string, path: string, authorization: string | undefined]>([
    ['no key', PATH, undefined],
    ['wrong key', PATH, 'Bearer wrong'],
    ['not Bearer', PATH, `Basic ${SERVER_KEY}`],
    ['unknown tag', '/v1/999/events', `Bearer ${SERVER_KEY}`],
    ['a tag that is none', '/v1/%E0%A4%A/events', `Bearer ${SERVER_KEY}`],
    ['a tag named like a property', '/v1/__proto__/events', `Bearer ${SERVER_KEY}`],
  ])("Microsoft's 401: %s", async (_, path, authorization) => {
    const { server, intake } = await start();
    const headers = { 'content-type': 'text/plain', ...(authorization && { authorization }) };
    const answer = await server.send('POST', path, { headers, body: 'not even JSON' });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(JSON.parse(answer.text)).toEqual({
      error: { code: 'Unauthorized', message: 'You are not authorized to access this resource.' },
      traceId: expect.stringMatching(/./),
    });
    expect(intake.capiCalls).toEqual([]);
  });

  test('a site without key answers 401 to everybody', async () => {
    const { server } = await start({ serverKeyEnv: 'NOT_SET' });
    for (const authorization of ['Bearer undefined', 'Bearer', `Bearer ${SERVER_KEY}`]) {
      expect((await server.send('POST', PATH, call({ headers: { authorization } }))).status).toBe(401);
    }
  });

  test('401 before the body is read', async () => {
    const { server } = await start();
    const text = await server.raw(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 5000000\r\n\r\n{`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 401 .*Connection: close/s);
  });

  test('what is no JSON is left to the rules of Microsoft', async () => {
    const { server, intake } = await start();
    await server.send('POST', PATH, call({ body: '{"data":[' }));
    expect(intake.capiCalls).toEqual([{ tagId: TAG_ID, body: undefined, receivedAt: expect.any(Number) }]);
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'application/json; charset=utf-16',
  ])('415 for %s', async (type) => {
    const { server, intake } = await start();
    const answer = await server.send('POST', PATH, call({ headers: { 'content-type': type } }));
    expect(answer.status).toBe(415);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { code: 'UnsupportedMediaType' },
      traceId: expect.any(String),
    });
    expect(intake.capiCalls).toEqual([]);
  });

  test('415 for a compressed body, 413 for one that is too large', async () => {
    const { server, intake } = await start({ limits: { serverBodyBytes: 1_000 } });
    const zipped = await server.send('POST', PATH, call({ headers: { 'content-encoding': 'gzip' } }));
    expect(zipped.status).toBe(415);
    const large = await server.send('POST', PATH, call({ body: 'x'.repeat(1_001) }));
    expect(large.status).toBe(413);
    expect(JSON.parse(large.text)).toMatchObject({
      error: { code: 'PayloadTooLarge' },
      traceId: expect.any(String),
    });
    expect(intake.capiCalls).toEqual([]);
  });

  test('503 with Retry-After when nothing can be taken', async () => {
    const { server, intake } = await start();
    intake.answers.capi = () => ({ refused: 'busy', retryAfterS: 5 });
    const answer = await server.send('POST', PATH, call());
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { code: 'ServiceUnavailable' },
      traceId: expect.any(String),
    });
  });

  test('each tag has its own key', async () => {
    const { server, intake } = await start({
      tagId: undefined,
      sites: [
        { id: 'one', tagId: '1' },
        { id: 'two', tagId: '2', serverKeyEnv: 'OTHER_KEY' },
      ],
    });
    expect((await server.send('POST', '/v1/1/events', call())).status).toBe(200);
    expect((await server.send('POST', '/v1/2/events', call())).status).toBe(401);
    expect(intake.capiCalls.map(({ tagId }) => tagId)).toEqual(['1']);
  });
});
