import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Destination } from '../destination.ts';
import { createUetCapiDestination } from './destination.ts';

const TOKEN = 'very-secret-token';
const never = new AbortController().signal;

interface Request {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that answers as told, and a destination that talks to it. */
async function serve(answer: (response: ServerResponse, request: Request) => void, prefix = '') {
  const requests: Request[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const request = { method: incoming.method, url: incoming.url, headers: incoming.headers, body };
    requests.push(request);
    answer(response, request);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { endpoint, requests, destination: destinationAt(endpoint), server };
}

function destinationAt(endpoint: string): Destination {
  const destination = createUetCapiDestination({
    id: 'uet-capi:123',
    tagId: '123',
    token: TOKEN,
    endpoint,
    maxInFlight: 4,
  });
  closers.push(() => destination.close());
  return destination;
}

test('sends stored bytes in one atomic request', async () => {
  const { destination, requests } = await serve((response) => response.end('{"eventsReceived":2}'));
  const wires = ['{"eventId":"a", "n":1.0}', '{"eventId":"ä"}'];

  expect(await destination.send(wires, never)).toEqual({
    kind: 'processed',
    results: [
      { state: 'accepted', warnings: [] },
      { state: 'accepted', warnings: [] },
    ],
  });
  expect(destination.id).toBe('uet-capi:123');
  expect(requests).toHaveLength(1);
  expect(requests[0]).toMatchObject({
    method: 'POST',
    url: '/v1/123/events',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      'accept-encoding': 'identity',
    },
    body: '{"data":[{"eventId":"a", "n":1.0},{"eventId":"ä"}],"continueOnValidationError":false,"dataProvider":"uet-capi"}',
  });
});

test('a full batch at its size limit stays within 1 MB', async () => {
  const { destination, requests } = await serve((response) => response.end());
  const size = Math.floor(destination.maxBytes / destination.maxEvents);
  const wire = `{"x":"${'y'.repeat(size - 8)}"}`;
  await destination.send(
    Array.from({ length: destination.maxEvents }, () => wire),
    never,
  );
  expect(destination.maxEvents).toBe(1_000);
  expect(requests[0]!.body.length).toBeLessThanOrEqual(1_000_000);
  expect(requests[0]!.body.length).toBeGreaterThan(990_000);
});

test.each(['/base', '/base/'])('an endpoint may have a path: %s', async (prefix) => {
  const { destination, requests } = await serve((response) => response.end(), prefix);
  await destination.send(['{}'], never);
  expect(requests[0]!.url).toBe('/base/v1/123/events');
});

test('connections are kept', async () => {
  const { destination, server } = await serve((response) => response.end('{"eventsReceived":1}'));
  let connections = 0;
  server.on('connection', () => connections++);
  for (let i = 0; i < 5; i++) await destination.send(['{}'], never);
  // The second is opened when the first is not yet free again.
  expect(connections).toBeLessThanOrEqual(2);
});

test('a token that is echoed does not get into messages', async () => {
  const { destination } = await serve((response, { headers }) => {
    response
      .writeHead(403)
      .end(JSON.stringify({ error: { message: `bad header: ${headers.authorization}` } }));
  });
  expect(await destination.send(['{}'], never)).toEqual({
    kind: 'unauthorized',
    message: 'HTTP 403: bad header: Bearer [token]',
  });
});

test('redirects are not followed', async () => {
  const { destination, requests } = await serve((response) =>
    response.writeHead(307, { location: '/elsewhere' }).end(),
  );
  expect(await destination.send(['{}'], never)).toMatchObject({ kind: 'unavailable', message: 'HTTP 307' });
  expect(requests).toHaveLength(1);
});

test('an endless answer is not read to its end', async () => {
  let sent = 0;
  const { destination } = await serve((response) => {
    const chunk = Buffer.alloc(65_536, ' ');
    const write = () => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
    };
    response.on('drain', write);
    response.on('error', () => {});
    write();
  });
  expect(await destination.send(['{}'], never)).toMatchObject({ kind: 'processed' });
  expect(sent).toBeLessThan(50_000_000);
});

test('a connection that breaks after the status does not undo it', async () => {
  const { destination } = await serve((response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('{"eventsReceived":', () => response.destroy());
  });
  expect(await destination.send(['{}'], never)).toMatchObject({ kind: 'processed' });
});

test.each([
  [
    'a reset',
    (response: ServerResponse) => response.socket?.resetAndDestroy(),
    /^No answer from 127\.0\.0\.1:\d+: (ECONNRESET|UND_ERR_SOCKET)\.$/,
  ],
  [
    'a closed connection',
    (response: ServerResponse) => response.destroy(),
    /^No answer from 127\.0\.0\.1:\d+: UND_ERR_SOCKET\.$/,
  ],
  [
    'something that is not HTTP',
    (response: ServerResponse) => response.socket?.end('SSH-2.0-x\r\n'),
    /^No answer from 127\.0\.0\.1:\d+: HTTPParserError\.$/,
  ],
])('%s means try later', async (_, answer, message) => {
  const { destination } = await serve(answer);
  expect(await destination.send(['{}'], never)).toEqual({
    kind: 'unavailable',
    message: expect.stringMatching(message),
    retryAfterMs: undefined,
  });
});

test('an answer with a byte order mark is read', async () => {
  const details = [{ index: 0, errorCode: 'Empty', errorMessage: 'empty', isWarning: false }];
  const { destination } = await serve((response) =>
    response.writeHead(400).end(`\ufeff${JSON.stringify({ error: { details } })}`),
  );
  expect(await destination.send(['{}'], never)).toMatchObject({
    kind: 'refused',
    rejected: [{ position: 0, code: 'Empty' }],
  });
});

test('nobody listening means try later', async () => {
  const { endpoint, server } = await serve(() => {});
  await new Promise((resolve) => server.close(resolve));
  expect(await destinationAt(endpoint).send(['{}'], never)).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a time-out gives the request up', async () => {
  const limit = new AbortController();
  const { destination } = await serve(() => limit.abort(new DOMException('late', 'TimeoutError')));
  expect(await destination.send(['{}'], limit.signal)).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('TimeoutError'),
  });
});

test.each([
  [200, { kind: 'good' }],
  [400, { kind: 'good' }],
  [401, { kind: 'bad', message: 'HTTP 401' }],
  [403, { kind: 'bad', message: 'HTTP 403' }],
  [404, { kind: 'bad', message: 'HTTP 404' }],
  [405, { kind: 'bad', message: 'HTTP 405' }],
  [429, { kind: 'unknown', message: 'HTTP 429' }],
  [503, { kind: 'unknown', message: 'HTTP 503' }],
])('probe: %i', async (status, expected) => {
  const { destination, requests } = await serve((response) => response.writeHead(status).end());
  expect(await destination.probe(never)).toEqual(expected);
  expect(JSON.parse(requests[0]!.body)).toMatchObject({ data: [] });
});

test.each([200, 400])("probe: %i of a page that is not Microsoft's says nothing", async (status) => {
  const { destination } = await serve((response) => response.writeHead(status).end('<html>'));
  expect(await destination.probe(never)).toEqual({ kind: 'unknown', message: `HTTP ${status}` });
});

test('probe: no answer says nothing', async () => {
  const { destination } = await serve((response) => response.destroy());
  expect(await destination.probe(never)).toMatchObject({ kind: 'unknown' });
});
