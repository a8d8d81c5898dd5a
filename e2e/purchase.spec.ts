import { buy } from './buy.ts';
import { blockTag, eventually, expect, TAG_ID, test } from './fixtures.ts';

const CLICK_ID = '0123456789abcdef0123456789abcdef';
const DASHED_CLICK_ID = '01234567-89ab-cdef-0123-456789abcdef';

/** Long enough for the pixel's word of the tag on a busy machine, ms. */
const HOLD_MS = 6_000;

test.use({ setting: { config: { consent: { default: 'granted', waitMs: 1 }, holdMs: HOLD_MS } } });

test('a purchase arrives by both channels, under one id, and counts once', async ({
  page,
  world: { sandbox },
}) => {
  await page.goto(`/?msclkid=${CLICK_ID}`);
  const { orderId } = await buy(page, 'Stoneware Mug');
  const mid = await page.evaluate(() => (window as unknown as TaggedWindow).uetq.beaconParams.mid);

  const purchases = () => sandbox.conversions().filter(({ eventName }) => eventName === 'purchase');
  await eventually(() => purchases()[0]?.channels).toEqual(['uet', 'capi']);
  expect(purchases()).toEqual([
    {
      tagId: TAG_ID,
      eventName: 'purchase',
      eventId: orderId,
      channels: ['uet', 'capi'],
      value: 18,
      currency: 'EUR',
      msclkid: DASHED_CLICK_ID,
      pageLoadId: mid,
    },
  ]);

  const beacons = sandbox.requests().flatMap(({ params }) => (params?.ea === 'purchase' ? [params] : []));
  expect(beacons).toEqual([
    expect.objectContaining({ ti: TAG_ID, event_id: orderId, gv: '18', gc: 'EUR', mid }),
  ]);
  const copies = sandbox.capiEvents().filter(({ eventName }) => eventName === 'purchase');
  expect(copies).toEqual([
    expect.objectContaining({
      tagId: TAG_ID,
      eventId: orderId,
      content: expect.objectContaining({
        pageLoadId: mid,
        adStorageConsent: 'G',
        userData: expect.objectContaining({ msclkid: DASHED_CLICK_ID, clientIpAddress: '127.0.0.1' }),
        customData: expect.objectContaining({ value: 18, currency: 'EUR', transactionId: orderId }),
      }),
    }),
  ]);
});

test('where the tag is blocked, the server delivers conversion and page loads', async ({ page, world }) => {
  const { sandbox } = world;
  await blockTag(page, world);
  await page.goto(`/?msclkid=${CLICK_ID}`);
  const { orderId } = await buy(page, 'Stoneware Mug');
  const thanks = page.url();

  await eventually(() => sandbox.conversions().find(({ eventId }) => eventId === orderId)).toMatchObject({
    eventName: 'purchase',
    channels: ['capi'],
    msclkid: DASHED_CLICK_ID,
  });
  await eventually(() => sandbox.pageLoads().filter(({ url }) => url === thanks)).toEqual([
    expect.objectContaining({ channels: ['capi'], copies: { uet: 0, capi: 1 } }),
  ]);
});

test('where the tag sends a page load, the server does not', async ({ page, world }) => {
  const { sandbox } = world;
  await page.goto(`/?msclkid=${CLICK_ID}`);
  await buy(page, 'Stoneware Mug');
  const byTag = () => sandbox.pageLoads().filter(({ channels }) => channels.includes('uet'));
  await eventually(() => byTag().map(({ url }) => url)).toContain(page.url());
  // The last page of the visit has no tag. When its page load has come, all earlier ones would have.
  await blockTag(page, world);
  await page.goto('/cart');
  const withoutTag = () => sandbox.pageLoads().filter(({ channels }) => channels.includes('capi'));
  await eventually(() => withoutTag().map(({ url }) => new URL(url ?? '').pathname)).toContain('/cart');

  expect(withoutTag()).toHaveLength(1);
  expect(sandbox.pageLoads().filter(({ doubled }) => doubled)).toEqual([]);
  const pages = sandbox.pageLoads().map(({ url }) => new URL(url ?? '').pathname);
  expect(pages).toEqual([
    '/',
    '/',
    expect.stringMatching('/products/'),
    '/cart',
    '/checkout',
    expect.stringMatching('/orders/'),
    '/cart',
  ]);
});

interface TaggedWindow {
  uetq: { beaconParams: { mid: string } };
}
