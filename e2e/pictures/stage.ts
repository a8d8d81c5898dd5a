import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCollector } from '@uet-capi/collector';
import { createShop } from '@uet-capi/example-shop';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';

const TAG_ID = '12345678';
const SERVER_KEY = 'key-of-the-server-routes-0000';
export const ADMIN_TOKEN = 'token-of-the-operators-00000';

/** Sandbox, collector and shop, as `npm start` runs them, with a store of their own. */
export interface Stage {
  sandbox: Sandbox;
  shopUrl: string;
  adminUrl: string;
  /** What the shop's own server would report. */
  report(event: ServerEvent): Promise<void>;
  close(): Promise<void>;
}

export interface ServerEvent {
  name: string;
  id: string;
  value: number;
  userData?: Record<string, string>;
}

export async function openStage(): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-pictures-'));
  const sandbox = await createSandbox();
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const shopUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const collector = await createCollector(
    {
      tagId: TAG_ID,
      endpoint: sandbox.url,
      origins: [shopUrl],
      dataDir,
      consent: { default: 'granted', waitMs: 1 },
      bots: 'deliver',
      delivery: { retryBaseMs: 1_000, retryMaxMs: 2_000, probeMs: 2_000 },
    },
    { UET_CAPI_TOKEN: 'sandbox-token', UET_CAPI_SERVER_KEY: SERVER_KEY, UET_CAPI_ADMIN_TOKEN: ADMIN_TOKEN },
  );
  server.on('request', createShop({ tagId: TAG_ID, batUrl: `${sandbox.url}/bat.js`, collector }));
  return {
    sandbox,
    shopUrl,
    adminUrl: `${shopUrl}/m/admin`,
    async report({ name, id, value, userData }) {
      const data = [
        {
          eventType: 'custom',
          eventName: name,
          eventId: id,
          eventTime: Math.floor(Date.now() / 1_000),
          userData: { anonymousId: randomUUID().replaceAll('-', ''), ...userData },
          customData: { value, currency: 'EUR', transactionId: id },
        },
      ];
      const answer = await fetch(`${shopUrl}/m/v1/${TAG_ID}/events`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVER_KEY}` },
        body: JSON.stringify({ data }),
      });
      if (!answer.ok) throw new Error(`the collector answered ${answer.status}: ${await answer.text()}`);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await collector.close();
      await sandbox.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
