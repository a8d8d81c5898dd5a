import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@playwright/test';
import { buy } from './buy.ts';
import { eventually, expect, test, type World } from './fixtures.ts';

test.describe('Global Privacy Control', () => {
  test.use({ setting: { config: { consent: { default: 'granted', waitMs: 1 } } } });

  test('denied before the first event: nothing stored, nothing sent', async ({ page, world }) => {
    await page.addInitScript(() => {
      Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });
    });
    const requests = recordRequests(page, world);
    await buy(page, 'Stoneware Mug');
    await page.evaluate(() => (window as unknown as PixelWindow).capi.ready);
    await nothingHappened(page, world, requests);
  });
});

test.describe('the page says no', () => {
  // Nobody decides for the visitor while the test runs.
  test.use({ setting: { config: { consent: { default: 'granted', waitMs: 600_000 } } } });

  test('denied before the first event: nothing stored, nothing sent', async ({ page, world }) => {
    await page.addInitScript(() => {
      document.addEventListener('DOMContentLoaded', () =>
        (window as unknown as PixelWindow).capi.consent('denied'),
      );
    });
    const requests = recordRequests(page, world);
    await buy(page, 'Stoneware Mug');
    await page.evaluate(() => (window as unknown as PixelWindow).capi.ready);
    await nothingHappened(page, world, requests);
  });

  test('undecided: nothing stored, nothing sent; then granted: all of it, as it happened', async ({
    page,
    world,
  }) => {
    const requests = recordRequests(page, world);
    await page.goto('/');
    const before = Math.floor(Date.now() / 1000);
    await page.evaluate(() => (window as unknown as PixelWindow).capi.track('early'));
    await nothingHappened(page, world, requests);

    await page.evaluate(() => (window as unknown as PixelWindow).capi.consent('granted'));
    await eventually(() =>
      world.sandbox.conversions().map(({ eventName, channels }) => [eventName, ...channels]),
    ).toEqual([['early', 'uet', 'capi']]);
    const [early] = world.sandbox.capiEvents().filter(({ eventName }) => eventName === 'early');
    expect(early?.content.eventTime).toBeLessThanOrEqual(before + 1);
  });
});

function recordRequests(page: Page, { collectorUrl }: World): string[] {
  const requests: string[] = [];
  page.on('request', (request) => {
    if (request.url().startsWith(`${collectorUrl}/`)) requests.push(new URL(request.url()).pathname);
  });
  return requests;
}

/** No trace of us: in the browser, on the wire, at the tag, in the collector's store. */
async function nothingHappened(page: Page, { sandbox, dataDir }: World, requests: string[]): Promise<void> {
  const stored = await page.evaluate(() => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
    document.cookie,
  ]);
  expect(stored.filter((entry) => entry.includes('_capi'))).toEqual([]);
  expect(requests.filter((path) => !path.endsWith('/c.js'))).toEqual([]);
  expect(sandbox.conversions()).toEqual([]);
  expect(sandbox.capiEvents()).toEqual([]);

  const store = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'), { readOnly: true });
  for (const table of ['event', 'content', 'delivery', 'outcome', 'memory', 'page_report']) {
    expect(store.prepare(`SELECT count(*) AS rows FROM ${table}`).get(), table).toEqual({ rows: 0 });
  }
  store.close();
}

interface PixelWindow {
  capi: {
    ready: Promise<unknown>;
    consent(decision: 'granted' | 'denied'): void;
    track(name: string): string;
  };
}
