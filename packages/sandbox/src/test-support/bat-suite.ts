import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { createSandbox, type Sandbox, type SandboxOptions } from '../sandbox.ts';
import { launchChromium } from './chromium.ts';
import { openShop, type Shop } from './shop.ts';
import { until } from './until.ts';

export interface BatSuite {
  browser: Browser;
  sandbox: Sandbox;
  shop: Shop;
  /** Parameters of the beacons that reached `/action/0`, when there are at least so many. */
  arrived(count: number): Promise<Record<string, string>[]>;
  /** A further sandbox and a site on its tag, closed after the test. */
  another(options: SandboxOptions): Promise<{ sandbox: Sandbox; shop: Shop }>;
}

/** One browser, one sandbox and one site for the tests of a file; a clean slate after each. */
export function batSuite(): BatSuite {
  const suite = {} as BatSuite;
  const extra: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    suite.sandbox = await createSandbox();
    suite.browser = await launchChromium();
    suite.shop = await openShop(suite.browser, suite.sandbox);
  });
  afterEach(async () => {
    for (const context of suite.browser.contexts()) await context.close();
    for (const resource of extra.splice(0)) await resource.close();
    suite.sandbox.reset();
  });
  afterAll(async () => {
    await suite.browser.close();
    await suite.shop.close();
    await suite.sandbox.close();
  });
  suite.arrived = (count) =>
    until(() => {
      const beacons = suite.sandbox
        .requests()
        .flatMap(({ path, params }) => (path.startsWith('/action/0?') && params ? [params] : []));
      return beacons.length >= count ? beacons : undefined;
    }, `${count} beacons`);
  suite.another = async (options) => {
    const sandbox = await createSandbox(options);
    const shop = await openShop(suite.browser, sandbox);
    extra.push(shop, sandbox);
    return { sandbox, shop };
  };
  return suite;
}
