import type { Page } from '@playwright/test';
import { buy } from './buy.ts';
import { eventually, expect, test, type World } from './fixtures.ts';

test("nothing on the shop's pages fails or breaks their Content-Security-Policy", async ({ page, world }) => {
  const complaints = complaintsOf(page);
  await orderAndArrive(page, world, ['uet', 'capi']);
  expect(complaints).toEqual([]);
});

test('what is put into the cart is reported once, however often the cart is shown', async ({
  page,
  world,
}) => {
  await page.goto('/products/mug');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByRole('heading', { name: 'Your cart' })).toBeVisible();
  await page.reload();
  await page.goto('/cart');
  // Whatever a reload had reported would be there before this order is.
  await orderAndArrive(page, world, ['uet', 'capi']);
  const added = world.sandbox.conversions().filter(({ eventName }) => eventName === 'add_to_cart');
  expect(added).toHaveLength(2);
});

test.describe('the server reports orders too, by the collector in it', () => {
  test.use({ setting: { serverEvents: true } });

  test('the order counts once', async ({ page, world }) => {
    await orderAndArrive(page, world, ['uet', 'capi']);
    const purchases = world.sandbox.conversions().filter(({ eventName }) => eventName === 'purchase');
    expect(purchases).toHaveLength(1);
  });
});

test.describe('without the UET tag in its pages', () => {
  test.use({ setting: { tag: false } });

  test('an order arrives by the server alone', async ({ page, world }) => {
    const complaints = complaintsOf(page);
    await orderAndArrive(page, world, ['capi']);
    expect(complaints).toEqual([]);
  });
});

test.describe('without the pixel in its pages', () => {
  test.use({ setting: { pixel: false } });

  test('the shop works, and only page loads of the tag are seen', async ({ page, world }) => {
    const complaints = complaintsOf(page);
    await buy(page, 'Gooseneck Kettle');
    await eventually(() => world.sandbox.pageLoads().map(({ channels }) => channels)).toContainEqual(['uet']);
    expect(world.sandbox.conversions()).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

async function orderAndArrive(page: Page, { sandbox }: World, channels: string[]): Promise<void> {
  const { orderId } = await buy(page, 'Stoneware Mug');
  const order = () => sandbox.conversions().find(({ eventId }) => eventId === orderId);
  await eventually(() => order()?.channels.toSorted()).toEqual(channels.toSorted());
}

/** What the pages throw or the browser complains about, a broken policy among it. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  return complaints;
}
