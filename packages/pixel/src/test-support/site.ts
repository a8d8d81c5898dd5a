import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PageReport, PixelEnvelope, PixelEvent } from '@uet-capi/protocol';
import { inject } from 'vitest';
import type { PixelSettings } from '../settings.ts';

/** What the collector's event route does with a request; undefined: takes it. */
export type Reply =
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'reset'
  | undefined;

export interface Batch extends PixelEnvelope {
  data: PixelEvent[];
  reports?: PageReport[];
}

/** A site with its collector, over real HTTP: pages, `c.js` with settings, and `/m/e`. */
export interface Site {
  url: string;
  /** Requests to the event route, whatever their answer. */
  requests: { method: string; contentType: string | undefined }[];
  /** What was taken. */
  batches: Batch[];
  /** Events taken. */
  events(name?: string): PixelEvent[];
  /** Settings of the next `c.js`. */
  settings: Partial<PixelSettings>;
  /** Features in the next `c.js`, by name. */
  features: string[];
  /** Decides the answer to each event request. */
  reply: () => Reply | Promise<Reply>;
  /** Answers of the collector allow this other origin. */
  allowOrigin?: string | undefined;
  /** Extra HTML by path: in the head before `c.js`, or after it. */
  pages: Record<string, { before?: string; after?: string; stub?: boolean; script?: string }>;
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

export async function startSite(): Promise<Site & { reset(): void; close(): Promise<void> }> {
  const scripts = inject('scripts');
  const fresh = () => ({
    requests: [],
    batches: [],
    pages: {},
    // What a site needs that has a tag, and sells.
    features: ['tag-page', 'sales'],
    allowOrigin: undefined,
    reply: () => undefined,
    settings: { tagId: '123', consent: { default: 'granted' } as const },
  });
  const site: Site = {
    url: '',
    ...fresh(),
    events: (name) =>
      site.batches.flatMap(({ data }) => data).filter(({ eventName }) => !name || eventName === name),
  };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url as string, 'http://site').pathname;
    if (path === '/m/c.js') {
      response.setHeader('content-type', 'text/javascript');
      if (/debug=1/.test(request.url as string)) return void response.end(scripts['debug.js']);
      const features = site.features.map((name) => scripts[`features/${name}.js`]);
      response.end(
        scripts['c.js']
          .replace('"%CAPI_SETTINGS%"', () => JSON.stringify(site.settings))
          .replace('"%CAPI_FEATURES%"', () => `[${features.join()}]`),
      );
    } else if (path === '/index.js') {
      response.setHeader('content-type', 'text/javascript').end(scripts['index.js']);
    } else if (path === '/m/e') {
      const body = await readBody(request);
      if (site.allowOrigin) {
        response.setHeader('access-control-allow-origin', site.allowOrigin);
        response.setHeader('access-control-allow-credentials', 'true');
      }
      site.requests.push({ method: request.method as string, contentType: request.headers['content-type'] });
      const reply = await site.reply();
      if (reply === 'reset') return void request.socket.destroy();
      if (reply) return void response.writeHead(reply.status, reply.headers).end(JSON.stringify(reply.body));
      const batch = JSON.parse(body) as Batch;
      site.batches.push(batch);
      response.writeHead(202).end(JSON.stringify({ accepted: batch.data.length, rejected: [] }));
    } else if (path === '/favicon.ico') {
      response.writeHead(204).end();
    } else {
      const {
        before = '',
        after = '',
        stub = true,
        script = '<script async src="/m/c.js"></script>',
      } = site.pages[path] ?? {};
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><title>Shop ${path}</title><meta name="keywords" content="clocks">` +
          `${stub ? `<script>${scripts['stub.js']}</script>` : ''}${before}${script}${after}`,
      );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return Object.assign(site, {
    reset: () => Object.assign(site, fresh()),
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}
