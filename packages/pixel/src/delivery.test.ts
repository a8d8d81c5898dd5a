import { beforeEach, expect, test } from 'vitest';
import type { Reply } from './test-support/site.ts';
import { acknowledged, duplicates, useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;

beforeEach(() => {
  // What is served where `uet` is off: nothing waits for a tag.
  visits.site.features = ['sales'];
  visits.site.settings = {
    tagId: '123',
    uet: 'off',
    autoPage: false,
    consent: { default: 'granted', waitMs: 0 },
  };
});

const ids = () => visits.site.events().map(({ eventId }) => eventId);
const arrived = (count: number) => waitUntil(`${count} events`, () => new Set(ids()).size === count);
const storedKeys = () => Object.keys(localStorage).filter((key) => key.startsWith('_capi_q'));

/** Answers with each of these in turn, then takes everything. */
function replies(...list: Reply[]): void {
  visits.site.reply = () => list.shift();
}

test('page load and event arrive with page, visitor and click', async () => {
  const { site } = visits;
  site.settings.autoPage = true;
  const page = await visit('/p?MSCLKID=292049a17e2413e3a4081719e839afe6');
  const id = await page.evaluate(() =>
    window.capi?.track('add_to_cart', {
      value: 12.5,
      currency: 'eur',
      items: [{ item_id: 'A', quantity: 2 }],
    }),
  );
  await arrived(2);
  const load = site.events().find(({ eventType }) => eventType === 'pageLoad');
  const [cart] = site.events('add_to_cart');
  expect(cart).toMatchObject({
    eventType: 'custom',
    eventId: id,
    eventSourceUrl: `${site.url}/p?MSCLKID=292049a17e2413e3a4081719e839afe6`,
    pageTitle: 'Shop /p',
    keywords: 'clocks',
    consent: 'granted',
    pageLoadId: load?.pageLoadId,
    userData: { msclkid: '292049a1-7e24-13e3-a408-1719e839afe6' },
    customData: { value: 12.5, currency: 'EUR', items: [{ id: 'A', quantity: 2 }] },
  });
  expect(cart?.userData?.anonymousId).toMatch(/^[0-9a-f]{12}1[0-9a-f]{3}8[0-9a-f]{15}$/);
  expect(load).toMatchObject({ eventId: load?.pageLoadId, userData: cart?.userData });
  expect(Number.isInteger(cart?.eventTime)).toBe(true);
  expect(new Set(site.requests.map(({ contentType }) => contentType))).toEqual(
    new Set(['text/plain;charset=UTF-8']),
  );
  const cookies = (await visits.context.cookies()).map(({ name, value }) => [name, value]);
  expect(Object.fromEntries(cookies)).toEqual({
    _capi_vid: cart?.userData?.anonymousId,
    _capi_msclkid: '292049a17e2413e3a4081719e839afe6',
  });
});

test('calls made before the script loads keep their order, ids and time', async () => {
  const { site } = visits;
  site.pages['/'] = {
    before: `<script>
      const held = capi;
      const { track } = capi;
      ids = [capi.track('first'), capi.track('purchase', { transactionId: 77 }), capi.track('third', {}, { eventId: 'own' })];
      capi.set({ currency: 'EUR' });
      ids.push(capi.track('fourth', { value: 1 }));
      before = [typeof ids[0], capi.context()];
      capi.ready.then(() => { ids.push(held.track('fifth'), track('sixth')) });
      capi.flush().then(() => { flushed = true });
    </script>`,
  };
  const page = await visit();
  await arrived(6);
  const returned = await page.evaluate(() => (window as never as { ids: string[] }).ids);
  expect(ids()).toEqual(returned);
  expect(returned.slice(1, 3)).toEqual(['77', 'own']);
  expect(site.events().map(({ eventName }) => eventName)).toEqual([
    'first',
    'purchase',
    'third',
    'fourth',
    'fifth',
    'sixth',
  ]);
  expect(site.events('first')[0]?.customData).toEqual({});
  expect(site.events('fourth')[0]?.customData).toEqual({ currency: 'EUR', value: 1 });
  await page.waitForFunction('flushed');
  expect(await page.evaluate('before')).toEqual(['string', '']);
});

test('an event is kept while the collector is down and arrives when it is back', async () => {
  replies('reset', { status: 500 }, { status: 503, headers: { 'retry-after': '1' } }, { status: 429 });
  const page = await visit();
  // It is back when this test has seen the record.
  let seen = () => {};
  const isSeen = new Promise<void>((resolve) => {
    seen = resolve;
  });
  const { reply } = visits.site;
  visits.site.reply = async () => (await reply()) ?? isSeen.then(() => undefined);
  const id = await page.evaluate(() => window.capi?.track('lead'));
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('_capi_q')));
  seen();
  await arrived(1);
  expect(ids()).toEqual([id]);
  expect(visits.site.requests).toHaveLength(5);
  await acknowledged(page);
});

