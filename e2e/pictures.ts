/**
 * Makes the pictures of the documentation, `docs/images`, from the running system: `pnpm pictures`.
 * Look at each one before it is kept.
 */
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, expect, type Locator, type Page } from '@playwright/test';
import { buy } from './buy.ts';
import { ADMIN_TOKEN, openStage, type Stage } from './pictures/stage.ts';

const SIZE = { width: 1200, height: 860 };
const PHONE = { width: 390, height: 844 };

/** Figures of days follow within a minute of their events, ms. */
const FIGURES_MS = 120_000;

const stage = await openStage();
const browser = await chromium.launch({
  ...(process.env.CHROMIUM_PATH && { executablePath: process.env.CHROMIUM_PATH }),
  args: ['--no-sandbox', '--disable-background-networking'],
});
try {
  await makePictures(browser, stage);
} finally {
  await browser.close();
  await stage.close();
}

async function makePictures(browser: Browser, stage: Stage): Promise<void> {
  const { sandbox, shopUrl } = stage;
  const light = await openDebugger(browser, stage, 'light', SIZE);
  await light.getByText('Nothing has arrived yet').waitFor();
  await keep(light, 'debugger-empty');

  // A day at the shop: people with and without a click, some of whose browsers block the tag.
  const shop = await browser.newPage({ baseURL: shopUrl });
  await shop.goto(`/?msclkid=${randomUUID().replaceAll('-', '')}`);
  for (const product of ['Stoneware Mug', 'Gooseneck Kettle', 'House Espresso Beans'])
    await buy(shop, product);
  const blocking = await browser.newPage({ baseURL: shopUrl });
  await blocking.route(`${sandbox.url}/**`, (route) => route.abort('blockedbyclient'));
  await buy(blocking, 'Pour-over Dripper');
  for (let order = 1; order <= 24; order++) {
    const userData = order % 3 === 0 ? { email: `customer${order}@example.com` } : {};
    await stage.report({
      name: 'purchase',
      id: `SD-2026-${1_000 + order}`,
      value: 18 * (1 + (order % 4)),
      userData,
    });
  }

  await show(light, 'overview');
  await light.getByText('nothing waits').waitFor();

  // One that Microsoft refuses, and one that has to come twice.
  sandbox.setFaults([{ match: { path: '/v1/' }, status: 400, body: { error: { code: 'InvalidEvent' } } }]);
  await stage.report({ name: 'lead', id: 'lead-17', value: 40 });
  await show(light, 'events');
  await expect(rowOf(light, 'lead-17')).toContainText('Refused');
  sandbox.setFaults([{ match: { path: '/v1/' }, status: 503 }]);
  const { orderId } = await buy(shop, 'Stoneware Mug');
  await rowOf(light, orderId).getByRole('link', { name: 'purchase' }).click();
  await light.getByText('Sent, without success').waitFor();
  sandbox.setFaults([]);
  await light.getByText('Accepted, without a warning.').waitFor();
  await keep(light, 'debugger-event');
  const event = new URL(light.url()).hash.slice('#/'.length);

  await show(light, 'events');
  await expect(rowOf(light, orderId).first()).toBeVisible();
  await keep(light, 'debugger-events');

  const dark = await openDebugger(browser, stage, 'dark', SIZE);
  await dark.getByText('Conversions arrive').waitFor();
  await keep(dark, 'debugger-overview-dark');
  await show(light, 'overview');
  await light.getByText('Conversions arrive').waitFor();
  await keep(light, 'debugger-overview');
  const phone = await openDebugger(browser, stage, 'light', PHONE);
  await show(phone, event);
  await phone.getByText('Accepted, without a warning.').waitFor();
  await keep(phone, 'debugger-phone');

  const figures = () => light.evaluate(async () => (await fetch('admin/api/quality')).json());
  await expect.poll(async () => (await figures()).events.length, { timeout: FIGURES_MS }).toBeGreaterThan(3);
  await show(light, 'quality');
  await light.getByRole('heading', { name: 'purchase' }).waitFor();
  await keep(light, 'debugger-quality');

  await pictureOverlay(shop);
  await pictureSandbox(browser, stage);
}

/** The debug overlay: an event with a mistake in it, opened. */
async function pictureOverlay(shop: Page): Promise<void> {
  await shop.setViewportSize({ width: 1200, height: 800 });
  await shop.goto('/products/mug?capi_debug=1');
  await shop.evaluate(() => {
    const { capi } = window as unknown as { capi: { track(name: string, params: object): string } };
    capi.track('add_to_cart', {
      value: 18,
      currency: 'EURO',
      items: [{ id: 'mug', price: 18, quantity: 1 }],
    });
  });
  const added = shop.locator('capi-debug li').filter({ hasText: 'add_to_cart' });
  await added.getByText('collector: accepted').waitFor();
  await added.locator('summary').click();
  await keep(shop, 'debug');
}

async function pictureSandbox(browser: Browser, { sandbox }: Stage): Promise<void> {
  const page = await browser.newPage({ viewport: SIZE });
  await page.goto(sandbox.url);
  await page.getByText('purchase').first().waitFor();
  await keep(page, 'sandbox');
}

async function openDebugger(
  browser: Browser,
  { adminUrl }: Stage,
  colorScheme: 'light' | 'dark',
  viewport: { width: number; height: number },
): Promise<Page> {
  const page = await browser.newPage({ colorScheme, viewport });
  await page.goto(adminUrl);
  await page.getByLabel('Access token').fill(ADMIN_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

async function show(page: Page, view: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${view}`);
}

function rowOf(page: Page, id: string): Locator {
  return page.getByRole('row').filter({ hasText: id });
}

async function keep(page: Page, name: string): Promise<void> {
  await expect(page.getByText('One moment…')).toHaveCount(0);
  // Nothing lies under the pointer.
  await page.mouse.move(0, 0);
  await page.screenshot({
    path: fileURLToPath(new URL(`../docs/images/${name}.png`, import.meta.url)),
    animations: 'disabled',
  });
}
