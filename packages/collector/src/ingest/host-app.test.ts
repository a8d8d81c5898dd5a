import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import express from 'express';
import helmet from 'helmet';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createRouter } from './router.ts';
import { createTestListener } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

/**
 * Somebody's app answers byte for byte as it did before the collector came: the same requests go to
 * the app alone and to the app with the collector in it or in front of it.
 */

// Express logs the errors that the app makes here on purpose.
beforeEach(() => {
  const log = vi.spyOn(console, 'error').mockImplementation(() => {});
  return () => log.mockRestore();
});

const THIS_FILE = fileURLToPath(import.meta.url);

/** An app that does what apps do. `mount` is where the collector would be put in. */
function hostApp(mount: (app: express.Express) => void): express.Express {
  const app = express();
  // Stack traces in answers name the handlers on the way, of which the collector is one.
  app.set('env', 'production');
  app.use(helmet());
  mount(app);
  app.use(express.json({ limit: 1_000 }), express.urlencoded({ extended: true }));
  app.get('/', (_, res) => void res.send('home'));
  app.get('/seen', ({ url, originalUrl, baseUrl, path, query, headers, ip, protocol }, res) => {
    res.json({ url, originalUrl, baseUrl, path, query, headers, ip, protocol });
  });
  app.get('/m/own', (req, res) => void res.cookie('seen', '1').json([req.baseUrl, req.url]));
  app.post(
    '/order',
    (req, res) =>
      void res
        .status(201)
        .location('/order/1')
        .json(req.body ?? null),
  );
  app.post('/upload', express.raw({ type: 'application/octet-stream' }), (req, res) => {
    res.json(Buffer.isBuffer(req.body) ? req.body.length : null);
  });
  app.get('/stream', async (_, res) => {
    res.type('text/event-stream');
    for (let i = 0; i < 3; i++) {
      res.write(`data: ${i}\n\n`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    res.end();
  });
  app.get('/file', (_, res) => res.sendFile(THIS_FILE, { lastModified: false }));
  app.get('/user/:name', (req, res) => void res.send(req.params.name));
  app.get('/moved', (_, res) => res.redirect('/'));
  app.get('/throws', () => {
    throw Object.assign(new Error('of the app'), { status: 418, stack: 'of the app' });
  });
  app.get('/rejects', async () => Promise.reject(new Error('handled')));
  app.use(((error, _, res, next) => {
    if (error.message === 'handled') res.status(500).send('the app says sorry');
    else next(error);
  }) satisfies express.ErrorRequestHandler);
  return app;
}

type Form = (listener: ReturnType<typeof createTestListener>['listener']) => RequestListener;

const FORMS: Record<string, Form> = {
  'app.use, before everything': (listener) => hostApp((app) => app.use('/m', createRouter(listener))),
  'app.use without a path': (listener) => hostApp((app) => app.use(createRouter(listener))),
  wrap: (listener) =>
    wrap(
      listener,
      hostApp(() => {}),
      '/m',
    ),
};

async function listen(handler: RequestListener): Promise<number> {
  const server = createServer(handler);
  server.on('upgrade', (req, socket) => {
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${req.headers.upgrade}\r\nConnection: Upgrade\r\n\r\n`,
    );
    socket.on('data', (chunk) => socket.end(`echo ${chunk} at ${req.url}`));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** All that comes back for these bytes, each sent once something has come back for the one before. */
async function talk(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  let heard = () => {};
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    heard();
  });
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  for (const [index, piece] of pieces.entries()) {
    const answer = new Promise<void>((resolve) => {
      heard = resolve;
    });
    socket.write(piece);
    if (index < pieces.length - 1) await answer;
  }
  await closed;
  return text.replace(/^Date: .*$/gm, 'Date: then').replaceAll(String(port), 'PORT');
}

const request = (method: string, path: string, headers: readonly string[] = [], body = '') =>
  [
    `${method} ${path} HTTP/1.1`,
    'Host: shop.example',
    'Connection: close',
    ...headers,
    ...(body === '' ? [] : [`Content-Length: ${body.length}`]),
    '',
    body,
  ].join('\r\n');

const get = (path: string, ...headers: string[]) => request('GET', path, headers);
const JSON_TYPE = 'Content-Type: application/json';

const CONVERSATIONS: Record<string, readonly string[]> = {
  'a page': [get('/')],
  'what the app sees of a request': [get('/seen?a=1&a=2&b[c]=d', 'X-Forwarded-For: 1.1.1.1', 'Cookie: a=b')],
  HEAD: [request('HEAD', '/seen')],
  'OPTIONS of a route': [request('OPTIONS', '/order')],
  'OPTIONS of everything': [request('OPTIONS', '*')],
  'a body': [request('POST', '/order', [JSON_TYPE], '{"a":[1,2]}')],
  'a form': [request('POST', '/order', ['Content-Type: application/x-www-form-urlencoded'], 'a[b]=c&d=e')],
  'broken JSON': [request('POST', '/order', [JSON_TYPE], '{"a":')],
  'a body that is too large': [request('POST', '/order', [JSON_TYPE], `"${'x'.repeat(2_000)}"`)],
  'a body in chunks': [
    `${request('POST', '/order', [JSON_TYPE, 'Transfer-Encoding: chunked'])}3\r\n{"a\r\n4\r\n":1}\r\n0\r\n\r\n`,
  ],
  'an upload': [request('POST', '/upload', ['Content-Type: application/octet-stream'], 'x'.repeat(70_000))],
  'Expect: 100-continue': [
    request('POST', '/order', [JSON_TYPE, 'Expect: 100-continue', 'Content-Length: 7']),
    '{"a":1}',
  ],
  'an expectation that nobody can meet': [request('POST', '/order', ['Expect: coffee'], '{}')],
  'a stream': [get('/stream')],
  'a file': [get('/file')],
  'a part of it': [get('/file', 'Range: bytes=0-99')],
  'a redirection': [get('/moved')],
  'a parameter': [get('/user/J%C3%B6rg')],
  'a parameter that cannot be decoded': [get('/user/%E0%A4%A')],
  'an error': [get('/throws')],
  'an error that the app handles': [get('/rejects')],
  'nothing there': [get('/nothing')],
  'nothing there, POST': [request('POST', '/nothing', [JSON_TYPE], '{}')],
  'below the mount': [get('/m/own')],
  'nothing there, below the mount': [get('/m/nothing?x=%zz')],
  'the mount itself': [get('/m')],
  'the mount with a slash': [get('/m/')],
  'a name that begins like the mount': [get('/mm/c.js')],
  'the path //': [get('//')],
  'the path /../x': [get('/../x')],
  'the path /%2e%2e/x': [get('/%2e%2e/x')],
  'the path /a%00b': [get('/a%00b')],
  'the path /;x': [get('/;x')],
  'the path /%': [get('/%')],
  'an absolute address': [get('http://shop.example/seen')],
  'an old client': ['GET / HTTP/1.0\r\n\r\n'],
  'one request after another': [
    'GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n',
    'POST /order HTTP/1.1\r\nHost: shop.example\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    get('/m/own'),
  ],
  'requests that do not wait': [
    `GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\n${get('/moved')}`,
  ],
  'a WebSocket': [
    'GET /m/socket HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n',
    'hello',
  ],
  'no HTTP at all': ['hello\r\n\r\n'],
};

describe.each(Object.entries(FORMS))('with the collector by %s', (_, form) => {
  test.each(Object.entries(CONVERSATIONS))('the app answers as before: %s', async (_, pieces) => {
    const { listener, intake } = createTestListener();
    const before = await talk(await listen(hostApp(() => {})), pieces);
    const after = await talk(await listen(form(listener)), pieces);
    expect(before).toMatch(/^HTTP\/1\.1 \d{3} /);
    expect(after).toBe(before);
    expect(intake.pixelCalls).toEqual([]);
  });
});
