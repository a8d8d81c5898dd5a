import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

/** The click id of a visitor who agrees on a later page than the landing page. */

const visits = useVisits();
const { visit } = visits;
const CLICK = '292049a17e2413e3a4081719e839afe6';
const DASHED = '292049a1-7e24-13e3-a408-1719e839afe6';
const NEWER = 'cdd4afcccb1c9a4cad9544dd7e5006d5';
const NEWER_DASHED = 'cdd4afcc-cb1c-9a4c-ad95-44dd7e5006d5';

const AGREED = `<script>capi.consent('granted')</script>`;

beforeEach(() => {
  visits.site.settings = { tagId: '123', uet: 'off', consent: { default: 'denied', waitMs: 60_000 } };
  visits.site.pages['/agreed'] = { before: AGREED };
  visits.site.pages['/later'] = { before: AGREED };
});

const clickOf = async (path: string) => {
  const arrived = () => visits.site.events().find(({ eventSourceUrl }) => eventSourceUrl?.endsWith(path));
  await waitUntil(`the page load of ${path}`, () => arrived() !== undefined);
  return arrived()?.userData?.msclkid;
};

/** Leads on as a link does: the next page hears where the visitor came from. */
const follow = (url: string) => `<a id="on" href="${url}">On</a>`;

test('who agrees on the second page keeps the click, also on the third', async () => {
  visits.site.pages['/'] = { after: follow('/agreed') };
  const page = await visit(`/?msclkid=${CLICK}`);
  await page.click('#on');
  expect(await clickOf('/agreed')).toBe(DASHED);
  expect(await page.evaluate(() => document.cookie)).toContain(`_capi_msclkid=${CLICK}`);
  await page.goto(`${visits.site.url}/later`);
  expect(await clickOf('/later')).toBe(DASHED);
});

test('nothing is kept of it before', async () => {
  visits.site.pages['/'] = { after: follow('/unsure') };
  const page = await visit(`/?msclkid=${CLICK}`);
  await page.click('#on');
  await page.waitForURL('**/unsure');
  await page.waitForFunction(() => !('q' in window.capi!));
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(await page.evaluate(() => [document.cookie, ...Object.keys(localStorage)].join(''))).toBe('');
  expect(visits.site.requests).toEqual([]);
});

test('a click that was kept, and that of the address, count before it', async () => {
  visits.site.pages['/first'] = { before: AGREED, after: follow('/agreed') };
  const page = await visit(`/first?msclkid=${CLICK}`);
  expect(await clickOf(CLICK)).toBe(DASHED);
  await page.click('#on');
  await page.waitForURL('**/agreed');
  // Meanwhile another ad was clicked in another tab.
  await (await visit(`/later?msclkid=${NEWER}`)).close();
  expect(await clickOf(NEWER)).toBe(NEWER_DASHED);
  visits.site.batches.length = 0;
  await page.reload();
  expect(await clickOf('/agreed')).toBe(NEWER_DASHED);
});

test('the newest landing counts in a tab that landed before it, and stays in the cookie', async () => {
  visits.site.settings.consent = { default: 'granted' };
  const older = await visit(`/older?msclkid=${CLICK}`);
  expect(await clickOf(CLICK)).toBe(DASHED);
  await visit(`/newer?msclkid=${NEWER}`);
  expect(await clickOf(NEWER)).toBe(NEWER_DASHED);
  await older.evaluate(() => history.pushState({}, '', '/basket'));
  expect(await clickOf('/basket')).toBe(NEWER_DASHED);
  expect(await older.evaluate(() => document.cookie)).toContain(`_capi_msclkid=${NEWER}`);
});

test('consent that comes back finds the click in the address', async () => {
  const page = await visit(`/agreed?msclkid=${CLICK}`);
  expect(await clickOf(CLICK)).toBe(DASHED);
  await page.evaluate(() => window.capi?.consent('denied'));
  await page.waitForFunction(() => !document.cookie);
  await page.evaluate(() => {
    window.capi?.consent('granted');
    history.pushState({}, '', '/again');
  });
  expect(await clickOf('/again')).toBe(DASHED);
  expect(await page.evaluate(() => document.cookie)).toContain(`_capi_msclkid=${CLICK}`);
});

test('another host’s address is none of ours', async () => {
  visits.site.pages['/'] = {
    before: '<meta name="referrer" content="unsafe-url">',
    after: follow(`${visits.site.url}/agreed`),
  };
  const page = await visits.context.newPage();
  await page.goto(`${visits.site.url.replace('127.0.0.1', 'localhost')}/?msclkid=${CLICK}`);
  await page.click('#on');
  await page.waitForURL(/127\.0\.0\.1.*agreed/);
  expect(await page.evaluate(() => document.referrer)).toContain(CLICK);
  expect(await clickOf('/agreed')).toBeUndefined();
});

test.each([
  ['throws', "() => { throw new Error('hostile'); }"],
  ['is no text', '() => ({})'],
  ['is long', `() => location.origin + '/?msclkid='.repeat(100_000) + '${CLICK}0'`],
])('a referrer that %s costs no event', async (_, getter) => {
  await visits.context.addInitScript(`Object.defineProperty(document, 'referrer', { get: ${getter} })`);
  await visit('/agreed');
  expect(await clickOf('/agreed')).toBeUndefined();
});
