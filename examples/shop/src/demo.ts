/** What `npm start` runs: sandbox, collector and shop on loopback ports, until Ctrl-C. */

import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { ConfigError, createCollector } from '@uet-capi/collector';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import express from 'express';
import { createShop } from './shop.ts';

const HOST = '127.0.0.1';

/** Taken when free. The collector's and the sandbox's are those of `uet-capi`. */
const PORTS = { shop: 3000, collector: 8080, sandbox: 8787 };

/** Any number would do: in a sandbox without accounts every tag exists, with this token. */
const DEMO_TAG_ID = '12345678';
const DEMO_TOKEN = 'sandbox-token';

/** Of this run: whoever can read the terminal. */
const demoAdminToken = randomBytes(6).toString('hex');

const live = process.argv.includes('--live');
const sandbox = live
  ? undefined
  : await orAnyPort(PORTS.sandbox, (port) => createSandbox({ host: HOST, port }));
const shopServer = createServer();
const shopUrl = await listen(shopServer, PORTS.shop);
const collector = sandbox ? await demoCollector(sandbox) : await liveCollector();
const shop = createShop({
  collector,
  tagId: sandbox ? DEMO_TAG_ID : (process.env.UET_CAPI_TAG_ID ?? ''),
  ...(sandbox && { batUrl: `${sandbox.url}/bat.js` }),
});
shopServer.on('request', shop);

// The shop has it at /m. This is its own address, for whoever operates it.
const collectorServer = createServer(express().disable('x-powered-by').use(collector.router));
const collectorUrl = await listen(collectorServer, PORTS.collector);

console.log(`
${sandbox ? 'The sandbox plays Microsoft: nothing leaves this machine.' : 'WARNING: live. Every event goes to Microsoft Advertising and counts.'}

  Shop       ${shopUrl}/?msclkid=${randomUUID().replaceAll('-', '')}
  Debugger   ${collectorUrl}/admin   ${signIn()}
  ${sandbox ? `Sandbox    ${sandbox.url}/` : ''}

Open the shop at this address, as somebody who clicked on an ad, and buy something.${
  sandbox
    ? "\nThe debugger shows what becomes of each event, the sandbox's page how Microsoft counts it once."
    : ''
}
Ctrl-C stops everything.`);

/** How one gets into the debugger. */
function signIn(): string {
  if (sandbox) return `token: ${demoAdminToken}`;
  return process.env.UET_CAPI_ADMIN_TOKEN
    ? 'token: the value of UET_CAPI_ADMIN_TOKEN'
    : 'closed: set UET_CAPI_ADMIN_TOKEN to open it';
}

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => stop());

/** A terminal's Ctrl-C and whoever started this process may both signal it: once is enough. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  for (const server of [shopServer, collectorServer]) {
    server.close();
    server.closeAllConnections();
  }
  await collector.close();
  await sandbox?.close();
  console.log('Stopped.');
}

/** Nothing of it comes from the environment, so that it can only ever reach the sandbox. */
function demoCollector({ url }: Sandbox) {
  // One data directory per shop, so that two demos do not deliver each other's events.
  const dataDir = fileURLToPath(new URL(`../../../.uet-capi/demo/${new URL(shopUrl).port}`, import.meta.url));
  return createCollector(
    {
      tagId: DEMO_TAG_ID,
      endpoint: url,
      testEndpoint: url,
      dataDir,
      // The shop has no banner that asks for consent: there is nothing to wait for, also in Europe.
      consent: { default: 'granted', waitMs: 1 },
    },
    { UET_CAPI_TOKEN: DEMO_TOKEN, UET_CAPI_ADMIN_TOKEN: demoAdminToken },
  );
}

/** With the settings of the environment. */
async function liveCollector() {
  try {
    return await createCollector();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}

async function listen(server: Server, preferredPort: number): Promise<string> {
  const port = await orAnyPort(preferredPort, async (port) => {
    server.listen(port, HOST);
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  });
  return `http://${HOST}:${port}`;
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
