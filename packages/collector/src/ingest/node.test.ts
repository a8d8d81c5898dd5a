import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { answerNotFound } from './node.ts';
import { serve } from './testing/serve.ts';
import { createTestListener, SERVER_KEY, TAG_ID } from './testing/test-listener.ts';
import { wrap } from './wrap.ts';

const PIXEL_HEADERS = 'Host: localhost\r\nOrigin: http://localhost\r\nContent-Type: text/plain\r\n';
const SERVER_HEADERS = `Host: localhost\r\nAuthorization: Bearer ${SERVER_KEY}\r\nContent-Type: application/json\r\n`;
const ENVELOPE = '{"v":1,"data":[{}]}';

async function start(config: object = {}) {
  const test = createTestListener(config);
  return { ...test, server: await serve(wrap(test.listener, answerNotFound, '/')) };
}

describe('a body that is too large', () => {
  test.each(['declared', 'chunked'])(
    '%s: the client reads 413, then the connection is closed',
    async (how) => {
      const { server, intake } = await start();
      const answer = await server.send('POST', '/e', {
        headers: {
          host: 'localhost',
          origin: 'http://localhost',
          'content-type': 'text/plain',
          ...(how === 'chunked' && { 'transfer-encoding': 'chunked' }),
        },
        body: Buffer.alloc(5_000_000, ' '),
      });
      expect(answer.status).toBe(413);
      expect(answer.headers.connection).toBe('close');
      expect(JSON.parse(answer.text).error.message).toContain('1000000 bytes');
      expect(intake.pixelCalls).toEqual([]);
    },
  );

  test('a client that reads only after it has sent everything sees the answer too', async () => {
    const { server } = await start();
    const size = 5_000_000;
    const socket = connect(server.port, '127.0.0.1').pause();
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    const closed = new Promise<string>((resolve, reject) => {
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    socket.write(`POST /e HTTP/1.1\r\n${PIXEL_HEADERS}Content-Length: ${size}\r\n\r\n`);
    socket.write(Buffer.alloc(size, ' '), () => socket.resume());
    expect(await closed).toMatch(/^HTTP\/1\.1 413 .*Connection: close/s);
  });

  test('a sender that never stops is cut off', async () => {
    const { server } = await start({ limits: { browserBodyBytes: 100 } });
    const socket = connect(server.port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString();
    });
    socket.on('error', () => {});
    const closed = new Promise((resolve) => socket.on('close', resolve));
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const pour = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', pour);
    socket.write(`POST /e HTTP/1.1\r\n${PIXEL_HEADERS}Transfer-Encoding: chunked\r\n\r\n`);
    pour();
    await closed;
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
  });
});

test('connections are kept alive', async () => {
  const { server } = await start();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set<number | undefined>();
  const send = (method: string, path: string, headers: Record<string, string>, body: string) =>
    new Promise<number>((resolve, reject) => {
      const outgoing = request(
        { port: server.port, host: '127.0.0.1', agent, method, path, headers },
        (answer) => {
          ports.add(answer.socket.localPort);
          answer.resume().on('end', () => resolve(answer.statusCode!));
        },
      );
      outgoing.on('error', reject).end(body);
    });
  const pixel = { host: 'localhost', origin: 'http://localhost', 'content-type': 'text/plain' };
  for (let i = 0; i < 3; i++) {
    expect(await send('POST', '/e', pixel, ENVELOPE)).toBe(202);
    expect(await send('GET', '/c.js', {}, '')).toBe(200);
    expect(await send('GET', '/healthz', {}, '')).toBe(200);
    expect(await send('DELETE', '/e', {}, '')).toBe(405);
  }
  agent.destroy();
  expect(ports.size).toBe(1);
});

test('an aborted body takes nothing and harms nobody', async () => {
  const { server, intake } = await start();
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write(`POST /e HTTP/1.1\r\n${PIXEL_HEADERS}Content-Length: 1000\r\n\r\n{"v":1`);
        setImmediate(() => socket.resetAndDestroy());
      });
      socket.on('close', () => resolve());
    });
  }
  expect((await server.send('GET', '/healthz')).status).toBe(200);
  expect(intake.pixelCalls).toEqual([]);
});

