import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { type ConfigInput, createCollector } from '@uet-capi/collector';
import { createShop } from '@uet-capi/example-shop';
import { createSandbox, type Sandbox, type SandboxOptions } from '@uet-capi/sandbox';
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts';

export { expect } from '@playwright/test';

export const TAG_ID = '12345678';

/** Key of the collector's server routes. */
export const SERVER_KEY = 'server-key';

/** Of the operators' routes. */
export const ADMIN_TOKEN = 'admin-token';

/** The token is the one that the sandbox takes from every tag. */
export const SECRETS = {
  UET_CAPI_TOKEN: 'sandbox-token',
  UET_CAPI_SERVER_KEY: SERVER_KEY,
  UET_CAPI_ADMIN_TOKEN: ADMIN_TOKEN,
};

/** Retries and probes within a test's patience. */
export const FAST_DELIVERY = { batchMs: 20, retryBaseMs: 50, retryMaxMs: 500, probeMs: 500 };

/** What a test wants different from the usual: `test.use({ setting: { … } })`. */
export interface Setting {
  /**
   * Where the collector runs: mounted in the shop (default), or as a process next to it, which a
   * test can stop, start and kill.
   */
  collector?: 'mounted' | 'process';
  /** How large the files of the process may grow, in the blocks of `ulimit -f` (512 or 1,024 bytes). Default: any size. */
  fileLimitBlocks?: number;
  /** Further settings of the collector. */
  config?: ConfigInput;
  sandbox?: SandboxOptions;
  /** Whether pages carry the UET tag. Default: yes. */
  tag?: boolean;
  /** Whether pages carry the pixel. Default: yes. */
  pixel?: boolean;
  /** Whether the shop's server reports its orders too. Default: no. */
  serverEvents?: boolean;
}

/** Sandbox, collector and shop of one test, on free ports, with a data directory of their own. */
export interface World {
  sandbox: Sandbox;
  /** Address of the shop; also the base of `page.goto`. */
  shopUrl: string;
  /** Address of the collector as the pages see it. */
  collectorUrl: string;
  /** Only where the collector is a process of its own. */
  collectorProcess: CollectorProcess | undefined;
  /** Directory of the collector's store. */
  dataDir: string;
}

export const test = base.extend<{ setting: Setting; world: World }>({
  setting: [{}, { option: true }],

  world: async ({ setting }, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'uet-capi-e2e-'));
    const sandbox = await createSandbox(setting.sandbox);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const shopUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const dataDir = join(folder, 'data');
    const config: ConfigInput = {
      tagId: TAG_ID,
      endpoint: sandbox.url,
      origins: [shopUrl],
      dataDir,
      // Not `region`: the machine's time zone must not matter. The shop asks nobody, so no wait either.
      consent: { default: 'granted', waitMs: 1 },
      // The browsers of these tests call themselves headless.
      bots: 'deliver',
      delivery: FAST_DELIVERY,
      ...setting.config,
    };
    const shopOptions = {
      tagId: TAG_ID,
      batUrl: `${sandbox.url}/bat.js`,
      tag: setting.tag ?? true,
      pixel: setting.pixel ?? true,
      serverEvents: setting.serverEvents ?? false,
    };

    let collectorUrl: string;
    let collectorProcess: CollectorProcess | undefined;
    let closeCollector: () => Promise<void>;
    if (setting.collector === 'process') {
      collectorProcess = await startCollectorProcess(folder, config, SECRETS, setting.fileLimitBlocks);
      collectorUrl = collectorProcess.url;
      // Its data goes with the test: nothing to drain.
      closeCollector = collectorProcess.kill;
      server.on('request', createShop({ ...shopOptions, collectorUrl, serverKey: SERVER_KEY }));
    } else {
      const collector = await createCollector(config, SECRETS);
      collectorUrl = `${shopUrl}/m`;
      closeCollector = () => collector.close();
      server.on('request', createShop({ ...shopOptions, collector }));
    }

    await use({ sandbox, shopUrl, collectorUrl, collectorProcess, dataDir });

    server.closeAllConnections();
    server.close();
    await closeCollector();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
  },

  baseURL: ({ world }, use) => use(world.shopUrl),
});

/**
 * Waits until what `probe` gives meets the expectation: `await eventually(() => …).toEqual(…)`.
 *
 * @param timeout ms; default: that of every expectation
 */
export function eventually<T>(probe: () => T | Promise<T>, timeout?: number) {
  return expect.poll(probe, { intervals: [50], ...(timeout !== undefined && { timeout }) });
}

/** Keeps everything of Microsoft's from the page, as an ad blocker does. */
export async function blockTag(page: Page, { sandbox }: World): Promise<void> {
  await page.route(`${sandbox.url}/**`, (route) => route.abort('blockedbyclient'));
}