test('what the collector refuses for good is dropped', async () => {
  replies({ status: 403 });
  const page = await visit();
  await page.evaluate(() => window.capi?.track('refused'));
  await waitUntil('the refusal', () => visits.site.requests.length === 1);
  await page.evaluate(() => window.capi?.flush());
  await page.evaluate(() => window.capi?.track('next'));
  await arrived(1);
  expect(visits.site.events().map(({ eventName }) => eventName)).toEqual(['next']);
  await acknowledged(page);
});

test('the next page sends what the last one could not, once', async () => {
  visits.site.reply = () => 'reset';
  const page = await visit();
  const sent = await page.evaluate(() => [window.capi?.track('a'), window.capi?.track('b')]);
  await page.evaluate(() => window.capi?.flush());
  await page.close();
  // The last attempt of the closed page may still be under way: of its answer nobody can know.
  const closedAt = Date.now();
  const later = () =>
    visits.site.batches
      .filter(({ sentAt }) => Number(sentAt) >= closedAt)
      .flatMap(({ data }) => data.map(({ eventId }) => eventId));
  visits.site.reply = () => undefined;
  await Promise.all([visit(), visit('/other')]);
  await waitUntil('both events', () => new Set(later()).size === 2);
  expect(new Set(later())).toEqual(new Set(sent));
  expect(duplicates(later())).toEqual([]);
});

test('two tabs keep their own records and neither sends those of the other', async () => {
  visits.site.reply = () => ({ status: 503 });
  const tabs = await Promise.all([visit(), visit('/other')]);
  const sent = await Promise.all(
    tabs.map((tab) => tab.evaluate(() => [1, 2, 3].map((n) => window.capi?.track(`n${n}`)))),
  );
  await Promise.all(tabs.map((tab) => tab.evaluate(() => window.capi?.flush())));
  expect(await tabs[0]?.evaluate(storedKeys)).toHaveLength(6);
  // A third tab sees all six, and leaves them to their living owners.
  const third = await visit('/third');
  await third.evaluate(() => window.capi?.ready);
  visits.site.reply = () => undefined;
  await arrived(6);
  expect(new Set(ids())).toEqual(new Set(sent.flat()));
  expect(duplicates(ids())).toEqual([]);
});

test('the request waits until the task that tracked is over, unless the page is going', async () => {
  await visits.context.addInitScript(() => {
    const { fetch } = window;
    const order: string[] = [];
    Object.assign(window, { order });
    window.fetch = (...call) => {
      order.push('fetch');
      return fetch(...call);
    };
  });
  const page = await visit();
  await page.evaluate(() => window.capi?.ready);
  const [task, stored] = await page.evaluate(async () => {
    const { order } = window as never as { order: string[] };
    window.capi?.track('first');
    window.capi?.track('second');
    // All that is left to microtasks.
    for (let turn = 0; turn < 50; turn++) await undefined;
    return [[...order], Object.keys(localStorage).length];
  });
  expect(task).toEqual([]);
  expect(stored).toBe(2);
  await arrived(2);
  expect(visits.site.batches).toHaveLength(1);
  await acknowledged(page);
  const going = await page.evaluate(async () => {
    const { order } = window as never as { order: string[] };
    order.length = 0;
    dispatchEvent(new PageTransitionEvent('pagehide'));
    window.capi?.track('third');
    for (let turn = 0; turn < 50; turn++) await undefined;
    return [...order];
  });
  expect(going).toEqual(['fetch']);
  await arrived(3);
});

test('an event survives navigation in the same tick, and one tracked while the page goes', async () => {
  const page = await visit();
  await page.evaluate(() => window.capi?.ready);
  await page.evaluate(() => {
    addEventListener('pagehide', () => window.capi?.track('leaving'));
    window.capi?.track('clicked');
    location.href = '/next';
  });
  await page.waitForURL('**/next');
  await arrived(2);
  expect(new Set(visits.site.events().map(({ eventName }) => eventName))).toEqual(
    new Set(['clicked', 'leaving']),
  );
});

test('a large event and a burst arrive whole', async () => {
  const page = await visit();
  await page.evaluate(() => {
    const items = Array.from({ length: 40 }, () => ({ name: 'ä'.repeat(2_500) }));
    window.capi?.track('large', { items });
    for (let i = 0; i < 200; i++) window.capi?.track('burst', { eventLabel: `${i} ${'x'.repeat(500)}` });
  });
  await arrived(201);
  expect(duplicates(ids())).toEqual([]);
  const { items = [] } = visits.site.events('large')[0]?.customData ?? {};
  expect(items.map(({ name }) => name).join('')).toBe('ä'.repeat(100_000));
  expect(
    Math.max(
      ...visits.site.batches
        .filter(({ data }) => data.length > 1)
        .map((batch) => JSON.stringify(batch).length),
    ),
  ).toBeLessThan(65_536);
});

