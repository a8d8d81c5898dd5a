import { createSandbox } from '@uet-capi/sandbox';
import { expect, test } from 'vitest';
import { type FakeName, installFakes } from '../test-support/fake-cmps.ts';
import { alive, loader } from '../test-support/tag.ts';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

/** What the page does on the same occasion as the visitor's answer, which came after the wait. */

const visits = useVisits();
const names = () => visits.site.events().map(({ eventName }) => eventName);

test.each<[FakeName, string]>([
  ['tcf', 'tcf'],
  ['gpp', 'gpp'],
  ['gcm', 'gcm'],
  ['cookiebot', 'cmp'],
  ['onetrust', 'cmp'],
  ['didomi', 'cmp'],
  ['cookieyes', 'cmp'],
])('%s: an event tracked right after the visitor has agreed', async (fake, feature) => {
  visits.site.settings.consent = { default: 'denied', waitMs: 0 };
  visits.site.features = ['consent-sources', `consent-${feature}`];
  await installFakes(visits.context, [fake], 'this.load && load()');
  await visits.context.clock.install();
  const page = await visits.visit();
  await page.evaluate(() => window.capi?.ready);
  await page.evaluate(`with (fakes.${fake}) { load(); capi.track('before'); }`);
  // The platform has been found: it is looked for ever more seldom, within this time at least once more.
  await page.clock.runFor(5_000);
  await page.evaluate(`with (fakes.${fake}) { answer(true); capi.track('after'); }`);
  await waitUntil('the event', () => names().includes('after'));
  expect(names()).toEqual(['after']);
});

test('what the page pushes to its tag right after it has told the tag of consent', async () => {
  const sandbox = await createSandbox();
  try {
    visits.site.settings = { tagId: '123456', consent: { default: 'denied', waitMs: 0 } };
    visits.site.features = ['consent-sources', 'consent-uet', 'tag-page', 'mirror', 'tag-ids'];
    const denied = "window.uetq = []; uetq.push('consent', 'default', { ad_storage: 'denied' });";
    const script = `<script>${denied}</script><script async src="/m/c.js"></script>`;
    visits.site.pages['/'] = { script: script + loader(sandbox, { tagId: '123456' }) };
    const page = await visits.visit();
    await alive(page);
    await page.evaluate(() => window.capi?.ready);
    await page.evaluate(() => {
      const { uetq, capi } = window;
      uetq?.push('event', 'before', {});
      uetq?.push('consent', 'update', { ad_storage: 'granted' });
      uetq?.push('event', 'pushed', {});
      capi?.track('tracked');
    });
    await waitUntil('both events', () => names().length >= 2);
    expect(names()).toEqual(['pushed', 'tracked']);
  } finally {
    await sandbox.close();
  }
});
