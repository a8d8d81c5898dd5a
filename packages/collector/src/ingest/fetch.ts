import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { NOT_FOUND } from './answers.ts';
import { readBody } from './body.ts';
import type { Answer, Incoming, Stream } from './exchange.ts';
import type { Listener } from './listener.ts';

/** For frameworks that speak `Request` and `Response`. */
export type FetchHandler = (request: Request, connection?: FetchConnection) => Promise<Response>;

/** What a `Request` does not tell. */
export interface FetchConnection {
  /** Address of the socket's other end, without which no proxy by address can be believed. */
  peer?: string;
}

/**
 * The framework has routed the request already, without saying where it mounted us: the folders in
 * front of a known path are the mount.
 */
export function createFetchHandler(listener: Listener): FetchHandler {
  return async (request, connection = {}) => {
    const { pathname, search, protocol, host } = new URL(request.url);
    const common = {
      method: request.method,
      query: search.slice(1),
      header: (name: string) => request.headers.get(name) ?? (name === 'host' ? host : undefined),
      peer: connection.peer,
      encrypted: protocol === 'https:',
      receivedAt: Date.now(),
      body: (limitBytes: number) => readRequest(request, limitBytes),
    } satisfies Omit<Incoming, 'path'>;
    for (let path = pathname; path !== ''; path = path.slice(1).replace(/^[^/]+/, '')) {
      const answer = listener({ ...common, path });
      if (answer) return toResponse(await answer, request.method);
    }
    return toResponse(NOT_FOUND, request.method);
  };
}

function readRequest(request: Request, limitBytes: number): ReturnType<Incoming['body']> {
  if (request.bodyUsed || request.body?.locked) return Promise.resolve({ failed: 'consumed' });
  const stream = request.body ? Readable.fromWeb(request.body as WebStream) : Readable.from([]);
  return readBody(stream, request.headers.get('content-length') ?? undefined, limitBytes);
}

function toResponse({ status, headers, body }: Answer, method: string): Response {
  const list = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    for (const one of [value].flat()) list.append(name, one);
  }
  const isEmpty = method === 'HEAD' || status === 204 || status === 304;
  const content = isEmpty ? null : typeof body === 'function' ? readable(body) : body;
  return new Response(content as ConstructorParameters<typeof Response>[0], { status, headers: list });
}

/** At the client's pace; it ends the stream by cancelling. */
function readable(stream: Stream): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const parts = stream(gone.signal)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      gone.abort();
      await parts.return?.();
    },
  });
}
