import { buy } from './buy.ts';
import { eventually, expect, SERVER_KEY, TAG_ID, test } from './fixtures.ts';

test.use({
  setting: { collector: 'process', config: { consent: { default: 'granted', waitMs: 1 } } },
});

test('an order while the collector is down counts once: by the browser, by the kept event, by the server', async ({
  page,
  world,
}) => {
  const { sandbox, collectorUrl } = world;
  const collector = world.collectorProcess!;
  const purchases = () => sandbox.conversions().filter(({ eventName }) => eventName === 'purchase');

  // The script is cached by now, as it is for a visitor who has seen a page before.
  await page.goto('/?msclkid=0123456789abcdef0123456789abcdef');
  await page.waitForFunction(() => (window as unknown as PixelWindow).capi.ready);
  await collector.kill();
  const { orderId } = await buy(page, 'Stoneware Mug');
  await eventually(() => purchases().map(({ eventId, channels }) => ({ eventId, channels }))).toEqual([
    { eventId: orderId, channels: ['uet'] },
  ]);

  await collector.start();
  await eventually(() => purchases()[0]?.channels).toEqual(['uet', 'capi']);

  for (let reload = 0; reload < 3; reload++) {
    await page.reload();
    await page.evaluate(() => (window as unknown as PixelWindow).capi.flush());
  }
  const context = await page.evaluate(() => (window as unknown as PixelWindow).capi.context());
  const response = await fetch(`${collectorUrl}/v1/${TAG_ID}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVER_KEY}` },
    body: JSON.stringify({
      data: [
        {
          eventType: 'custom',
          eventName: 'purchase',
          eventTime: Math.floor(Date.now() / 1000),
          context,
          customData: { transactionId: orderId, value: 18, currency: 'EUR' },
        },
      ],
    }),
  });
  expect(await response.json()).toMatchObject({ eventsReceived: 1 });

  // An event behind it: when this one has come, a second copy of the order would have, too.
  await page.evaluate(() => (window as unknown as PixelWindow).capi.track('behind'));
  await eventually(() => sandbox.capiEvents().map(({ eventName }) => eventName)).toContain('behind');
  expect(purchases()).toHaveLength(1);
  expect(sandbox.capiEvents().filter(({ eventName }) => eventName === 'purchase')).toHaveLength(1);
  expect(sandbox.requests().filter(({ params }) => params?.ea === 'purchase')).toHaveLength(1);
});

interface PixelWindow {
  capi: { ready: Promise<unknown>; flush(): Promise<void>; context(): string; track(name: string): string };
}
