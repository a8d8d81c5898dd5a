import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { onTestFinished } from 'vitest';
import { type Collector, openCollector } from '../../collector.ts';
import { resolveConfig } from '../../config/resolve.ts';
import { secretsOf } from '../../config/secrets.ts';
import { answerNotFound } from '../../ingest/node.ts';
import { createLog } from '../../log.ts';

/** One data directory and Microsoft as the sandbox plays it, for as many collectors as a test wants. */
export interface Installation {
  sandbox: Sandbox;
  start(settings?: object, env?: Record<string, string>): Promise<Started>;
  /** Everything in the data directory, as one text. */
  onDisk(): Promise<string>;
}

export interface Started {
  collector: Collector;
  /** Of the log's lines. */
  logged: () => string;
  /** What the log redacts. */
  redacted: readonly string[];
  get(path: string): Promise<Response>;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers as their readers do.
  call(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }>;
  stop(): Promise<void>;
}

export const SHOP = { tagId: '11', token: 'token-of-the-shop' };
export const BLOG = { tagId: '22', token: 'token-of-the-blog' };
const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString('base64');

const ADMIN_TOKEN = 'the-admin-token';

export async function createInstallation(): Promise<Installation> {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-settings-'));
  const sandbox = await createSandbox({ tags: [SHOP, BLOG] });
  const running = new Set<() => Promise<void>>();
  onTestFinished(async () => {
    await Promise.all([...running].map((stop) => stop()));
    await sandbox.close();
    await rm(dataDir, { recursive: true });
  });

  return {
    sandbox,

    async start(settings = {}, more = {}) {
      const env = {
        UET_CAPI_TOKEN: SHOP.token,
        UET_CAPI_ADMIN_TOKEN: ADMIN_TOKEN,
        UET_CAPI_ENCRYPTION_KEY: ENCRYPTION_KEY,
        ...more,
      };
      const delivery = { batchMs: 5, retryBaseMs: 10, retryMaxMs: 20, probeMs: 50, ratePerSecond: 10_000 };
      const input = { tagId: SHOP.tagId, endpoint: sandbox.url, dataDir, delivery, ...settings };
      const resolved = resolveConfig(input, env);
      if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
      const { config } = resolved;
      const lines: string[] = [];
      const secrets = secretsOf(config);
      const log = createLog('info', secrets, { write: (line) => void lines.push(line) });
      const collector = await openCollector({ config, input, env, log, secrets });
      const server = createServer(collector.wrap(answerNotFound, '/'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const stop = async () => {
        if (!running.delete(stop)) return;
        await collector.close();
        server.closeAllConnections();
        server.close();
      };
      running.add(stop);
      const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' };
      return {
        collector,
        logged: () => lines.join(''),
        redacted: secrets,
        get: (path) => fetch(url + path, { headers }),
        async call(method, path, body) {
          const sent = body === undefined ? {} : { body: JSON.stringify(body) };
          const answer = await fetch(`${url}/admin/api${path}`, { method, headers, ...sent });
          return { status: answer.status, body: await answer.json() };
        },
        stop,
      };
    },

    async onDisk() {
      const files = await readdir(dataDir, { recursive: true, withFileTypes: true });
      const texts = files
        .filter((file) => file.isFile())
        .map((file) => readFile(join(file.parentPath, file.name), 'latin1'));
      return (await Promise.all(texts)).join('');
    },
  };
}
