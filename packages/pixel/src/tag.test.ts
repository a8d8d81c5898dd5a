import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Uetq } from './api.ts';
import { loader as tagLoader, visitWithTag } from './test-support/tag.ts';
import { useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
const TAG = '123456';
let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());
beforeEach(() => {
  sandbox.reset();
  visits.site.settings = { tagId: TAG, consent: { default: 'granted', waitMs: 0 } };
});

const loader = (spa = true) => tagLoader(sandbox, { tagId: TAG, spa });

const mid = (page: Page) => page.evaluate(() => window.uetq?.beaconParams?.mid);
const loads = () => visits.site.events().filter(({ eventType }) => eventType === 'pageLoad');
const reports = () => visits.site.batches.flatMap((batch) => batch.reports ?? []);
const conversion = (name: string) => sandbox.conversions().find((one) => (one.eventName ?? '') === name);

test('both channels carry one name and one id; the page load has the mid and is reported', async () => {
  visits.site.pages['/'] = { before: loader() };
  const page = await visitWithTag(visits);
  const id = await page.evaluate(() =>
    window.capi?.track('purchase', {
      transactionId: 'T-1',
      value: 75.3,
      currency: 'EUR',
      pageType: 'purchase',
      itemIds: ['a', 'b'],
      items: [{ id: 'a', quantity: 2, price: 25.1, name: 'T-Shirt' }],
    }),
  );
  await waitUntil('the beacon', () => conversion('purchase') !== undefined);
  await waitUntil('the copy', () => visits.site.events('purchase').length === 1);
  await waitUntil('the report', () => reports().length === 1);
  await waitUntil('the page load', () => loads().length > 0);
  expect(conversion('purchase')).toMatchObject({ eventId: 'T-1', value: 75.3, currency: 'EUR' });
  expect(id).toBe('T-1');
  const tagMid = await mid(page);
  expect(loads()).toMatchObject([{ pageLoadId: tagMid, eventId: tagMid }]);
  expect(visits.site.events('purchase')[0]).toMatchObject({
    eventId: 'T-1',
    pageLoadId: tagMid,
    customData: { itemIds: ['a', 'b'], items: [{ id: 'a', quantity: 2, price: 25.1, name: 'T-Shirt' }] },
  });
  expect(reports()).toEqual([{ pageLoadId: tagMid, mid: tagMid, tagSentPageLoad: true }]);
});

test('a tag that was there first: its page load is found and reported', async () => {
  visits.site.pages['/'] = { before: loader(), stub: false, script: '' };
  const page = await visit();
  await waitUntil('the page load of the tag', () => sandbox.pageLoads().length === 1);
  await page.addScriptTag({ url: '/m/c.js' });
  await waitUntil('the report', () => reports().length === 1);
  await waitUntil('the page load', () => loads().length > 0);
  expect(reports()[0]).toMatchObject({ pageLoadId: await mid(page), mid: await mid(page) });
  expect(loads().map(({ pageLoadId }) => pageLoadId)).toEqual([await mid(page)]);
});

test('a tag that comes late: the report names both ids, later events follow the tag', async () => {
  visits.site.pages['/'] = {};
  const page = await visit();
  await waitUntil('the page load', () => loads().length === 1);
  const own = loads()[0]?.pageLoadId;
  await page.evaluate(
    ({ url, tag }) => {
      const script = document.createElement('script');
      script.src = `${url}/bat.js`;
      script.onload = () => {
        const { UET } = window as unknown as { UET: new (options: object) => Uetq };
        window.uetq = new UET({ ti: tag, q: window.uetq });
        window.uetq.push('pageLoad');
      };
      document.head.append(script);
    },
    { url: sandbox.url, tag: TAG },
  );
  await waitUntil('the report', () => reports().length === 1);
  expect(reports()).toEqual([{ pageLoadId: own, mid: await mid(page), tagSentPageLoad: true }]);
  await page.evaluate(() => window.capi?.track('later'));
  await waitUntil('the event', () => visits.site.events('later').length === 1);
  expect(visits.site.events('later')[0]?.pageLoadId).toBe(await mid(page));
});

