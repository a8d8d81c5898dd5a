import { once } from 'node:events';
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** How long the last answers may take to reach their clients, ms. */
const LAST_ANSWERS_MS = 500;

/**
 * How long a connection may be idle, ms. Proxies keep theirs for a minute (nginx, AWS): were it closed here
 * first, a request that is just being sent on it would fail, and a POST is not sent again.
 */
const KEEP_ALIVE_MS = 75_000;

/** A listening server whose end loses no answer. */
export interface Service {
  /** Its address for people: where it was told to listen, with the port that it got. */
  readonly url: string;
  /** What answers from now on. */
  serve(listener: RequestListener): void;
  /** Makes every answer from now on the last of its connection. */
  endConnections(): void;
  /** Takes no new connections; resolves when the open ones have ended, by themselves or not. Can be repeated. */
  close(): Promise<void>;
}

export interface ListenOptions {
  host: string;
  port: number;
}

/** @throws with the cause and the remedy, where nothing can listen there */
export async function listen({ host, port }: ListenOptions, first: RequestListener): Promise<Service> {
  let answer = first;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) =>
    answer(request, response),
  );
  const endConnections = trackConnections(server);
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(describe(error as NodeJS.ErrnoException, host, port));
  }
  let closing: Promise<void> | undefined;
  async function end(): Promise<void> {
    const closed = once(server, 'close');
    server.close();
    await Promise.race([closed, delay(LAST_ANSWERS_MS, undefined, { ref: false })]);
    // What is left never finished its request.
    server.closeAllConnections();
  }
  return {
    url: urlOf(host, (server.address() as AddressInfo).port),
    serve(listener) {
      answer = listener;
    },
    endConnections,
    close: () => (closing ??= end()),
  };
}

/** @param host a name or an address */
export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

const REMEDIES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there: stop it, or choose another port (setting port, UET_CAPI_PORT)',
  EACCES: 'this user may not: choose a port from 1024 on (setting port, UET_CAPI_PORT)',
  EADDRNOTAVAIL: 'this machine has no such address (setting host, UET_CAPI_HOST)',
  ENOTFOUND: 'there is no such host (setting host, UET_CAPI_HOST)',
};

function describe({ code = '', message }: NodeJS.ErrnoException, host: string, port: number): string {
  return `Cannot listen on ${host}:${port} (${code}): ${REMEDIES[code] ?? message}.`;
}

/** `server.close` spares the connections with a request under way, and these would then go on with further ones. */
function trackConnections(server: Server): () => void {
  let ending = false;
  const underWay = new Set<ServerResponse>();
  server.prependListener('request', (_, response) => {
    response.shouldKeepAlive &&= !ending;
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
  });
  return () => {
    ending = true;
    for (const response of underWay) response.shouldKeepAlive = false;
  };
}
