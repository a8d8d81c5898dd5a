import { createBody, createLaterBody, markOf } from './bodies.ts';
import { createRandom, type Random } from './random.ts';
import type { Sending } from './raw-client.ts';

/** Hostile requests to every public route, each made from a seed and its number alone. */

export interface HostileRequest extends Sending {
  /** For the report of a failure. */
  kind: string;
  path: string;
}

export interface Target {
  /** Where the collector is mounted: `` or `/m`. */
  mount: string;
  tagId: string;
  serverKey: string;
}

/** Of the site, as the collector is configured. */
const ORIGIN = 'https://shop.example';

type Make = (random: Random, mark: string, target: Target) => Omit<HostileRequest, 'kind'>;

export function createHostileRequest(seed: number, number: number, target: Target): HostileRequest {
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ number);
  const mark = markOf(number);
  const [kind, , make] = random.pick(WEIGHTED);
  return { kind, ...make(random, mark, target) };
}

const KINDS: readonly [kind: string, weight: number, make: Make][] = [
  [
    'pixel body',
    40,
    (random, mark, { mount }) => post(random, `${mount}/e`, pixelHeaders(), createBody(random, mark)),
  ],
  [
    'server body',
    20,
    (random, mark, target) =>
      post(random, serverPath(target), serverHeaders(target), createBody(random, mark)),
  ],
  [
    'later body',
    10,
    (random, mark, target) => {
      const list = random.pick(['conversions', 'adjustments'] as const);
      const path = `${target.mount}/v1/${list}`;
      return post(random, path, serverHeaders(target), createLaterBody(random, mark, list));
    },
  ],
  ['image', 8, image],
  ['headers', 14, headers],
  ['paths and methods', 8, paths],
  ['framing', 6, framing],
  ['slow or cut off', 4, cutOff],
];

/** Each as often as its weight says. */
const WEIGHTED = KINDS.flatMap((kind) => Array<(typeof KINDS)[number]>(kind[1]).fill(kind));

function pixelHeaders(): string[] {
  return ['Host: m.shop.example', `Origin: ${ORIGIN}`, 'Content-Type: text/plain;charset=UTF-8'];
}

function serverHeaders({ serverKey }: Target): string[] {
  return ['Host: m.shop.example', `Authorization: Bearer ${serverKey}`, 'Content-Type: application/json'];
}

function serverPath({ mount, tagId }: Target): string {
  return `${mount}/v1/${tagId}/events`;
}

function head(method: string, path: string, lines: readonly string[], version = 'HTTP/1.1'): string {
  return `${[`${method} ${path} ${version}`, ...lines].join('\r\n')}\r\n\r\n`;
}

/** Framed as it should be, in one piece, a few, or chunks. */
function post(
  random: Random,
  path: string,
  lines: readonly string[],
  { bytes, encoding }: ReturnType<typeof createBody>,
): Omit<HostileRequest, 'kind'> {
  const all = encoding === undefined ? lines : [...lines, `Content-Encoding: ${encoding}`];
  if (random.chance(0.1)) {
    const size = Math.max(1, Math.ceil(bytes.length / 3));
    const chunks: Buffer[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      const chunk = bytes.subarray(at, at + size);
      chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
    }
    const start = Buffer.from(head('POST', path, [...all, 'Transfer-Encoding: chunked']));
    return { path, pieces: [start, ...chunks, Buffer.from('0\r\n\r\n')], ending: 'answer' };
  }
  const start = Buffer.from(head('POST', path, [...all, `Content-Length: ${bytes.length}`]));
  const whole = Buffer.concat([start, bytes]);
  const cut = random.below(whole.length);
  const pieces = random.chance(0.1) ? [whole.subarray(0, cut), whole.subarray(cut)] : [whole];
  return { path, pieces, ending: 'answer' };
}

/** Bytes that end the conversation whatever they are, since the client says that nothing follows. */
function raw(path: string, ...pieces: (string | Buffer)[]): Omit<HostileRequest, 'kind'> {
  return { path, pieces: pieces.map((piece) => Buffer.from(piece as string, 'latin1')), ending: 'end' };
}

