import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { TLSSocket } from 'node:tls';
import { NOT_FOUND } from './answers.ts';
import { type BodySource, readBody } from './body.ts';
import type { Answer, Incoming, Stream } from './exchange.ts';
import type { Listener } from './listener.ts';

/**
 * How long the rest of a body that nobody wanted is thrown away after the answer, ms. Closing at
 * once would reset the connection, and the client would never see the answer (nginx does the same
 * and calls it lingering close; its wait for more is 5 s, too long for a hostile sender).
 */
const LINGER_MS = 1_000;

/**
 * Answers a request of `node:http` or Express where it is ours.
 *
 * @param url below the mount, with query
 * @returns false, at once and with nothing touched, where the path is not ours
 */
export function answerNode(
  listener: Listener,
  req: IncomingMessage,
  res: ServerResponse,
  url: string,
): boolean {
  const answer = listener(incoming(req, url));
  if (!answer) return false;
  // Something of the host application (a patched response) can make sending fail; it must not end the process.
  answer.then((ready) => send(req, res, ready)).catch(() => res.destroy());
  return true;
}

/** What stands behind the event routes where there is no application. */
export const answerNotFound: RequestListener = (req, res) => send(req, res, NOT_FOUND);

function incoming(req: IncomingMessage, url: string): Incoming {
  const mark = url.indexOf('?');
  // Asked for a dozen times, and behind a getter.
  const { headers } = req;
  return {
    method: req.method ?? '',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    header: (name) => headers[name]?.toString(),
    peer: req.socket.remoteAddress,
    encrypted: (req.socket as Partial<TLSSocket>).encrypted === true,
    receivedAt: Date.now(),
    body: (limitBytes) => readBody(req as BodySource, headers['content-length'], limitBytes),
  };
}

function send(req: IncomingMessage, res: ServerResponse, { status, headers, body }: Answer): void {
  // The client is gone, or something in front (a time-out of the app) has answered.
  if (res.destroyed || res.headersSent) return;
  if (headers['Cache-Control']?.includes('public')) removeCookies(res);
  if (!req.complete) res.shouldKeepAlive = false;
  if (typeof body === 'function') {
    res.writeHead(status, headers);
    if (req.method === 'HEAD') res.end();
    else sendStream(res, body);
    return;
  }
  const hasBody = status !== 204 && status !== 304;
  res.writeHead(status, hasBody ? { ...headers, 'Content-Length': Buffer.byteLength(body) } : headers);
  if (req.complete) res.end(body);
  else lingerAndClose(req, res, body);
}

/**
 * What is in everybody's cache must hold nobody's session: neither a cookie that is set already, nor one that is set
 * while the head is written. Session middlewares do that by a `writeHead` of their own on the response.
 */
function removeCookies(res: ServerResponse): void {
  res.removeHeader('Set-Cookie');
  Reflect.deleteProperty(res, 'writeHead');
}

/** At the client's pace: what it does not take is not made. */
function sendStream(res: ServerResponse, stream: Stream): void {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  // Before the first bytes there may be a long wait.
  res.flushHeaders();
  pipeline(Readable.from(stream(gone.signal)), res).catch(() => res.destroy());
}

function lingerAndClose(req: IncomingMessage, res: ServerResponse, body: string | Buffer): void {
  res.flushHeaders();
  if (body.length > 0) res.write(body);
  const close = () => {
    clearTimeout(timer);
    res.end();
  };
  const timer = setTimeout(close, LINGER_MS);
  req.once('end', close).once('close', close).on('error', close).resume();
}
