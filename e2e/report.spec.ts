import { buy } from './buy.ts';
import { ADMIN_TOKEN, blockTag, eventually, expect, test } from './fixtures.ts';

/** The figures by which a shop decides to go live: from real browsers, in mode `shadow`. */

test.use({
  setting: { config: { mode: 'shadow', consent: { default: 'granted', waitMs: 1 } } },
});

/** Events are in their day half a minute after their arrival, and are looked for every 15 s, ms. */
const PATIENCE_MS = 90_000;

test('the report tells purchases that only the server heard of from those that the tag sent too', async ({
  page,
  browser,
  world,
}) => {
  test.setTimeout(2 * PATIENCE_MS);
  await buy(page, 'Stoneware Mug');
  const blocking = await browser.newPage({ baseURL: world.shopUrl });
  await blockTag(blocking, world);
  await buy(blocking, 'Stoneware Mug');

  const ask = async (path: string) => {
    const answer = await fetch(`${world.collectorUrl}/admin/api${path}`, {
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    });
    return answer.json();
  };
  const sales = { count: 2, value: { EUR: 36 } };
  await eventually(() => ask('/report?days=2'), PATIENCE_MS).toMatchObject({
    days: [
      {
        purchases: sales,
        channels: { pixel: { purchases: sales } },
        purchaseCopies: { seen: 1, unseen: 1, unknown: 0, estimatedLostShare: 0.5 },
        heldBack: 0,
      },
    ],
  });
  const { events } = await ask('/quality?days=2');
  expect(events).toContainEqual(
    expect.objectContaining({
      name: 'purchase',
      events: 2,
      consent: 1,
      shares: expect.objectContaining({ anonymousId: 1, em: 0, clientIpAddress: 1, msclkid: 0 }),
    }),
  );
  // Shadow: Microsoft heard of neither.
  expect(world.sandbox.capiEvents()).toEqual([]);
  await blocking.close();
});
