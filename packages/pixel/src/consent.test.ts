import { beforeEach, expect, test } from 'vitest';
import { useVisits } from './test-support/visits.ts';
import { waitUntil } from './test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;
const CLICK = '292049a17e2413e3a4081719e839afe6';

beforeEach(() => {
  visits.site.settings = { tagId: '123' };
});

/** What this browser holds of the visitor, and what the tag was told. */
const traces = () => ({
  cookies: document.cookie,
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  uetq: (window as unknown as { uetq?: unknown[] }).uetq,
});

test('denied before the first event: nothing stored, sent or pushed', async () => {
  const { site } = visits;
  site.pages['/'] = { before: `<script>capi.consent('denied'); capi.track('early')</script>` };
  const page = await visit(`/?msclkid=${CLICK}`);
  const state = await page.evaluate(() => {
    window.capi?.track('late', { value: 1 });
    window.capi?.identify({ email: 'john@contoso.com' });
    return window.capi?.ready;
  });
  await page.evaluate(() => window.capi?.flush());
  expect(state).toMatchObject({ consent: 'denied' });
  expect(state).not.toHaveProperty('anonymousId');
  expect(await page.evaluate(traces)).toEqual({
    cookies: '',
    local: [],
    session: [],
    uetq: ['consent', 'update', { ad_storage: 'denied' }],
  });
  await page.goto('about:blank');
  expect(site.requests).toEqual([]);
});

test('Global Privacy Control denies, whatever the page says', async () => {
  await visits.context.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true }),
  );
  visits.site.settings.consent = { default: 'granted' };
  const page = await visit();
  const state = await page.evaluate(() => {
    window.capi?.consent('granted');
    window.capi?.track('x');
    return window.capi?.ready;
  });
  expect(state?.consent).toBe('denied');
  await page.evaluate(() => window.capi?.flush());
  expect((await page.evaluate(traces)).local).toEqual([]);
  expect(visits.site.requests).toEqual([]);
});

test('while unknown, events wait in memory with their time and address; then they go', async () => {
  visits.site.settings = { tagId: '123', uet: 'off', consent: { waitMs: 60_000 } };
  const page = await visit(`/?msclkid=${CLICK}`);
  const before = await page.evaluate(() => {
    window.capi?.track('early');
    return Math.floor(Date.now() / 1000);
  });
  await page.evaluate(() => history.pushState({}, '', '/second'));
  await waitUntil('the title', async () => (await page.evaluate(() => location.pathname)) === '/second');
  expect((await page.evaluate(traces)).local).toEqual([]);
  expect((await page.evaluate(traces)).cookies).toBe('');
  expect(visits.site.requests).toEqual([]);
  await page.evaluate(() => window.capi?.consent({ ad_storage: 'granted' }));
  await waitUntil('three events', () => visits.site.events().length === 3);
  const [early] = visits.site.events('early');
  expect(early?.eventSourceUrl).toBe(`${visits.site.url}/?msclkid=${CLICK}`);
  expect(Math.abs((early?.eventTime as number) - before)).toBeLessThanOrEqual(1);
  expect(early?.userData?.msclkid).toBe('292049a1-7e24-13e3-a408-1719e839afe6');
});

test.each([
  ['Europe/Berlin', 'denied'],
  ['UTC', 'denied'],
  ['America/New_York', 'granted'],
])('without a decision, %s is %s', async (timezoneId, expected) => {
  visits.site.features = ['region'];
  await visits.context.close();
  visits.context = await visits.browser.newContext({ timezoneId });
  visits.site.settings.consent = { waitMs: 0 };
  const page = await visit();
  expect(await page.evaluate(() => window.capi?.ready)).toMatchObject({ consent: expected });
});

test('the time zone is asked for when it counts, since that takes long', async () => {
  visits.site.features = ['consent-sources', 'region'];
  visits.site.settings.consent = { waitMs: 0 };
  visits.site.pages['/'] = {
    before: `<script>
      zones = 0;
      const { DateTimeFormat } = Intl;
      Intl.DateTimeFormat = () => ++zones && new DateTimeFormat();
    </script>`,
  };
  const page = await visit();
  await page.evaluate(() => window.capi?.ready);
  expect(await page.evaluate('zones')).toBe(1);
  visits.site.pages['/'].before += `<script>capi.consent('granted')</script>`;
  await page.reload();
  expect(await page.evaluate(() => window.capi?.ready)).toMatchObject({ consent: 'granted' });
  expect(await page.evaluate('zones')).toBe(0);
});

