import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Contestant } from './contestant.ts';

/** What happens to a request with events: an answer of this status, no answer, or a closed connection. */
export type Fault = { status: number; headers?: Record<string, string> } | 'reset' | 'hang';

/** The pages of a site on one origin, and its collector with scriptable faults on another. */
export interface World {
  /** Origin of the pages; every path is one. */
  siteUrl: string;
  /** The next requests with events meet these, one each. */
  fail(...faults: Fault[]): void;
  /** All requests with events meet this, until it is taken back. */
  failAll(fault: Fault | undefined): void;
  /** How many requests with events there were, whatever became of them. */
  attempts(): number;
  /** How often each event was taken. */
  arrivals(): ReadonlyMap<string, number>;
  /** Script that runs first in each page opened from now on. */
  prelude: string;
  close(): Promise<void>;
}

/** Event ids of the matrix, made to be found in any encoding of a body. */
const EVENT_ID = /mx[0-9a-z]+/g;

/** Starts the pages and the collector of a contestant on free ports. */
export async function startWorld(contestant: Contestant): Promise<World> {
  const arrivals = new Map<string, number>();
  let faults: Fault[] = [];
  let standing: Fault | undefined;
  let attempts = 0;

  const collector = createServer(async (incoming, response) => {
    const body = await readBody(incoming);
    // Its page has gone.
    if (!body) return;
    const request = asRequest(incoming, body);
    const isEvent = contestant.isEvent(request);
    if (isEvent) attempts++;
    const fault = isEvent ? (standing ?? faults.shift()) : undefined;
    if (fault === 'reset') return void incoming.socket.destroy();
    if (fault === 'hang') return;
    if (fault) return void response.writeHead(fault.status, { ...cors(incoming), ...fault.headers }).end();
    if (isEvent) {
      const text = request.url + (contestant.decode?.(body, request) ?? body.toString());
      for (const id of new Set(text.match(EVENT_ID))) arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
    }
    await write(await contestant.answer(request), response);
  });
  const collectorUrl = await listen(collector);

  const site = createServer((incoming, response) => {
    if (incoming.url === '/favicon.ico') return void response.writeHead(204).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(
      `<!doctype html><title>Shop</title><script>${world.prelude}</script>${contestant.head(collectorUrl)}` +
        `<script>function track(id, text = '') { ${contestant.track} }</script><h1>Shop</h1>`,
    );
  });

  const world: World = {
    siteUrl: await listen(site),
    fail(...next) {
      faults = next;
    },
    failAll(fault) {
      standing = fault;
    },
    attempts: () => attempts,
    arrivals: () => arrivals,
    prelude: '',
    async close() {
      await Promise.all([stop(site), stop(collector)]);
    },
  };
  return world;
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

/** Undefined where the connection ended before the body. */
async function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}

function asRequest({ method = 'GET', url = '/', headers }: IncomingMessage, body: Buffer): Request {
  const list = new Headers();
  for (const [name, value] of Object.entries(headers)) list.set(name, [value].flat().join(', '));
  const hasBody = method !== 'GET' && method !== 'HEAD';
  return new Request(`http://${headers.host}${url}`, {
    method,
    headers: list,
    ...(hasBody && { body: new Uint8Array(body) }),
  });
}

/** Real collectors let the page read their refusals. */
function cors({ headers: { origin } }: IncomingMessage): Record<string, string> {
  return origin ? { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' } : {};
}

async function write(answer: Response, response: ServerResponse): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  const headers = Object.fromEntries(answer.headers);
  const cookies = answer.headers.getSetCookie();
  response.writeHead(answer.status, { ...headers, ...(cookies.length > 0 && { 'set-cookie': cookies }) });
  response.end(body);
}
