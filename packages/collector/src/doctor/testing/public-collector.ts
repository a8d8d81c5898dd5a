import {
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { createCollector } from '../../collector.ts';
import { answerNotFound } from '../../ingest/node.ts';
import type { Plot } from './installation.ts';

/** What a proxy in front of the collector does wrong. */
export interface BadProxy {
  /** Changes what the collector is asked. */
  onRequest?(headers: IncomingHttpHeaders): void;
  /** Changes what the browser is answered. */
  onAnswer?(answer: { path: string; status: number; headers: OutgoingHttpHeaders }): void;
  /** Answers by itself, without asking the collector. */
  answer?(path: string): { status: number; headers?: OutgoingHttpHeaders; body?: string } | undefined;
}

/** A collector of its own address, until `close`. `settings` are laid over those of the plot. */
export async function runCollector(
  given: Plot,
  settings: object,
): Promise<{ port: number; close(): Promise<void> }> {
  const collector = await createCollector(
    {
      ...given.settings,
      clientAddress: { trustedProxies: ['loopback'] },
      logLevel: 'silent',
      ...settings,
    },
    given.env,
  );
  const server = createServer(collector.wrap(answerNotFound, '/'));
  return {
    port: await listen(server),
    async close() {
      server.closeAllConnections();
      server.close();
      await collector.close();
    },
  };
}

/** A proxy that passes `/m/` on to a collector as it should, but for what is spoilt, until the test is over. */
export async function publish(collectorPort: number, bad: BadProxy): Promise<URL> {
  const proxy = createServer((incoming, outgoing) => {
    const path = incoming.url!.replace(/^\/m\//, '/');
    const own = bad.answer?.(path);
    if (own) {
      outgoing.writeHead(own.status, own.headers).end(own.body);
      return;
    }
    const headers = { ...incoming.headers, 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' };
    bad.onRequest?.(headers);
    const { method } = incoming;
    const asked = request({ port: collectorPort, host: '127.0.0.1', method, path, headers });
    asked.on('response', (answer) => {
      const given = { path, status: answer.statusCode!, headers: { ...answer.headers } };
      bad.onAnswer?.(given);
      answer.pipe(outgoing.writeHead(given.status, given.headers));
    });
    incoming.pipe(asked);
  });
  const port = await listen(proxy);
  onTestFinished(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return new URL(`http://127.0.0.1:${port}/m`);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
