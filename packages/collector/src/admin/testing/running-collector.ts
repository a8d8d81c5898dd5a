import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { onTestFinished } from 'vitest';
import { type Collector, createCollector } from '../../collector.ts';
import { answerNotFound } from '../../ingest/node.ts';

export const ADMIN_TOKEN = 'the-admin-token';
/** Reads everything. */
export const READ_TOKEN = 'the-read-token';
/** Reads the site `shop` alone. */
export const SHOP_TOKEN = 'the-read-token-of-the-shop';

/** Two sites, delivering to a sandbox; everything over HTTP, below the mount `/m`. */
export interface RunningCollector {
  collector: Collector;
  sandbox: Sandbox;
  /** `http://127.0.0.1:…/m/admin/api`. */
  api: string;
  /** A call with the admin token, or another one. */
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
}

/** An event as a site's server would report it, once it has reached this state: its number. */
export async function storeEvent(
  { collector, call }: RunningCollector,
  eventId: string,
  { site = 'shop', name = 'purchase', state = 'accepted', pageUrl = 'https://shop.example/thanks' } = {},
): Promise<number> {
  const event = {
    eventName: name,
    eventId,
    eventSourceUrl: pageUrl,
    adStorageConsent: 'G' as const,
    userData: { anonymousId: VISITOR },
    customData: { value: 10, currency: 'EUR' },
  };
  await collector.track(event, { site });
  return until(async () => {
    const { body } = await call('GET', '/events', { query: { id: eventId, site, state } });
    return body.events[0]?.seq;
  });
}

/** Whose events `storeEvent` stores. */
export const VISITOR = '0123456789abcdef0123456789abcdef';

/** How long a test waits for what must happen, ms. */
const PATIENCE_MS = 120_000;

/** What `look` finds, as soon as it finds something. */
export async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it has not happened within ${PATIENCE_MS} ms`);
}

export interface CallOptions {
  query?: Record<string, string>;
  body?: unknown;
  token?: string;
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers as their readers do.
export type Called = { status: number; body: any };

/** Runs until the test is over. `settings` are laid over the config. */
export async function runCollector(settings: object = {}): Promise<RunningCollector> {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-admin-'));
  const sandbox = await createSandbox({
    tags: [
      { tagId: '11', token: 'shop-token' },
      { tagId: '22', token: 'blog-token' },
    ],
  });
  const collector = await createCollector(
    {
      sites: [
        {
          id: 'shop',
          tagId: '11',
          tokenEnv: 'SHOP_TOKEN',
          endpoint: sandbox.url,
          goals: [{ event: 'qualified lead', goal: 'Leads', kind: 'offline' }],
        },
        { id: 'blog', tagId: '22', tokenEnv: 'BLOG_TOKEN', endpoint: sandbox.url },
      ],
      readTokens: [
        { name: 'reader', tokenEnv: 'READ_TOKEN' },
        { name: 'shop reader', tokenEnv: 'SHOP_READ_TOKEN', sites: ['shop'] },
      ],
      ads: { clientId: 'sandbox-app', url: sandbox.url, oauthUrl: sandbox.url },
      dataDir,
      logLevel: 'silent',
      rateLimits: { failedKeys: false },
      delivery: { batchMs: 10, retryBaseMs: 20, retryMaxMs: 100, probeMs: 200 },
      ...settings,
    },
    {
      SHOP_TOKEN: 'shop-token',
      UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
      UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      BLOG_TOKEN: 'blog-token',
      UET_CAPI_ADMIN_TOKEN: ADMIN_TOKEN,
      READ_TOKEN,
      SHOP_READ_TOKEN: SHOP_TOKEN,
    },
  );
  const server = createServer(collector.wrap(answerNotFound, '/m'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await collector.close();
    server.closeAllConnections();
    server.close();
    await sandbox.close();
    await rm(dataDir, { recursive: true });
  });
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}/m/admin/api`;
  return {
    collector,
    sandbox,
    api,
    async call(method, path, { query = {}, body, token = ADMIN_TOKEN } = {}) {
      const answer = await fetch(`${api}${path}?${new URLSearchParams(query)}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
  };
}
