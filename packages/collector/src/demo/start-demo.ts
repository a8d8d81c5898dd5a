import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox } from '@uet-capi/sandbox';
import { createCollector } from '../collector.ts';
import { shopPage } from './shop-page.ts';

export interface DemoOptions {
  /** Of the shop; where it is taken, any. 0: any. */
  port: number;
  /** Of the sandbox, likewise. */
  sandboxPort: number;
  /** Where events are kept; default: nowhere, they end with the demo. */
  dataDir?: string;
}

/** Everything in one process, on this machine alone. */
export interface Demo {
  shopUrl: string;
  debuggerUrl: string;
  /** Opens the debugger, in this run. */
  adminToken: string;
  sandboxUrl: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const MOUNT = '/m';

/** Any number would do: in a sandbox without accounts every tag exists, with this token. */
const TAG_ID = '12345678';
const TOKEN = 'sandbox-token';

/** Sandbox, collector, debugger and a shop's page. Nothing of it comes from the environment, so that it reaches nobody. */
export async function startDemo({ port, sandboxPort, dataDir }: DemoOptions): Promise<Demo> {
  const temporary = dataDir === undefined ? await mkdtemp(join(tmpdir(), 'uet-capi-demo-')) : undefined;
  const sandbox = await orAnyPort(sandboxPort, (free) => createSandbox({ host: HOST, port: free }));
  const adminToken = randomBytes(12).toString('base64url');
  const collector = await createCollector(
    {
      tagId: TAG_ID,
      endpoint: sandbox.url,
      dataDir: dataDir ?? temporary!,
      logLevel: 'error',
      // The page has no banner that asks for consent: there is nothing to wait for, also in Europe.
      consent: { default: 'granted', waitMs: 1 },
    },
    { UET_CAPI_TOKEN: TOKEN, UET_CAPI_ADMIN_TOKEN: adminToken },
  );
  const page = () =>
    shopPage({
      tagId: TAG_ID,
      batUrl: `${sandbox.url}/bat.js`,
      mount: MOUNT,
      debuggerUrl: `${MOUNT}/admin`,
      sandboxUrl: sandbox.url,
    });
  const server = createServer(collector.wrap(showing(page()), MOUNT));
  const shopUrl = `http://${HOST}:${await orAnyPort(port, (free) => listen(server, free))}`;

  return {
    shopUrl,
    debuggerUrl: `${shopUrl}${MOUNT}/admin`,
    adminToken,
    sandboxUrl: sandbox.url,
    async close() {
      server.close();
      server.closeAllConnections();
      await collector.close();
      await sandbox.close();
      if (temporary !== undefined) await rm(temporary, { recursive: true });
    },
  };
}

/** One page at `/`, and nothing else. */
function showing(page: string): RequestListener {
  return (request, response) => {
    const isPage = request.url?.replace(/\?.*/, '') === '/';
    response.writeHead(isPage ? 200 : 404, { 'Content-Type': 'text/html; charset=utf-8' });
    response.end(isPage ? page : 'Nothing is here.');
  };
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Starts something on a port, or on a free one where that is taken or not allowed. */
async function orAnyPort<T>(preferred: number, start: (port: number) => Promise<T>): Promise<T> {
  try {
    return await start(preferred);
  } catch (error) {
    if (!['EADDRINUSE', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return start(0);
  }
}