test('anonymous: sent as denied, without click id, visitor or hashes', async () => {
  visits.site.features = ['anonymous'];
  visits.site.settings.consent = { default: 'denied', waitMs: 0, whenDenied: 'anonymous' };
  const page = await visit(`/p?a=1&msclkid=${CLICK}&b=2`);
  await page.evaluate(() => {
    window.capi?.identify({ email: 'john@contoso.com', externalId: 'c1' });
    window.capi?.track('lead');
  });
  await waitUntil('two events', () => visits.site.events().length === 2);
  for (const event of visits.site.events()) {
    expect(event).toMatchObject({
      consent: 'denied',
      userData: {},
      eventSourceUrl: `${visits.site.url}/p?a=1&b=2`,
    });
  }
  expect(JSON.stringify(visits.site.batches)).not.toContain(CLICK);
  expect(await page.evaluate(traces)).toEqual({ cookies: '', local: [], session: [], uetq: undefined });
});

test('anonymous: what waited for the decision goes when it is a denial', async () => {
  visits.site.features = ['anonymous'];
  visits.site.settings.consent = { waitMs: 60_000, whenDenied: 'anonymous' };
  const page = await visit();
  await page.evaluate(() => window.capi?.track('lead'));
  // The browser has had its moment for us.
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await page.evaluate(() => window.capi?.consent('denied'));
  await waitUntil('two events', () => visits.site.events().length === 2);
});

test('withdrawal erases what is stored and says goodbye', async () => {
  visits.site.settings.consent = { default: 'granted', waitMs: 0 };
  const page = await visit(`/?msclkid=${CLICK}`);
  await waitUntil('the page load', () => visits.site.events().length === 1);
  const visitor = visits.site.events()[0]?.userData?.anonymousId;
  visits.site.reply = () => ({ status: 503 });
  await page.evaluate(() => {
    window.capi?.track('purchase', { transactionId: 'T' });
    return window.capi?.flush();
  });
  expect((await page.evaluate(traces)).local).not.toEqual([]);
  await page.evaluate(() => window.capi?.consent('denied'));
  visits.site.reply = () => undefined;
  await waitUntil('the goodbye', () => visits.site.events('consent').length === 1);
  expect(visits.site.events('consent')[0]).toMatchObject({
    consent: 'denied',
    userData: { anonymousId: visitor },
  });
  await page.evaluate(() => window.capi?.track('after'));
  await page.evaluate(() => window.capi?.flush());
  const { cookies, local } = await page.evaluate(traces);
  expect([cookies, local]).toEqual(['', []]);
  expect(visits.site.events()).toHaveLength(2);
});

test('what the collector answers after a withdrawal brings no cookie back', async () => {
  visits.site.settings.consent = { default: 'granted', waitMs: 0 };
  let withdraw = () => {};
  const withdrawn = new Promise<void>((resolve) => {
    withdraw = resolve;
  });
  visits.site.reply = async () => {
    visits.site.reply = () => undefined;
    await withdrawn;
    const headers = { 'set-cookie': `_capi_vid=${'a'.repeat(32)};path=/` };
    return { status: 202, headers, body: { accepted: 1, rejected: [] } };
  };
  const page = await visit(`/?msclkid=${CLICK}`);
  await waitUntil('the page load', () => visits.site.requests.length === 1);
  await page.evaluate(() => window.capi?.consent('denied'));
  withdraw();
  // It goes when the answer is there.
  await waitUntil('the goodbye', () => visits.site.events('consent').length === 1);
  expect(await page.evaluate(() => document.cookie)).toBe('');
});

test('what waits for the id of its page does not survive a denial, though consent comes back', async () => {
  const page = await visit();
  await page.evaluate(() => {
    window.capi?.consent('granted');
    window.capi?.track('early');
    window.capi?.consent('denied');
    window.capi?.consent('granted');
    window.capi?.track('late');
  });
  await waitUntil('the later one', () => visits.site.events('late').length === 1);
  await page.evaluate(() => window.capi?.flush());
  expect(visits.site.events('early')).toEqual([]);
});

test('what was about to be sent when consent was taken back is not sent, also before it is erased', async () => {
  await visits.context.addInitScript(() => {
    // Erasing waits for a moment that never comes.
    window.requestIdleCallback = () => 0;
  });
  visits.site.features = [];
  const page = await visit();
  await page.waitForFunction(() => !('q' in window.capi!));
  const stored = await page.evaluate(async () => {
    window.capi?.consent('granted');
    window.capi?.track('early');
    // On disk after microtasks, and sent after this task.
    for (let turn = 0; turn < 50; turn++) await undefined;
    const keys = Object.keys(localStorage);
    window.capi?.consent('denied');
    return keys.filter((key) => key.startsWith('_capi_q.')).length;
  });
  expect(stored).toBe(1);
  await page.goto('about:blank');
  expect(visits.site.requests).toEqual([]);
});
