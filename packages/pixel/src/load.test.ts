import { expect, test } from 'vitest';
import { useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

/** What the pixel touches while the page loads. */

const visits = useVisits();

/** Counts every look at cookies and storage, and keeps idle callbacks until `goIdle`. */
const WATCH = `<script>
  var touched = [];
  const watch = (owner, name) => {
    const { get, set, ...rest } = Object.getOwnPropertyDescriptor(owner, name);
    Object.defineProperty(owner, name, {
      ...rest,
      get() { touched.push(name); return get.call(this); },
      set(value) { touched.push(name); if (set) set.call(this, value); },
    });
  };
  watch(Document.prototype, 'cookie');
  for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) watch(window, name);
  const idle = [];
  window.requestIdleCallback = (run) => idle.push(run);
  const goIdle = () => { while (idle.length) idle.shift()(); };
</script>`;

declare const touched: string[];
declare const goIdle: () => void;

test.each([
  ['the core', []],
  [
    'the features of a site with no settings of its own',
    [
      'load-script',
      'debug',
      'tag-page',
      'sales',
      'consent-sources',
      'consent-uet',
      'consent-gcm',
      'consent-tcf',
      'consent-gpp',
      'consent-cmp',
      'region',
      'mirror',
      'tag-ids',
    ],
  ],
])('no storage before the browser is idle: %s', async (_, features) => {
  visits.site.features = features;
  visits.site.pages['/'] = { before: WATCH };
  const page = await visits.visit();
  await page.waitForFunction(() => !('q' in window.capi!));
  // What the script has put off to tasks and microtasks comes before this.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  expect(await page.evaluate(() => touched)).toEqual([]);
  await page.evaluate(() => goIdle());
  await waitUntil('the page load', () => visits.site.events().length === 1);
  expect(await page.evaluate(() => touched)).toContain('cookie');
});

test('the first event may touch it before that', async () => {
  visits.site.pages['/'] = { before: WATCH };
  const page = await visits.visit();
  await page.waitForFunction(() => !('q' in window.capi!));
  await page.evaluate(() => window.capi?.track('first'));
  await waitUntil('the event', () => visits.site.events('first').length === 1);
  expect(await page.evaluate(() => touched)).toContain('localStorage');
});