test.each(['before', 'after'] as const)(
  'the tag loaded %s us follows SPA navigation: each page has its mid',
  async (order) => {
    visits.site.pages['/'] = order === 'before' ? { before: loader() } : { after: loader() };
    const page = await visitWithTag(visits);
    await waitUntil('the first report', () => reports().length === 1);
    const mids = [await mid(page)];
    for (const path of ['/a', '/b']) {
      await page.evaluate((to) => history.pushState({}, '', to), path);
      mids.push(await mid(page));
      await waitUntil('the report', () => reports().length === mids.length);
      await waitUntil('the page load', () => loads().length === mids.length);
    }
    await page.evaluate(() => {
      history.replaceState({}, '', '/c?temp');
      history.pushState({}, '', '/c');
    });
    mids.push(await mid(page));
    await waitUntil('the fourth page load', () => loads().length === 4);
    await waitUntil('the fourth report', () => reports().length === 4);
    expect(new Set(mids).size).toBe(4);
    expect(loads().map(({ pageLoadId }) => pageLoadId)).toEqual(mids);
    expect(reports().map((report) => report.pageLoadId)).toEqual(mids);
  },
);

test('a tag that keeps its mid: the next page has an id of our own', async () => {
  visits.site.pages['/'] = { before: loader(false) };
  const page = await visitWithTag(visits);
  await waitUntil('the first report', () => reports().length === 1);
  await page.evaluate(() => history.pushState({}, '', '/a'));
  await waitUntil('the second page load', () => loads().length === 2);
  expect(loads()[0]?.pageLoadId).toBe(await mid(page));
  expect(loads()[1]?.pageLoadId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  expect(loads()[1]?.pageLoadId).not.toBe(await mid(page));
  expect(reports()).toHaveLength(1);
});

test('revenue on a page load goes to the tag as its nameless event', async () => {
  visits.site.pages['/'] = {
    before: `${loader()}<script>capi.page({ value: 9.5, currency: 'USD' })</script>`,
  };
  const page = await visitWithTag(visits);
  await waitUntil('the revenue', () => conversion('') !== undefined);
  expect(conversion('')).toMatchObject({
    eventId: `${await mid(page)}-revenue`,
    value: 9.5,
    currency: 'USD',
  });
  expect(loads()).toMatchObject([{ customData: { value: 9.5, currency: 'USD' } }]);
});

test('values on which the tag would throw never reach it: it works afterwards', async () => {
  visits.site.pages['/'] = {
    after: `<script>
      capi.track('currency', { value: 1, currency: 'EURO' });
      capi.track('number', { value: -1, eventValue: NaN, ecommTotalValue: 1e15 });
      capi.track('page_type', { pageType: 'nowhere', itemIds: ['x'] });
      capi.track('product', { pageType: 'product', itemIds: ['y'.repeat(60), ''] });
      capi.track('hotel', { hotelData: { basePrice: 5, lengthOfStay: 31, checkinDate: 'soon' } });
      capi.track('hotel_revenue', { value: 3, currency: 'EUR', hotelData: { totalPrice: 3 } });
      capi.track('hotel_total', { pageType: 'purchase', ecommTotalValue: 3, currency: 'EUR', hotelData: { totalPrice: 3 } });
      capi.track('items', { items: [] });
      capi.track('text', { items: [{ id: 'a', name: 'cut \\ud83d' }] });
    </script>${loader()}`,
  };
  const page = await visit();
  await page.evaluate(() => window.capi?.track('afterwards', { value: 2, currency: 'EUR' }));
  await waitUntil('all of them', () => sandbox.conversions().length === 10);
  expect(conversion('afterwards')).toMatchObject({ value: 2 });
  expect(conversion('hotel_revenue')).toMatchObject({ value: 3 });
  await waitUntil(
    'the copies',
    () => visits.site.events().filter(({ eventName }) => eventName).length === 10,
  );
  for (const { eventName, eventId } of sandbox.conversions()) {
    expect(visits.site.events(eventName ?? undefined)[0]?.eventId).toBe(eventId);
  }
});

test('the tag gets a copy of its own', async () => {
  visits.site.settings.autoPage = false;
  const page = await visit();
  const [pushed, given] = await page.evaluate(async () => {
    const items = [{ id: 'a' }];
    window.capi?.track('x', { items });
    await window.capi?.flush();
    const params = (window.uetq as unknown as { items: object[] }[])[2];
    if (params) params.items[0] = 'changed' as never;
    return [window.uetq as unknown as unknown[], items] as const;
  });
  await waitUntil('the copy', () => visits.site.events('x').length === 1);
  expect(pushed.slice(0, 2)).toEqual(['event', 'x']);
  expect(given).toEqual([{ id: 'a' }]);
  expect(visits.site.events('x')[0]?.customData?.items).toEqual([{ id: 'a' }]);
});
