import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;

const GTAG = 'window.dataLayer = window.dataLayer || []; function gtag() { dataLayer.push(arguments); }';
const PURCHASE = {
  transaction_id: 'T-1',
  value: 75.3,
  currency: 'EUR',
  items: [{ item_id: 'a', item_name: 'T-Shirt', item_brand: 'x', price: '25.1', quantity: 3 }],
};
const CUSTOM_DATA = {
  transactionId: 'T-1',
  value: 75.3,
  currency: 'EUR',
  items: [{ id: 'a', name: 'T-Shirt', price: 25.1, quantity: 3 }],
};

beforeEach(() => {
  visits.site.features = ['sales', 'ga4-bridge'];
  visits.site.settings = {
    tagId: '123',
    autoPage: false,
    ga4: true,
    consent: { default: 'granted', waitMs: 0 },
  };
});

const names = () => visits.site.events().map(({ eventName }) => eventName);
const arrived = async (...expected: string[]) => {
  await waitUntil(expected.join(), () => visits.site.events().length >= expected.length);
  expect(names()).toEqual(expected);
};
const json = JSON.stringify;

test('gtag events, already there and pushed later, on both channels', async () => {
  visits.site.pages['/'] = {
    before: `<script>capi.identify({ externalId: 'c1' }); ${GTAG} gtag('js', new Date()); gtag('config', 'G-1'); gtag('event', 'view_item', ${json(PURCHASE)})</script>`,
  };
  const page = await visit();
  await page.evaluate(`gtag('event', 'page_view'); gtag('event', 'scroll'); gtag('event', 'conversion', { send_to: 'AW-1' });
    gtag('event', 'purchase', ${json(PURCHASE)}); gtag('event', 'sign_up')`);
  await arrived('view_item', 'purchase', 'sign_up');
  const [view, purchase] = visits.site.events();
  expect(view).toMatchObject({ customData: CUSTOM_DATA, userData: { externalId: 'c1' } });
  expect(purchase).toMatchObject({ eventId: 'T-1', customData: CUSTOM_DATA });
  const pushed = await page.evaluate(() => JSON.stringify(window.uetq));
  for (const { eventName, eventId } of visits.site.events())
    expect(pushed).toContain(`"event","${eventName}",{"event_id":"${eventId}"`);
});

test("a tag manager's objects", async () => {
  visits.site.pages['/'] = {
    before: `<script>dataLayer = [{ event: 'gtm.js' }, { ecommerce: null }, { event: 'add_to_cart', ecommerce: ${json(PURCHASE)} }]</script>`,
  };
  const page = await visit();
  await page.evaluate(
    `dataLayer.push({ event: 'search', search_term: 'clocks' }, { event: 'gtm.dom' });
    dataLayer.push({ event: 'generate_lead', value: 5, currency: 'EUR' })`,
  );
  await arrived('add_to_cart', 'search', 'generate_lead');
  const [cart, search, lead] = visits.site.events();
  expect(cart?.customData).toEqual(CUSTOM_DATA);
  expect(search?.customData).toEqual({ searchTerm: 'clocks' });
  expect(lead?.customData).toEqual({ value: 5, currency: 'EUR' });
});

test('the same purchase by bridge, by a second push and by capi.track is one', async () => {
  visits.site.pages['/'] = { before: `<script>${GTAG}</script>` };
  const page = await visit();
  await page.evaluate(`gtag('event', 'purchase', ${json(PURCHASE)}); dataLayer.push({ event: 'purchase', ecommerce: ${json(PURCHASE)} });
    capi.track('purchase', ${json(PURCHASE)}); capi.track('after')`);
  await arrived('purchase', 'after');
  const pushed = await page.evaluate(() => JSON.stringify(window.uetq));
  expect(pushed.split('"purchase"')).toHaveLength(2);
});

test('a list that comes after the script, also in the place of ours', async () => {
  visits.site.pages['/'] = {
    script: '<script src="/m/c.js"></script>',
    after: `<script>dataLayer = [{ event: 'login' }]</script>`,
  };
  const page = await visit();
  await page.evaluate(`dataLayer.push({ event: 'sign_up' })`);
  await arrived('login', 'sign_up');
});

test('the page notices nothing: values, order, hostile entries, a push that throws', async () => {
  visits.site.pages['/'] = {
    before: `<script>taken = []; dataLayer = [null, 1, () => {}];
      dataLayer.push = function (...entries) { taken.push(...entries); if (entries[0] === 'throw') throw 'mine'; return 42 }</script>`,
  };
  const page = await visit();
  const result = await page.evaluate(`(() => {
    const bad = { get event() { throw new Error('hostile') } };
    const back = dataLayer.push(bad, null, undefined, { event: 'login' });
    try { dataLayer.push('throw') } catch (error) { return [back, taken.length, taken[0] === bad, error] }
  })()`);
  expect(result).toEqual([42, 5, true, 'mine']);
  await arrived('login');
});
