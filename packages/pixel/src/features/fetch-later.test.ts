import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();

interface Window {
  /** Deferred requests that the page has not taken back, as it sees them. */
  deferred: AbortSignal[];
  fetchLater: (url: URL, init: RequestInit) => unknown;
}

const ids = () => visits.site.events().map(({ eventId }) => eventId);
const armed = () => (window as unknown as Window).deferred.filter(({ aborted }) => !aborted).length === 1;

beforeEach(async () => {
  visits.site.features = ['fetch-later'];
  visits.site.settings = {
    tagId: '123',
    uet: 'off',
    autoPage: false,
    consent: { default: 'granted', waitMs: 0 },
  };
  await visits.context.addInitScript(() => {
    const page = window as unknown as Window;
    const { fetchLater } = page;
    page.deferred = [];
    page.fetchLater = (url, init) => {
      page.deferred.push(init.signal as AbortSignal);
      return fetchLater.call(window, url, init);
    };
  });
});

test('what waits when the page crashes is sent by the browser', async () => {
  visits.site.reply = () => ({ status: 503, headers: { 'retry-after': '600' } });
  const page = await visits.visit();
  const id = await page.evaluate(() => window.capi?.track('lead'));
  await page.waitForFunction(armed);
  visits.site.reply = () => undefined;
  const crashed = page.waitForEvent('crash');
  await page.goto('chrome://crash').catch(() => {});
  await crashed;
  await waitUntil('the deferred event', () => ids().length > 0);
  expect(ids()).toEqual([id]);
  expect(visits.site.batches[0]?.sentAt).toBeUndefined();
});

test('what was taken is taken back, and so is what a page leaves on disk', async () => {
  visits.site.reply = () => ({ status: 503, headers: { 'retry-after': '1' } });
  const page = await visits.visit();
  const first = await page.evaluate(() => window.capi?.track('first'));
  await page.waitForFunction(armed);
  visits.site.reply = () => undefined;
  await waitUntil('the retry', () => ids().length === 1);
  await page.waitForFunction(() => (window as unknown as Window).deferred.every(({ aborted }) => aborted));

  visits.site.reply = () => ({ status: 503, headers: { 'retry-after': '600' } });
  const second = await page.evaluate(() => window.capi?.track('second'));
  await page.waitForFunction(armed);
  visits.site.reply = () => undefined;
  await page.goto(`${visits.site.url}/next`);
  await waitUntil('what the next page sends', () => ids().length === 2);
  expect(ids()).toEqual([first, second]);
  // With the time of sending: by the page, not by the browser.
  expect(visits.site.batches.map(({ sentAt }) => typeof sentAt)).toEqual(['number', 'number']);
});
