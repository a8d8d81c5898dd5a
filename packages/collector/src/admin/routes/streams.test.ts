import { expect, test } from 'vitest';
import { z } from 'zod';
import { createFetchHandler } from '../../ingest/fetch.ts';
import { answerNotFound } from '../../ingest/node.ts';
import { serve } from '../../ingest/testing/serve.ts';
import { ADMIN_TOKEN, createTestListener } from '../../ingest/testing/test-listener.ts';
import { wrap } from '../../ingest/wrap.ts';
import { StoreUnavailable } from '../../store/unavailable.ts';
import { operation } from '../operation.ts';
import { until } from '../testing/running-collector.ts';

/** A stream that tells one thing, says nothing more, and tells us when it has ended. */
function listen(fail = false) {
  const streams = { open: 0, ended: 0 };
  const { listener } = createTestListener({}, [
    operation({
      id: 'follow',
      method: 'GET',
      path: '/follow',
      summary: 'Follows.',
      tag: 'Streams',
      needs: 'read',
      live: true,
      answer: z.object({ word: z.string() }),
      handle: async ({ lastEventId }) => ({
        async *stream(signal) {
          streams.open += 1;
          try {
            yield { id: '7', value: { word: lastEventId ?? 'first', more: 'not described' } };
            yield {};
            if (fail) throw new StoreUnavailable('the thread has died');
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          } finally {
            streams.ended += 1;
          }
        },
      }),
    }),
  ]);
  return { listener, streams };
}

const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
const FIRST = 'retry: 2000\n\nid: 7\ndata: {"word":"first"}\n\n:\n\n';

/** Reads until all that is said at first has come. */
async function read(answer: Response): Promise<string> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (text.length < FIRST.length) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  reader.releaseLock();
  return text;
}

test('a stream tells what comes as it comes, and ends when its reader leaves', async () => {
  const { listener, streams } = listen();
  const { port } = await serve(wrap(listener, answerNotFound, '/'));
  const gone = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}/admin/api/follow`, { headers, signal: gone.signal });
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  expect(await read(answer)).toBe(FIRST);
  expect(streams.ended).toBe(0);
  gone.abort();
  await until(async () => streams.ended === 1 || undefined);
});

test('the same through fetch, going on after an interruption', async () => {
  const { listener, streams } = listen();
  const handler = createFetchHandler(listener);
  const request = new Request('https://store.test/m/admin/api/follow', {
    headers: { ...headers, 'last-event-id': '9999' },
  });
  const answer = await handler(request);
  const reader = answer.body!.getReader();
  let text = '';
  while (!text.includes('data')) text += new TextDecoder().decode((await reader.read()).value);
  expect(text).toContain('"word":"9999"');
  await reader.cancel();
  await until(async () => streams.ended === 1 || undefined);
});

test('HEAD opens no stream', async () => {
  const { listener, streams } = listen();
  const { send } = await serve(wrap(listener, answerNotFound, '/'));
  expect((await send('HEAD', '/admin/api/follow', { headers })).status).toBe(200);
  expect(streams.open).toBe(0);
});

test('so many at once and no more', async () => {
  const { listener, streams } = listen();
  const { port, send } = await serve(wrap(listener, answerNotFound, '/'));
  const gone = new AbortController();
  const follow = () => fetch(`http://127.0.0.1:${port}/admin/api/follow`, { headers, signal: gone.signal });
  const answers = await Promise.all(Array.from({ length: 50 }, follow));
  await Promise.all(answers.map((answer) => read(answer)));
  const { status, text } = await send('GET', '/admin/api/follow', { headers });
  expect([status, JSON.parse(text).error.code]).toEqual([503, 'too_many_streams']);
  gone.abort();
  await until(async () => streams.ended === 50 || undefined);
  const next = new AbortController();
  const answer = await fetch(`http://127.0.0.1:${port}/admin/api/follow`, { headers, signal: next.signal });
  expect(await read(answer)).toBe(FIRST);
  next.abort();
});

test('where the store cannot answer the stream ends, and the browser comes again', async () => {
  const { listener } = listen(true);
  const { send } = await serve(wrap(listener, answerNotFound, '/'));
  expect((await send('GET', '/admin/api/follow', { headers })).text).toBe(FIRST);
});