test('a reloaded thank-you page counts nothing again', async () => {
  visits.site.pages['/thanks'] = {
    after: `<script>capi.track('purchase', { transactionId: 'T-1', value: 5, currency: 'EUR' }); capi.track('view')</script>`,
  };
  const page = await visit('/thanks');
  await arrived(2);
  await acknowledged(page);
  await page.reload();
  await arrived(3);
  await acknowledged(page);
  await page.reload();
  await arrived(4);
  expect(visits.site.events('purchase').map(({ eventId }) => eventId)).toEqual(['T-1']);
});

test('names are mapped, page names mean a page load, an empty name is refused', async () => {
  visits.site.features = ['event-names'];
  visits.site.settings.eventNames = 'segment';
  const page = await visit();
  await page.evaluate(() => {
    window.capi?.track('Order Completed', {
      order_id: 9,
      total: '10.5',
      products: [{ product_id: 'P', price: 1 }],
    });
    window.capi?.track(' ');
    window.capi?.track('constructor');
    window.capi?.track('page_view');
  });
  await arrived(3);
  expect(visits.site.events('purchase')[0]).toMatchObject({
    eventId: '9',
    customData: { transactionId: '9', value: 10.5, items: [{ id: 'P', price: 1 }] },
  });
  expect(visits.site.events('constructor')).toHaveLength(1);
  expect(visits.site.events().filter(({ eventType }) => eventType === 'pageLoad')).toHaveLength(1);
});

test('settings come from the attributes of the script and from init', async () => {
  visits.site.features = ['event-names'];
  visits.site.pages['/'] = {
    before: `<script>capi.init({ eventsPath: 'e?init' })</script>`,
    script:
      '<script async src="/m/c.js" data-event-names="meta" data-id-from-transaction="lead,buy"></script>',
  };
  const page = await visit();
  const [lead, other] = await page.evaluate(() => [
    window.capi?.track('Lead', { transactionId: 'L1' }),
    window.capi?.track('purchase', { transactionId: 'L1' }),
  ]);
  await arrived(2);
  expect([lead, visits.site.events('lead')[0]?.eventId]).toEqual(['L1', 'L1']);
  expect(other).not.toBe('L1');
});

test('as a module: its element tells where the collector is, and the settings', async () => {
  visits.site.pages['/deep/page'] = {
    // None of these is ours, whatever its address looks like.
    before:
      '<img src="/comment/c.js"><img type="module" src="/comment/c.js"><script type="text/plain" src="/vendor/c.js"></script>',
    script: '<script type="module" src="/m/c.js?v=2" data-id-from-transaction="lead"></script>',
  };
  const page = await visits.visit('/deep/page');
  const id = await page.evaluate(() =>
    window.capi?.ready.then(() => window.capi?.track('lead', { transactionId: 'L2' })),
  );
  await arrived(1);
  expect([id, visits.site.events('lead')[0]?.eventId]).toEqual(['L2', 'L2']);
});

test('an event can be back-dated, not post-dated; a time that is none counts as now', async () => {
  const page = await visit();
  await page.evaluate(() => {
    const capi = window.capi as unknown as { track(...call: unknown[]): string };
    capi.track('number', {}, { time: 1_700_000_000_999 });
    capi.track('text', {}, { time: '2023-11-14T22:13:20Z' });
    for (const time of [new Date('2999-01-01'), 'never', Symbol('time')]) capi.track('now', {}, { time });
  });
  await arrived(5);
  const times = (name: string) => visits.site.events(name).map(({ eventTime }) => eventTime);
  expect([...times('number'), ...times('text')]).toEqual([1_700_000_000, 1_700_000_000]);
  for (const time of times('now')) expect(Math.abs(time - Date.now() / 1000)).toBeLessThan(60);
});

test.each([
  ['', ''],
  [
    ', in a page that adds functions to every object, called like words of ours',
    "for (const name of ['page', 'load', 'held', 'start']) Object.prototype[name] = () => 'mine';",
  ],
])('from npm: createPixel%s', async (_, before) => {
  visits.site.pages['/'] = {
    stub: false,
    before: `<script>${before}</script>`,
    script: `<script type="module">
      import { createPixel } from '/index.js';
      const capi = createPixel({ tagId: '123', endpoint: '/m', consent: { default: 'granted', waitMs: 0 } });
      capi.track('lead');
    </script>`,
  };
  await visit();
  await arrived(2);
  expect(visits.site.events('lead')).toHaveLength(1);
});
