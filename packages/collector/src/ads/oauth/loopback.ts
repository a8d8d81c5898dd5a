import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The end of a sign-in on this machine: the address that the browser is sent back to (RFC 8252, 7.3). */
export interface Loopback {
  redirectUri: string;
  /** The query that the browser came back with. */
  redirected: Promise<URLSearchParams>;
  close(): void;
}

const PAGE = (text: string) =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><title>uet-capi</title><p>${text}</p></html>`;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'",
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  // The browser must not keep the command alive.
  connection: 'close',
};

/**
 * @param port 0 takes a free one: Microsoft ignores the port of `http://localhost` for public apps. A web
 *   app must register the address with its port.
 * @throws when the port is taken
 */
export async function listenOnLoopback(port: number): Promise<Loopback> {
  let resolve: (query: URLSearchParams) => void;
  const redirected = new Promise<URLSearchParams>((settle) => {
    resolve = settle;
  });
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (!searchParams.has('state')) {
      response.writeHead(404, HEADERS).end(PAGE('Nothing here.'));
      return;
    }
    response
      .writeHead(200, HEADERS)
      .end(PAGE('Thank you. The command tells how it went; this page can be closed.'));
    resolve(searchParams);
  });
  await new Promise<void>((listening, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', listening);
  });
  return {
    redirectUri: `http://localhost:${(server.address() as AddressInfo).port}`,
    redirected,
    close: () => void server.close(),
  };
}
