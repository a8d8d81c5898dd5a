/**
 * Makes the pictures of the documentation from the running demo: `npm start` first, then
 * `node e2e/pictures.ts SHOP_URL SANDBOX_URL`.
 */
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { buy } from './buy.ts';

const [shopUrl, sandboxUrl] = process.argv.slice(2);
if (!shopUrl || !sandboxUrl) throw new Error('usage: node e2e/pictures.ts SHOP_URL SANDBOX_URL');

const browser = await chromium.launch({
  ...(process.env.CHROMIUM_PATH && { executablePath: process.env.CHROMIUM_PATH }),
  args: ['--no-sandbox', '--disable-background-networking'],
});
const shop = await browser.newPage({ baseURL: new URL(shopUrl).origin });
await shop.goto(shopUrl);
await buy(shop, 'Stoneware Mug');

// The debug overlay: an event with a mistake in it, opened.
await shop.setViewportSize({ width: 1200, height: 800 });
await shop.goto('/products/mug?capi_debug=1');
await shop.evaluate(() => {
  const { capi } = window as unknown as { capi: { track(name: string, params: object): string } };
  capi.track('add_to_cart', { value: 18, currency: 'EURO', items: [{ id: 'mug', price: 18, quantity: 1 }] });
});
const added = shop.locator('capi-debug li').filter({ hasText: 'add_to_cart' });
await added.getByText('collector: accepted').waitFor();
await added.locator('summary').click();
await shop.screenshot({ path: fileURLToPath(new URL('../docs/images/debug.png', import.meta.url)) });

const sandbox = await browser.newPage({ viewport: { width: 1200, height: 860 } });
await sandbox.goto(sandboxUrl);
await sandbox.getByText('purchase').first().waitFor();
// Until the server's copy of the last page is there, too.
await sandbox.waitForTimeout(2_000);
await sandbox.screenshot({
  path: fileURLToPath(new URL('../docs/images/sandbox.png', import.meta.url)),
});
await browser.close();
