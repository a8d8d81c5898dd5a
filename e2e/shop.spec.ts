import { buy } from './buy.ts';
import { eventually, expect, TAG_ID, test } from './fixtures.ts';

const CLICK_ID = '0123456789abcdef0123456789abcdef';

test('a purchase arrives by both channels and counts once', async ({ page, world }) => {
  await page.goto(`/?msclkid=${CLICK_ID}`);
  const { orderId } = await buy(page, 'Stoneware Mug');

  const purchases = () => world.sandbox.conversions().filter(({ eventName }) => eventName === 'purchase');
  await eventually(() => purchases().flatMap(({ channels }) => channels.toSorted())).toEqual(['capi', 'uet']);
  expect(purchases()).toEqual([
    expect.objectContaining({
      tagId: TAG_ID,
      eventId: orderId,
      value: 18,
      currency: 'EUR',
      msclkid: '01234567-89ab-cdef-0123-456789abcdef',
    }),
  ]);
});
