import { eventually, expect, test } from './fixtures.ts';

test.use({
  setting: { config: { consent: { default: 'granted', waitMs: 1 }, declarative: true, ga4: true } },
});

test('events from attributes and from dataLayer arrive by both channels, without a line of code', async ({
  page,
  world: { sandbox },
}) => {
  await page.goto('/');
  await page.evaluate(() => {
    document.body.insertAdjacentHTML(
      'beforeend',
      '<button data-capi-event="call_back" data-capi-value="20" data-capi-currency="EUR">Call me</button>',
    );
    const { dataLayer } = window as unknown as { dataLayer: object[] };
    const ecommerce = { transaction_id: 'T-1', value: 9.5, currency: 'EUR', items: [{ item_id: 'mug' }] };
    dataLayer.push({ event: 'gtm.dom' }, { event: 'purchase', ecommerce }, { event: 'purchase', ecommerce });
  });
  await page.getByText('Call me').click();

  const conversion = (name: string) => sandbox.conversions().find(({ eventName }) => eventName === name);
  await eventually(() => conversion('call_back')?.channels).toEqual(['uet', 'capi']);
  await eventually(() => conversion('purchase')?.channels).toEqual(['uet', 'capi']);
  expect(conversion('call_back')).toMatchObject({ value: 20, currency: 'EUR' });
  expect(conversion('purchase')).toMatchObject({ eventId: 'T-1', value: 9.5, currency: 'EUR' });
  // Each channel once.
  const named = ({ eventName }: { eventName?: string | null }) =>
    ['purchase', 'call_back'].includes(eventName ?? '');
  expect(sandbox.conversions().filter(named)).toHaveLength(2);
  expect(sandbox.capiEvents().filter(named)).toHaveLength(2);
  const beacons = sandbox.requests().filter(({ params }) => named({ eventName: params?.ea ?? '' }));
  expect(beacons).toHaveLength(2);
});
