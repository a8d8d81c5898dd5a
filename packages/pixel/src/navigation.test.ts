import { beforeEach, expect, test } from 'vitest';
import { acknowledged, useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;

beforeEach(() => {
  // What is served where `uet` is off: nothing waits for a tag.
  visits.site.features = ['sales'];
  visits.site.settings = { tagId: '123', uet: 'off', consent: { default: 'granted', waitMs: 0 } };
});

/** Path, query and hash of each page load that arrived, in order of capture. */
const loads = () =>
  visits.site
    .events()
    .filter(({ eventType }) => eventType === 'pageLoad')
    .map(({ eventSourceUrl }) => (eventSourceUrl as string).replace(visits.site.url, ''));

test('each new address is one page load, the same address none', async () => {
  const page = await visit('/');
  await waitUntil('the first', () => loads().length === 1);
  const steps: [() => void, string?][] = [
    [() => history.pushState({}, '', '/a'), '/a'],
    [() => history.pushState({}, '', '/a')],
    [() => history.replaceState({ scroll: 1 }, '')],
    [() => history.replaceState({}, '', '/b'), '/b'],
    [() => history.pushState({}, '', '/b?q=1'), '/b?q=1'],
    [() => history.pushState({}, '', '/b?q=1#part')],
    [() => history.pushState({}, '', '#/route'), '/b?q=1#/route'],
    [
      () => {
        history.replaceState({}, '', '/c?temp');
        history.pushState({}, '', '/c');
      },
      '/c',
    ],
    [() => history.back(), '/c?temp'],
  ];
  const expected = ['/'];
  for (const [step, load] of steps) {
    await page.evaluate(step);
    if (load) {
      expected.push(load);
      // Seen by itself: an event would look at the address too.
      await waitUntil(`the page load of ${load}`, () => loads().length === expected.length);
    } else {
      // Tells that the step was seen through.
      const marker = await page.evaluate(() => window.capi?.track('marker'));
      await waitUntil('the marker', () =>
        visits.site.events('marker').some(({ eventId }) => eventId === marker),
      );
    }
    expect(loads()).toEqual(expected);
  }
  const pageLoadIds = new Set(visits.site.events().map(({ pageLoadId }) => pageLoadId));
  expect(pageLoadIds.size).toBe(expected.length);
  const second = visits.site.events().find(({ eventSourceUrl }) => eventSourceUrl?.endsWith('/a'));
  expect(second?.referrerUrl).toBe(`${visits.site.url}/`);
});

test('an event right after a navigation belongs to the new page', async () => {
  const page = await visit('/');
  await page.evaluate(() => {
    history.pushState({}, '', '/item');
    window.capi?.track('view_item');
  });
  await waitUntil('three events', () => visits.site.events().length === 3);
  expect(visits.site.events('view_item')[0]?.eventSourceUrl).toBe(`${visits.site.url}/item`);
  expect(loads()).toEqual(['/', '/item']);
});

test("a redirect that comes with the router's rendering is one page load: the last address, its title", async () => {
  const page = await visit('/');
  await waitUntil('the first', () => loads().length === 1);
  await page.evaluate(() => {
    history.pushState({}, '', '/old');
    setTimeout(() => history.replaceState({}, '', '/target'), 10);
    setTimeout(() => {
      document.title = 'Target';
    }, 20);
  });
  await waitUntil('the second', () => loads().length === 2);
  expect(loads()).toEqual(['/', '/target']);
  expect(visits.site.events()[1]).toMatchObject({ pageTitle: 'Target', referrerUrl: `${visits.site.url}/` });
});

test('a redirect is one page load also while the first page waits for its tag', async () => {
  visits.site.features = ['tag-page'];
  visits.site.settings = { tagId: '123', consent: { default: 'granted' } };
  const page = await visit('/');
  await page.waitForFunction(() => !('q' in window.capi!));
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await page.evaluate(() => {
    history.pushState({}, '', '/callback');
    window.capi?.identify({ externalId: 'customer' });
    setTimeout(() => history.replaceState({}, '', '/home'), 10);
  });
  await waitUntil('the last', () => loads().includes('/home'));
  expect(loads()).toEqual(['/', '/home']);
});

test('a page that goes before the router has come to rest is a page load', async () => {
  const page = await visit('/');
  await waitUntil('the first', () => loads().length === 1);
  await page.evaluate(() => {
    history.pushState({}, '', '/last');
    location.href = '/elsewhere';
  });
  await waitUntil('the third', () => loads().length === 3);
  expect(loads()).toEqual(['/', '/last', '/elsewhere']);
});

test('a return from the back/forward cache is a page load with an id of its own', async () => {
  const page = await visit('/');
  await waitUntil('the first', () => loads().length === 1);
  await page.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
    dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }));
  });
  await waitUntil('the second', () => loads().length === 2);
  expect(new Set(visits.site.events().map(({ pageLoadId }) => pageLoadId)).size).toBe(2);
});

test('a page that is only prerendered did not happen', async () => {
  await visits.context.addInitScript(() => {
    Object.defineProperty(document, 'prerendering', {
      get: () => !(window as unknown as { shown?: boolean }).shown,
      configurable: true,
    });
  });
  const page = await visit('/');
  await page.waitForFunction(() => window.capi && !('q' in window.capi));
  const id = await page.evaluate(() => window.capi?.track('early'));
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  expect(visits.site.requests).toEqual([]);
  expect(await page.evaluate(() => document.cookie + Object.keys(localStorage))).toBe('');
  await page.evaluate(() => {
    (window as unknown as { shown?: boolean }).shown = true;
    document.dispatchEvent(new Event('prerenderingchange'));
  });
  await waitUntil('two events', () => visits.site.events().length === 2);
  expect(visits.site.events('early')[0]?.eventId).toBe(id);
  expect(loads()).toEqual(['/']);
});

test('page() counts once beside the automatic page load, and by itself where that is off', async () => {
  visits.site.pages['/'] = { before: `<script>capi.page({ value: 3, currency: 'EUR' })</script>` };
  const page = await visit('/');
  await waitUntil('the page load', () => loads().length === 1);
  expect(visits.site.events()[0]?.customData).toEqual({ value: 3, currency: 'EUR' });
  await acknowledged(page);
  visits.site.settings.autoPage = false;
  await page.goto(`${visits.site.url}/manual`);
  await page.evaluate(() => {
    window.capi?.page();
    window.capi?.track('PageView');
  });
  await waitUntil('two more', () => loads().length === 3);
  expect(loads()).toEqual(['/', '/manual', '/manual']);
});
