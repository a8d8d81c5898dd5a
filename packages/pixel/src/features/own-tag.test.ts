import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alive, counted, keepBeacons, visitWithTag } from '../test-support/tag.ts';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const TAG = '123456';
const MICROSOFT = 'https://bat.bing.com';
let sandbox: Sandbox;
/** Paths that the page asked Microsoft for. */
let asked: string[];

beforeAll(async () => {
  sandbox = await createSandbox();
});
afterAll(() => sandbox.close());
beforeEach(async () => {
  sandbox.reset();
  asked = [];
  Object.assign(visits.site, {
    settings: { tagId: TAG, uet: 'own', consent: { default: 'granted', waitMs: 0 } },
    features: ['load-script', 'tag-page', 'own-tag', 'tag-ids'],
  });
  await keepBeacons(visits.context);
  await visits.context.route(`${MICROSOFT}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    asked.push(pathname);
    const answer = await fetch(sandbox.url + pathname + search);
    const contentType = answer.headers.get('content-type') ?? '';
    await route.fulfill({ status: answer.status, contentType, body: await answer.text() });
  });
});

const loads = () => visits.site.events().filter(({ eventType }) => eventType === 'pageLoad');
const reports = () => visits.site.batches.flatMap((batch) => batch.reports ?? []);

test('each page, also of SPA navigation, is one page load of the tag, under the id that we have', async () => {
  const page = await visitWithTag(visits);
  await alive(page);
  for (const path of ['/a', '/b?c=d']) {
    await page.evaluate((to) => history.pushState({}, '', to), path);
    await waitUntil('the page load of the tag', () =>
      sandbox.pageLoads().some(({ url }) => url?.endsWith(path)),
    );
    await page.evaluate(`capi.track('at${path}')`);
  }
  await waitUntil('the page loads', () => loads().length === 3);
  await waitUntil('the reports', () => reports().length === 3);
  const mids = sandbox.pageLoads().map(({ mid }) => mid);
  expect(new Set(mids).size).toBe(3);
  expect(reports().map(({ mid }) => mid)).toEqual(mids);
  expect(reports().map(({ pageLoadId }) => pageLoadId)).toEqual(loads().map(({ pageLoadId }) => pageLoadId));
  expect(loads().map(({ pageLoadId }) => pageLoadId)).toEqual(mids);
  expect(await counted(page, visits.site, sandbox, TAG)).toEqual(['at/a uet,capi', 'at/b?c=d uet,capi']);
  const events = visits.site.events().filter(({ eventType }) => eventType === 'custom');
  expect(events.map(({ pageLoadId }) => pageLoadId)).toEqual(mids.slice(1));
});

test('the tag is loaded when the visitor agrees, and never otherwise', async () => {
  visits.site.settings.consent = { default: 'denied', waitMs: 60_000 };
  const page = await visits.visit();
  await page.evaluate(`capi.track('a')`);
  await page.evaluate(`capi.consent('denied'); capi.flush()`);
  expect(asked).toEqual([]);
  await page.evaluate(`capi.consent('granted')`);
  await alive(page);
  await waitUntil('the page load', () => sandbox.pageLoads().length === 1);
  await page.evaluate(`capi.consent('denied'); history.pushState({}, '', '/next')`);
  await page.evaluate(`capi.consent('granted'); capi.track('b')`);
  expect(await counted(page, visits.site, sandbox, TAG)).toEqual(['b uet,capi']);
  expect(asked.filter((path) => path === '/bat.js')).toHaveLength(1);
});

test('nonce and Trusted Types: Microsoft’s script is asked for', async () => {
  const policy = "script-src 'nonce-n'; require-trusted-types-for 'script'; trusted-types capi";
  visits.site.pages['/'] = {
    stub: false,
    script: `<meta http-equiv="content-security-policy" content="${policy}"><script nonce="n" src="/m/c.js"></script>`,
  };
  await visits.context.route(`${MICROSOFT}/bat.js`, (route) => {
    asked.push('with nonce');
    return route.fulfill({ contentType: 'text/javascript', body: '' });
  });
  await visits.visit();
  await waitUntil('the request', () => asked.includes('with nonce'));
});
