import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import express from 'express';
import { describe, expect, test } from 'vitest';
import { serve } from './testing/serve.ts';
import { createTestListener } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

describe('wrap', () => {
  test.each(['/m', 'm', '/m/'])(
    'mounted at %j answers what is ours and passes everything else untouched',
    async (mount) => {
      const { listener, intake } = createTestListener();
      const seen: string[] = [];
      const app = async (req: IncomingMessage, res: { end(text: string): void }) => {
        seen.push(`${req.method} ${req.url} ${await text(req)}`);
        res.end('the app');
      };
      const server = await serve(wrap(listener, app, mount));
      const beacon = {
        headers: { host: 'localhost', origin: 'http://localhost', 'content-type': 'text/plain' },
        body: '{"v":1,"data":[{}]}',
      };
      expect((await server.send('POST', '/m/e?x=1', beacon)).status).toBe(202);
      expect((await server.send('GET', '/m/c.js')).status).toBe(200);
      expect(intake.pixelCalls).toHaveLength(1);
      expect(seen).toEqual([]);

      for (const path of ['/m', '/m/', '/m/x?y=%zz', '/mm/e', '/e', '/x/m/e']) {
        expect((await server.send('POST', path, { body: 'hello' })).text).toBe('the app');
      }
      expect(seen).toEqual(
        ['/m', '/m/', '/m/x?y=%zz', '/mm/e', '/e', '/x/m/e'].map((path) => `POST ${path} hello`),
      );
    },
  );

  test.each(['/', ''])('without a mount (%j)', async (mount) => {
    const server = await serve(wrap(createTestListener().listener, (_, res) => res.end('the app'), mount));
    expect((await server.send('GET', '/healthz')).text).toBe('ok');
    expect((await server.send('GET', '/x')).text).toBe('the app');
  });

  test('stands in front of an Express app', async () => {
    const app = express().use(express.json());
    app.post('/order', (req, res) => void res.json(req.body));
    const server = await serve(wrap(createTestListener().listener, app, '/m'));
    const order = { headers: { 'content-type': 'application/json' }, body: '{"a":1}' };
    expect((await server.send('POST', '/order', order)).text).toBe('{"a":1}');
    expect((await server.send('GET', '/m/healthz')).headers['x-powered-by']).toBeUndefined();
  });
});