function image(random: Random, mark: string, { mount }: Target): Omit<HostileRequest, 'kind'> {
  const value = () =>
    random.pick([
      `https://shop.example/?${mark}`,
      `https%3A%2F%2Fshop.example%2F%3F${mark}`,
      ...['', '%', '%00', '%E0%A4%A', 'javascript:alert(1)', 'https://', 'file:///etc/passwd', 'http://[::'],
      // The longer one loses its query.
      `https://shop.example/${mark}?${'x'.repeat(random.pick([8_000, 9_000]))}`,
      `https://shop.example/%00%0d%0a?${mark}&email=john@contoso.com`,
    ]);
  const query = Array.from(
    { length: random.below(6) },
    () =>
      `${random.pick(['u', 'r', 't', 'u[]', 'u[__proto__]', '__proto__', 'u', '%75', '&', ';u'])}=${value()}`,
  ).join('&');
  const path = `${mount}/e.gif?${query}`;
  const lines = [
    'Host: m.shop.example',
    ...(random.chance(0.5)
      ? [`Referer: ${random.pick([`https://shop.example/${mark}`, 'https://evil.test/', 'x', ''])}`]
      : []),
    ...(random.chance(0.2) ? ['Sec-Purpose: prefetch;prerender'] : []),
  ];
  const isHead = random.chance(0.1);
  return {
    path,
    pieces: [Buffer.from(head(isHead ? 'HEAD' : 'GET', path, lines))],
    ending: 'answer',
    isHead,
  };
}

/** Sound bodies under headers that lie, repeat or have no sense. */
function headers(random: Random, mark: string, target: Target): Omit<HostileRequest, 'kind'> {
  const isPixel = random.chance(0.6);
  const lines = isPixel ? pixelHeaders() : serverHeaders(target);
  const forged = random.pick([
    '203.0.113.66',
    '2001:db8::66',
    '::ffff:203.0.113.66',
    '<script>',
    ', ,',
    'unknown',
    '127.0.0.1',
  ]);
  const tricks = [
    `X-Forwarded-For: ${forged}`,
    `X-Forwarded-For: ${forged}, ${forged}`,
    `X-Real-IP: ${forged}`,
    `CF-Connecting-IP: ${forged}`,
    `Forwarded: for="${forged}";host=evil.test;proto=https`,
    `X-Forwarded-Host: ${random.pick(['evil.test', 'evil.test, m.shop.example', 'a b', ''])}`,
    'X-Forwarded-Proto: https',
    `Origin: ${random.pick(['null', 'https://evil.test', 'https://shop.example.evil.test', 'https://shop.example:1', 'x', ''])}`,
    `Origin: ${ORIGIN}`,
    `Host: ${random.pick(['evil.test', 'a b', '[::1', 'm.shop.example:99999', ''])}`,
    `Content-Type: ${random.pick(['text/plain', 'text/html', 'application/json; charset=utf-16', 'multipart/form-data; boundary=x', ''])}`,
    `Content-Encoding: ${random.pick(['gzip', 'br', 'identity', 'deflate, gzip', 'x'])}`,
    `Authorization: ${random.pick(['Bearer', 'Bearer wrong', 'Basic eDp5', `Bearer ${' '.repeat(2_000)}x y`, 'bearer  '])}`,
    `User-Agent: ${random.pick(['Googlebot/2.1', 'x'.repeat(5_000), '', '(('.repeat(500), '\xff\xfe'])}`,
    `Cookie: ${random.pick(['_capi_vid=evil; _capi_msclkid=%00', '='.repeat(500), '__proto__=1'])}`,
    `Sec-GPC: ${random.pick(['1', '1, 1', 'x'])}`,
    `Accept-Encoding: ${random.pick(['*;q=0', 'br;q=x', ','.repeat(1_000)])}`,
    `If-None-Match: ${random.pick(['*', '"x"'.repeat(300), ','.repeat(500)])}`,
    'Expect: 100-continue',
    'Connection: keep-alive, x-forwarded-for',
    '__proto__: polluted',
    'constructor: polluted',
  ];
  const all = [...lines];
  for (let i = 0; i <= random.below(4); i++) {
    const trick = random.pick(tricks);
    const at = all.findIndex((line) => line.split(':')[0] === trick.split(':')[0]);
    // Instead of the right one, or beside it.
    if (at >= 0 && random.chance(0.6)) all[at] = trick;
    else all.push(trick);
  }
  if (random.chance(0.3)) {
    const path = `${target.mount}${random.pick(['/c.js', '/c.js?debug=1', '/healthz', '/readyz', '/metrics'])}`;
    return { path, pieces: [Buffer.from(head('GET', path, all), 'latin1')], ending: 'answer' };
  }
  const path = isPixel ? `${target.mount}/e` : serverPath(target);
  const body = Buffer.from(
    `{"v":1,"data":[{"eventType":"custom","eventId":"${mark}","eventName":"hostile","eventTime":${Math.floor(Date.now() / 1_000)},"consent":"granted","userData":{"anonymousId":"${mark}"}}]}`,
  );
  const start = Buffer.from(head('POST', path, [...all, `Content-Length: ${body.length}`]), 'latin1');
  return { path, pieces: [Buffer.concat([start, body])], ending: 'answer' };
}

function paths(random: Random, mark: string, target: Target): Omit<HostileRequest, 'kind'> {
  const known = ['/c.js', '/e', '/e.gif', '/healthz', '/readyz', '/metrics', '/admin', '/admin/api/events'];
  const servers = [
    `/v1/${target.tagId}/events`,
    '/v1/0/events',
    '/v1/conversions',
    '/v1/adjustments',
    '/v1//events',
  ];
  const base = random.pick([...known, ...servers, '/', '/own']);
  const path = `${random.chance(0.8) ? target.mount : ''}${base}${random.pick([
    ...['', '', '', '/', '/..', '/../e', '%00', '%2e%2e/', '?', '?a[b]=c&a=d', '#x', '//', ';x=y'],
    `?${'a=b&'.repeat(random.pick([10, 2_000]))}`,
    `/${'x'.repeat(random.pick([100, 10_000]))}`,
    '/%E0%A4%A',
    '/\\..\\x',
  ])}`;
  const method = random.pick([
    'GET',
    'POST',
    'PUT',
    'DELETE',
    'PATCH',
    'OPTIONS',
    'HEAD',
    'TRACE',
    'PROPFIND',
    'QUERY',
    'LOCK',
  ]);
  const lines = [...(random.chance(0.5) ? pixelHeaders() : serverHeaders(target))];
  if (method === 'OPTIONS')
    lines.push('Access-Control-Request-Method: POST', 'Access-Control-Request-Headers: x');
  const body = method === 'GET' || method === 'HEAD' ? '' : `{"v":1,"data":["${mark}"]}`;
  const bytes = Buffer.from(
    head(method, path, [...lines, `Content-Length: ${body.length}`]) + body,
    'latin1',
  );
  return { path, pieces: [bytes], ending: 'answer', isHead: method === 'HEAD' };
}

/** Where one request ends and the next begins is told wrongly, or in two ways. */
function framing(random: Random, mark: string, target: Target): Omit<HostileRequest, 'kind'> {
  const path = random.chance(0.5) ? `${target.mount}/e` : serverPath(target);
  const lines = path.endsWith('/e') ? pixelHeaders() : serverHeaders(target);
  const body = `{"v":1,"data":[{"eventType":"custom","eventId":"${mark}","userData":{"anonymousId":"${mark}"}}]}`;
  const hidden = head('GET', `${target.mount}/healthz`, ['Host: x']);
  const length = `Content-Length: ${body.length}`;
  const start = (...more: string[]) => head('POST', path, [...lines, ...more]);
  return random.pick([
    () => raw(path, start(length, 'Transfer-Encoding: chunked'), `${body}0\r\n\r\n`),
    () => raw(path, start('Content-Length: 5', length), body),
    () => raw(path, start('Content-Length: -1'), body),
    () => raw(path, start('Content-Length: 0x10'), body),
    () => raw(path, start('Content-Length: 99999999999999999999'), body),
    () => raw(path, start(`Content-Length: ${body.length},${body.length}`), body),
    () => raw(path, start('Content-Length: 3'), body + hidden),
    () => raw(path, start(length), body + hidden + hidden),
    () => raw(path, start('Transfer-Encoding: chunked'), 'zz\r\n', body),
    () => raw(path, start('Transfer-Encoding: chunked'), `5;${'x'.repeat(20_000)}\r\nhello\r\n0\r\n\r\n`),
    () => raw(path, start('Transfer-Encoding: chunked'), 'ffffffffffffffff\r\n', body),
    () => raw(path, start('Transfer-Encoding: xchunked'), body),
    () => raw(path, start('Transfer-Encoding: chunked, identity'), `0\r\n\r\n${hidden}`),
    () => raw(path, start('Transfer-Encoding : chunked'), `0\r\n\r\n${hidden}`),
    () => raw(path, start('Transfer-Encoding: chunked'), '0\r\nX-Trailer: a\r\nContent-Length: 5\r\n\r\n'),
    () => raw(path, head('POST', path, [...lines, length], 'HTTP/1.0'), body),
    () =>
      raw(
        path,
        head(
          'POST',
          path,
          [...lines, length],
          random.pick(['HTTP/2.0', 'HTTP/0.9', 'HTTP/9.9', 'HTTQ/1.1', '']),
        ),
        body,
      ),
    () => raw(path, start(length).replaceAll('\r\n', '\n'), body),
    () => raw(path, start(length, 'X-Folded: a\r\n b'), body),
    () => raw(path, start(length, 'X-Null: a\0b'), body),
    () => raw(path, start(length, `X-Huge: ${'x'.repeat(20_000)}`), body),
    () => raw(path, start(length, ...Array.from({ length: 3_000 }, (_, i) => `X${i}: a`)), body),
    () => raw(path, start('Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Key: x', length), body),
    () => raw(path, start('Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', length), body),
    () => raw(path, start(length, `Expect: ${random.pick(['100-continue', '200-ok', ''])}`), body),
    () => raw(path, head('GET', `/${'x'.repeat(random.pick([15_000, 100_000]))}`, lines)),
    () => raw(path, head('CONNECT', 'evil.test:443', lines)),
    () => raw(path, head('OPTIONS', '*', lines)),
    () => raw(path, head('GET', `http://evil.test${target.mount}/c.js`, ['Host: x'])),
    () => raw(path, head('GET', 'e', lines)),
    () => raw(path, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    () => raw(path, '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'),
    () => raw(path, Buffer.from(Array.from({ length: 200 }, () => random.below(256)))),
    () => raw(path, '\r\n\r\n\r\n', start(length), body),
  ])();
}

/** Bodies and heads that come in drops, stop, or are left behind by a client that is gone. */
function cutOff(random: Random, mark: string, target: Target): Omit<HostileRequest, 'kind'> {
  const sound = random.chance(0.5)
    ? post(random, `${target.mount}/e`, pixelHeaders(), createBody(random, mark))
    : post(random, serverPath(target), serverHeaders(target), createBody(random, mark));
  const bytes = Buffer.concat(sound.pieces);
  const part = bytes.subarray(0, random.below(bytes.length));
  const drops = Array.from({ length: 20 }, (_, i) =>
    part.subarray(Math.floor((i * part.length) / 20), Math.floor(((i + 1) * part.length) / 20)),
  );
  return {
    path: sound.path,
    pieces: random.chance(0.5) ? drops : [part],
    ending: random.pick(['end', 'reset']),
  };
}
