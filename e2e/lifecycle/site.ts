import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as base } from '@playwright/test';
import { type ConfigInput, createCollector } from '@uet-capi/collector';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { FAST_DELIVERY, SECRETS, TAG_ID } from '../fixtures.ts';

/** Parts of a page's head. */
export interface Parts {
  /** The inline stub. */
  stub: string;
  /** The pixel's script tag. */
  pixel: string;
  /** Microsoft's tag by its documented loader. @param spa it follows the address by itself */
  tag(spa: boolean): string;
  /** Where the tag comes from, and where it sends its beacons. */
  tagOrigin: string;
}

/** A page: what its server sends. */
export type SitePage = (parts: Parts) => { html: string; headers?: Record<string, string> };

export interface SiteOptions {
  config?: ConfigInput;
  pages: Record<string, SitePage>;
}

/** A site of plain pages with the real collector at `/m`, next to the sandbox, on free ports. */
export interface LifecycleSite {
  url: string;
  sandbox: Sandbox;
  /**
   * What the browser sent, a line for each event, in order of arrival: `collector page load /path`,
   * `collector custom NAME`, `collector report`; and `METHOD /path` for what is not the pixel's
   * `POST` nor one of the site's pages.
   */
  collectorLines(): string[];
  /** The same for the tag's beacons: `tag page load /path`, `tag custom NAME`. */
  tagLines(): string[];
  /** The bodies that the event route got. */
  bodies: string[];
  /**
   * The site's own addresses that were asked for with `Sec-Purpose`, by a page that was not shown
   * yet. A page that is shown reads them at `/prerendered`, since the two cannot talk otherwise.
   */
  prerendered: string[];
  close(): Promise<void>;
}

/** What the pixel posts, as far as these tests look at it. */
interface Envelope {
  data: { eventType: string; eventName?: string; eventSourceUrl?: string; pageLoadId?: string }[];
  reports?: unknown[];
}

const STUB = readFileSync(fileURLToPath(import.meta.resolve('@uet-capi/pixel/stub.js')), 'utf8');

async function startSite({ config, pages }: SiteOptions): Promise<LifecycleSite> {
  const folder = await mkdtemp(join(tmpdir(), 'uet-capi-e2e-'));
  const sandbox = await createSandbox();
  const collector = await createCollector(
    {
      tagId: TAG_ID,
      endpoint: sandbox.url,
      dataDir: folder,
      // Not `region`: the machine's time zone must not matter.
      consent: { default: 'granted', waitMs: 1 },
      // The browsers of these tests call themselves headless.
      bots: 'deliver',
      delivery: FAST_DELIVERY,
      ...config,
    },
    SECRETS,
  );
  const parts: Parts = {
    stub: `<script>${STUB}</script>`,
    pixel: '<script async src="/m/c.js"></script>',
    tag: (spa) => `<script>${loader(`${sandbox.url}/bat.js`, spa)}</script>`,
    tagOrigin: sandbox.url,
  };

  const others: string[] = [];
  const site: Pick<LifecycleSite, 'bodies' | 'prerendered'> = { bodies: [], prerendered: [] };
  const listener = collector.wrap((request, response) => {
    const { pathname, search } = new URL(request.url as string, 'http://site');
    const page = pages[pathname];
    if (pathname === '/prerendered') return void response.end(JSON.stringify(site.prerendered));
    // Browsers ask for an icon on their own.
    if (!page) return void response.writeHead(pathname === '/favicon.ico' ? 204 : 404).end();
    if (request.headers['sec-purpose']) site.prerendered.push(pathname + search);
    const { html, headers } = page(parts);
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(html);
  }, '/m');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url as string, 'http://site');
    if (request.method === 'POST' && pathname === '/m/e') {
      tapBody(request, (body) => site.bodies.push(body));
    } else if (
      request.method !== 'GET' ||
      !(pathname in pages || /^\/(m\/c\.js|favicon\.ico|prerendered)$/.test(pathname))
    ) {
      others.push(`${request.method} ${pathname}`);
    }
    listener(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sandbox,
    ...site,
    collectorLines: () => [
      ...site.bodies.flatMap((body) => {
        const { data, reports = [] } = JSON.parse(body) as Envelope;
        return [
          ...data.map(
            ({ eventType, eventName, eventSourceUrl }) =>
              `collector ${eventType === 'pageLoad' ? `page load ${below(eventSourceUrl)}` : `custom ${eventName}`}`,
          ),
          ...reports.map(() => 'collector report'),
        ];
      }),
      ...others,
    ],
    tagLines: () =>
      sandbox.requests().flatMap(({ params }) => {
        if (params?.evt === 'pageLoad') return [`tag page load ${below(params.p)}`];
        return params?.evt === 'custom' ? [`tag custom ${params.ea}`] : [];
      }),
    async close() {
      server.closeAllConnections();
      server.close();
      await collector.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What each test wants of its site: `test.use({ options: { pages: { … } } })`. */
export const test = base.extend<{ options: SiteOptions; site: LifecycleSite }>({
  options: [{ pages: {} }, { option: true }],
  site: async ({ options }, use) => {
    const site = await startSite(options);
    await use(site);
    await site.close();
  },
  baseURL: ({ site }, use) => use(site.url),
});

/** Copies the body aside as it comes; reading it is the collector's affair. */
function tapBody(request: IncomingMessage, done: (body: string) => void): void {
  const chunks: Buffer[] = [];
  const { emit } = request;
  request.emit = (type: string | symbol, ...args: unknown[]) => {
    if (type === 'data') chunks.push(args[0] as Buffer);
    if (type === 'end') done(Buffer.concat(chunks).toString());
    return emit.call(request, type, ...args);
  };
}

function below(address: string | undefined): string {
  const { pathname, search, hash } = new URL(address ?? '');
  return pathname + search + hash;
}

/** Microsoft's documented loader. */
function loader(src: string, spa: boolean): string {
  return `(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:"${TAG_ID}",enableAutoSpaTracking:${spa}};o.q=w[u],w[u]=new UET(o),w[u].push("pageLoad")},n=d.createElement(t),n.src=r,n.async=1,n.onload=n.onreadystatechange=function(){var s=this.readyState;s&&s!=="loaded"&&s!=="complete"||(f(),n.onload=n.onreadystatechange=null)},i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,"script","${src}","uetq");`;
}
