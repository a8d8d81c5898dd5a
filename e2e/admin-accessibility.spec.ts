import type { Page } from '@playwright/test';
import { openDebugger, showView } from './admin/debugger.ts';
import { type Rules, violations } from './axe.ts';
import { buy } from './buy.ts';
import { ADMIN_TOKEN, expect, test } from './fixtures.ts';

const VIEWS = [
  'overview',
  'events',
  'quality',
  'report',
  'offline',
  'test-events',
  'sites',
  'doctor',
  'alerts',
];

/** Colours are all that the dark page has of its own. */
const SCREENS = {
  light: { colorScheme: 'light', width: 1280, rules: undefined },
  dark: { colorScheme: 'dark', width: 1280, rules: ['color-contrast'] },
  phone: { colorScheme: 'light', width: 390, rules: undefined },
} as const;

/** axe takes seconds for a page. */
const LIMIT_MS = 240_000;

async function look(page: Page, view: string, rules: Rules): Promise<void> {
  await showView(page, view);
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.getByText('One moment…')).toHaveCount(0);
  await expect(page.getByText('Looking…')).toHaveCount(0);
  expect(await violations(page, rules), view).toEqual([]);
  // Nothing is cut off at the side, and only tables scroll there.
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), view).toBe(true);
}

for (const [name, { colorScheme, width, rules }] of Object.entries(SCREENS)) {
  test(`axe finds nothing: ${name}`, async ({ browser, page: shop, world }) => {
    test.setTimeout(LIMIT_MS);
    const page = await browser.newPage({ colorScheme, viewport: { width, height: 800 } });
    await openDebugger(page, world, 'events');
    const { orderId } = await buy(shop, 'Stoneware Mug');
    const row = page.getByRole('row').filter({ hasText: orderId }).filter({ hasText: 'purchase' });
    await expect(row).toContainText('Accepted');
    const seq = (await row.getByRole('link').getAttribute('href'))!.split('/').at(-1);
    for (const view of [...VIEWS, `events/${seq}`]) await look(page, view, rules);
    await page.close();
  });
}

test('axe finds nothing: before anything has arrived, and before one is signed in', async ({
  page,
  world,
}) => {
  test.setTimeout(LIMIT_MS);
  await page.goto(`${world.collectorUrl}/admin`);
  expect(await violations(page), 'login').toEqual([]);
  await openDebugger(page, world);
  for (const view of VIEWS) await look(page, view, undefined);
});

test('by keyboard alone: sign in, find the purchase, open it, go back', async ({
  page: shop,
  context,
  world,
}) => {
  const page = await context.newPage();
  const { orderId } = await buy(shop, 'Stoneware Mug');
  const press = (...keys: string[]) =>
    keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  /** Tabs to something by its name, at most once around the page. */
  const tabTo = async (name: string) => {
    for (let step = 0; step < 60; step++) {
      await press('Tab');
      const focused = await page.evaluate(() => document.activeElement?.textContent);
      if (focused === name) return;
    }
    throw new Error(`${name} cannot be reached by Tab`);
  };

  await page.goto(`${world.collectorUrl}/admin`);
  await press('Tab');
  await page.keyboard.type(ADMIN_TOKEN);
  await press('Enter');
  await expect(page.getByRole('heading', { name: 'Overview' })).toBeVisible();

  await tabTo('Events');
  await press('Enter');
  await expect(page.getByText(orderId).first()).toBeVisible();
  await press('/');
  await page.keyboard.type(orderId);
  await expect(page.getByRole('row')).toHaveCount(2);
  await press('ArrowDown', 'Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('purchase');
  await press('Escape');
  await expect(page.getByRole('heading', { name: 'Events' })).toBeVisible();
  await press('p');
  // With what has changed since, where something has.
  await expect(page.getByText(/^paused/)).toBeVisible();
  await press('p');
  await expect(page.getByText('live', { exact: true })).toBeVisible();
});