test('a body that comes in small pieces is waited for', async () => {
  const { server, intake } = await start();
  const socket = connect(server.port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.write(`POST /e HTTP/1.1\r\n${PIXEL_HEADERS}Content-Length: ${ENVELOPE.length}\r\n\r\n`);
  for (const letter of ENVELOPE) {
    await new Promise<void>((resolve) => socket.write(letter, () => resolve()));
  }
  await expect.poll(() => text).toMatch(/^HTTP\/1\.1 202 /);
  socket.destroy();
  expect(intake.pixelCalls).toHaveLength(1);
});

describe('hostile requests get a plain answer', () => {
  const post = (path: string, headers: string, body: string) =>
    `POST ${path} HTTP/1.1\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`;
  const get = (path: string, headers = 'Host: localhost\r\n') =>
    `GET ${path} HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`;
  const events = `/v1/${TAG_ID}/events`;

  test.each<[what: string, bytes: string, status: number]>([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['an unknown method', 'FOO /e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 400],
    ['TRACE', 'TRACE /e HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405],
    ['an absolute address', get('http://localhost/c.js'), 404],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 404],
    ['no Host', get('/c.js', ''), 400],
    [
      'a Host that is none',
      get('/e.gif?u=https://a.test/', 'Host: a b:c\r\nReferer: https://a.test/\r\n'),
      200,
    ],
    [
      'a Host with path',
      post('/e', 'Host: localhost/x\r\nOrigin: http://localhost\r\nContent-Type: text/plain\r\n', ENVELOPE),
      202,
    ],
    ['broken percent-encoding', get('/%E0%A4%A'), 404],
    ['a null byte in the path', get('/e%00'), 404],
    ['climbing', get('/../../etc/passwd'), 404],
    ['broken query', get('/e.gif?%&=&u=%FF&u[]=x&u[__proto__]=y'), 200],
    ['5,000 parameters', get(`/e.gif?${'u=x&'.repeat(3_000)}`), 200],
    ['two Origins', post('/e', `${PIXEL_HEADERS}Origin: http://evil.test\r\n`, ENVELOPE), 403],
    ['two content types', post('/e', `${PIXEL_HEADERS}Content-Type: image/png\r\n`, ENVELOPE), 202],
    ['two lengths', post('/e', `${PIXEL_HEADERS}Content-Length: 5\r\n`, ENVELOPE), 400],
    ['length and chunks', post('/e', `${PIXEL_HEADERS}Transfer-Encoding: chunked\r\n`, ENVELOPE), 400],
    ['a negative length', `POST /e HTTP/1.1\r\n${PIXEL_HEADERS}Content-Length: -1\r\n\r\n`, 400],
    ['broken chunks', `POST /e HTTP/1.1\r\n${PIXEL_HEADERS}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, 400],
    ['headers beyond all measure', get('/c.js', `Host: localhost\r\nX: ${'x'.repeat(20_000)}\r\n`), 431],
    ['a gzip bomb', post('/e', `${PIXEL_HEADERS}Content-Encoding: gzip\r\n`, '\x1f\x8b'), 415],
    ['invalid UTF-8', post('/e', PIXEL_HEADERS, '{"v":1,"data":["\x80\xff"]}'), 202],
    ['numbers without end', post('/e', PIXEL_HEADERS, `{"v":1,"data":[${'9'.repeat(5_000)}]}`), 202],
    ['an envelope of numbers', post('/e', PIXEL_HEADERS, '1e999'), 400],
    ['null', post('/e', PIXEL_HEADERS, 'null'), 400],
    ['a prototype as envelope', post('/e', PIXEL_HEADERS, '{"__proto__":{"v":1,"data":[]}}'), 400],
    ['nesting', post('/e', PIXEL_HEADERS, `{"v":1,"data":${'['.repeat(9_999)}${']'.repeat(9_999)}}`), 202],
    ['no colon in Authorization', post(events, SERVER_HEADERS.replace('Bearer ', ''), '{}'), 401],
    ['null for a batch', post(events, SERVER_HEADERS, 'null'), 200],
    ['text for a batch', post(events, SERVER_HEADERS, '"x"'), 200],
    ['nothing for a batch', post(events, SERVER_HEADERS, ''), 200],
    [
      'a body with GET',
      `GET /c.js HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc`,
      200,
    ],
  ])('%s', async (_, bytes, status) => {
    const { server, logged } = await start();
    const text = await server.raw(bytes);
    expect(Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text).toBe(status);
    expect(text).not.toMatch(/\bat .*\.(ts|js):|Error:/);
    expect(logged).toEqual([]);
    expect((await server.send('GET', '/healthz')).status).toBe(200);
  });
});
