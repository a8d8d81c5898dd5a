import { expect, test } from 'vitest';
import { featureNames } from './feature-names.ts';
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

/** The features of a site that sets nothing but its tag. */
const FEATURES = featureNames({ tagId: '123' });

test.each([
  ['the core', []],
  ['the features of a site with no settings of its own', FEATURES],
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

test('nothing is thrown, not even into a catch, on a page that refuses nothing', async () => {
  visits.site.features = FEATURES;
  // A tag manager without consent mode; no tag, no consent platform, no meta element for keywords.
  visits.site.pages['/'] = {
    before: `<script>document.querySelector('meta').remove(); dataLayer = [{}]</script>`,
  };
  const page = await visits.context.newPage();
  const devtools = await visits.context.newCDPSession(page);
  const thrown: unknown[] = [];
  devtools.on('Debugger.paused', async ({ data }) => {
    thrown.push(data?.description);
    await devtools.send('Debugger.resume');
  });
  await devtools.send('Debugger.enable');
  await devtools.send('Debugger.setPauseOnExceptions', { state: 'all' });
  await page.goto(visits.site.url);
  await page.evaluate(() => window.capi?.ready);
  await page.evaluate(() => window.capi?.track('first'));
  await waitUntil('page load and event', () => visits.site.events().length === 2);
  expect(thrown).toEqual([]);
  // What is thrown would be seen.
  await page.evaluate(() => {
    try {
      throw new Error('seen');
    } catch {}
  });
  expect(thrown).toEqual([expect.stringContaining('seen')]);
});
