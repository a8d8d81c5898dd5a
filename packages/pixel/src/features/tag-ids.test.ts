import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alive, counted, keepBeacons, loader, visitWithTag } from '../test-support/tag.ts';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const TAG = '123456';
let sandbox: Sandbox;
/** Its tag drops event ids. */
let old: Sandbox;

beforeAll(async () => {
  [sandbox, old] = await Promise.all([createSandbox(), createSandbox({ eventId: false })]);
});
afterAll(() => Promise.all([sandbox.close(), old.close()]));
beforeEach(async () => {
  sandbox.reset();
  old.reset();
  Object.assign(visits.site, {
    settings: { tagId: TAG, consent: { default: 'granted', waitMs: 0 } },
    features: ['tag-page', 'sales', 'mirror', 'tag-ids'],
  });
  await keepBeacons(visits.context);
});

const copies = () => visits.site.events().filter(({ eventType }) => eventType === 'custom');

/** Opens a page with this script between ours and that of the tag. */
function open(script: string, tag?: Sandbox) {
  visits.site.pages['/'] = {
    stub: false,
    script: `<script src="/m/c.js"></script><script>${script}</script>${tag ? loader(tag, { tagId: TAG }) : ''}`,
  };
  return tag && !script.includes('silent') ? visitWithTag(visits) : visits.visit();
}

test('a tag that drops event ids: the copies of tracked and mirrored events are withheld', async () => {
  const page = await open(
    `capi.track('tracked'); window.uetq = window.uetq || []; uetq.push('event', 'mirrored', {})`,
    old,
  );
  await alive(page);
  await page.evaluate(`capi.track('later'); uetq.push('event', 'pushed', {})`);
  expect(await counted(page, visits.site, old, TAG)).toEqual([
    'later uet',
    'mirrored uet',
    'pushed uet',
    'tracked uet',
  ]);
  expect(copies()).toEqual([]);
});

test('later pages withhold from the start, until the tag sends an id', async () => {
  let page = await open(`capi.track('first')`, old);
  expect(await counted(page, visits.site, old, TAG)).toEqual(['first uet']);
  // The tag is not there yet when the page ends.
  page = await open(`capi.track('second')`);
  await page.goto('about:blank');
  page = await open(`capi.track('third')`, sandbox);
  expect(await counted(page, visits.site, sandbox, TAG)).toEqual(['third uet,capi']);
  expect(copies().map(({ eventName }) => eventName)).toEqual(['third']);
  // Known from the last page.
  page = await open(`capi.track('fourth')`);
  await waitUntil('the copy', () => copies().length === 2);
});

test('no tag, or a silent one: the copy goes', async () => {
  let page = await open(`capi.track('blocked')`);
  await waitUntil('the copy', () => copies().length === 1);
  await page.close();
  page = await open(`document.cookie = '_uetmsdns=1'; capi.track('silent')`, sandbox);
  await waitUntil('the copy', () => copies().length === 2);
  expect(sandbox.conversions()).toEqual([]);
});

test('a page that ends before its tag is there: the copy goes', async () => {
  const page = await open(`capi.track('left')`);
  await page.goto('about:blank');
  await waitUntil('the copy', () => copies().length === 1);
});

test('while the tag is waited for, the copy is on disk and not on its way; a crash loses nothing', async () => {
  const now = Date.now();
  await visits.context.clock.install({ time: now });
  await visits.context.clock.pauseAt(now + 1);
  const page = await open(`capi.track('waits')`);
  await waitUntil('the record', async () => {
    await page.clock.runFor(50);
    return page.evaluate(() => Object.values(localStorage).some((text) => text.includes('"waits"')));
  });
  expect(copies()).toEqual([]);
  const crashed = page.waitForEvent('crash');
  await page.goto('chrome://crash').catch(() => {});
  await crashed;
  await page.close();
  await visits.context.clock.resume();
  await open('');
  await waitUntil('the copy', () => copies().length === 1);
});

test('withdrawal forgets what is known', async () => {
  const page = await open(`capi.track('first')`, sandbox);
  expect(await counted(page, visits.site, sandbox, TAG)).toEqual(['first uet,capi']);
  const stored = () =>
    page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('_capi')));
  expect(await stored()).toContain('_capi_ids');
  await page.evaluate(() => window.capi?.consent('denied'));
  await waitUntil('nothing is stored', async () => (await stored()).length === 0);
});

test('withdrawal takes back what waits for the tag', async () => {
  const now = Date.now();
  await visits.context.clock.install({ time: now });
  await visits.context.clock.pauseAt(now + 1);
  const page = await open(`capi.track('waits')`);
  await waitUntil('the push', async () => {
    await page.clock.runFor(50);
    return page.evaluate(`(window.uetq || []).includes('waits')`);
  });
  await page.evaluate(`capi.consent('denied'); capi.consent('granted'); capi.track('afterwards')`);
  await waitUntil('the copy', async () => {
    await page.clock.runFor(50);
    return copies().some(({ eventName }) => eventName === 'afterwards');
  });
  expect(copies().map(({ eventName }) => eventName)).not.toContain('waits');
});
