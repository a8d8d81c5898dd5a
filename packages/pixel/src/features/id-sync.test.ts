import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
let synced: URL[];

beforeEach(async () => {
  visits.site.features = ['id-sync'];
  visits.site.settings = {
    tagId: '123',
    uet: 'off',
    customerId: '777',
    consent: { default: 'granted', waitMs: 0 },
  };
  synced = [];
  await visits.context.route('https://c.bing.com/**', (route) => {
    synced.push(new URL(route.request().url()));
    return route.fulfill({ contentType: 'image/gif', body: Buffer.from('R0lGODlhAQABAAAAACw=', 'base64') });
  });
});

const visitorOf = async (page: Page) => (await page.evaluate(() => window.capi?.ready))?.anonymousId;
const params = (url: URL | undefined) => Object.fromEntries(url?.searchParams ?? []);
/** Everything that the page wanted to do has been done. */
const settled = async (page: Page, name: string) => {
  await page.evaluate((event) => window.capi?.track(event), name);
  await waitUntil('the event', () => visits.site.events(name).length === 1);
};

test('once per session, with the visitor id of the events', async () => {
  const page = await visit();
  await waitUntil('the sync', () => synced.length === 1);
  expect(synced[0]?.href).toMatch(/^https:\/\/c\.bing\.com\/c\.gif\?/);
  expect(params(synced[0])).toEqual({ Red3: 'BACID_777', vid: await visitorOf(page) });
  await page.goto(`${visits.site.url}/next`);
  await settled(page, 'next');
  expect(synced).toHaveLength(1);
  expect(visits.site.events('next')[0]?.userData?.anonymousId).toBe(synced[0]?.searchParams.get('vid'));
});

test('again when the customer is known', async () => {
  const page = await visit();
  await waitUntil('the sync', () => synced.length === 1);
  visits.site.pages['/next'] = { before: '<script>capi.identify({ externalId: "c 1&" })</script>' };
  await page.goto(`${visits.site.url}/next`);
  await waitUntil('the sync', () => synced.length === 2);
  expect(params(synced[1])).toEqual({ Red3: 'BACID_777', vid: await visitorOf(page), uid: 'c 1&' });
});

test('not without consent; when it is given, at once; nothing stays when it is taken back', async () => {
  visits.site.settings.consent = { default: 'denied', waitMs: 0 };
  const page = await visit();
  await page.evaluate(() => window.capi?.ready);
  expect(synced).toEqual([]);
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await page.evaluate(() => window.capi?.consent('granted'));
  await waitUntil('the sync', () => synced.length === 1);
  await page.evaluate(() => window.capi?.consent('denied'));
  expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
  await page.evaluate(() => window.capi?.consent('granted'));
  await waitUntil('the sync of the new visitor', () => synced.length === 2);
  expect(synced[1]?.searchParams.get('vid')).not.toBe(synced[0]?.searchParams.get('vid'));
});

test('once per page where the session keeps nothing', async () => {
  await visits.context.addInitScript(() => {
    Object.defineProperty(window, 'sessionStorage', {
      get() {
        throw new Error('refused');
      },
    });
  });
  const page = await visit();
  await waitUntil('the sync', () => synced.length === 1);
  await page.evaluate(() => window.capi?.consent('granted'));
  await settled(page, 'later');
  expect(synced).toHaveLength(1);
});
