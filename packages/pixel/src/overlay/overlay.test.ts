import type { Page } from 'playwright-core';
import { beforeEach, expect, test } from 'vitest';
import { useVisits } from '../test-support/visits.ts';
import { waitUntil } from '../test-support/wait-until.ts';

const visits = useVisits();
const { visit } = visits;

beforeEach(() => {
  visits.site.features = ['load-script', 'debug', 'tag-page', 'sales'];
  visits.site.settings = { tagId: '123', autoPage: false, consent: { default: 'granted', waitMs: 0 } };
});

/** The console of the site, caught before any script, so that the shared check sees it silent. */
async function catchConsole(): Promise<void> {
  await visits.context.addInitScript(() => {
    const lines: string[] = [];
    Object.assign(window, { lines });
    console.info = (...words: unknown[]) => void lines.push(words.map(String).join(' '));
  });
}
const lines = (page: Page) =>
  page.evaluate(() => (window as unknown as { lines: string[] }).lines.join('\n'));
const overlay = (page: Page) => page.locator('capi-debug');
/** The entry of one event. */
const entry = (page: Page, name: string) =>
  overlay(page)
    .locator('li')
    .filter({ has: page.locator('.name').getByText(name, { exact: true }) });

test('without debug: no overlay, no request for it, a silent console', async () => {
  await catchConsole();
  const asked: string[] = [];
  visits.context.on('request', (request) => asked.push(request.url()));
  const page = await visit('/?capi_debug=0');
  await page.evaluate(() => {
    window.capi?.track('', {});
    window.capi?.track('x', { value: -1 });
    window.capi?.debug(false);
    return window.capi?.flush();
  });
  expect(await overlay(page).count()).toBe(0);
  expect(asked.filter((url) => url.includes('debug=1'))).toEqual([]);
  expect(await lines(page)).toBe('');
});

test('capi_debug in the address: one event with both channels, ids, consent and parameters', async () => {
  await catchConsole();
  const page = await visit('/?capi_debug=1');
  const id = await page.evaluate(() => window.capi?.track('add_to_cart', { value: 5, currency: 'EUR' }));
  const shown = entry(page, 'add_to_cart');
  await shown.getByText('collector: accepted').waitFor();
  await shown.getByText('UET: no tag').waitFor();
  await shown.locator('summary').click();
  const text = await shown.textContent();
  expect(text).toContain(id);
  expect(text).toContain('granted');
  expect(text).toContain('anonymousId');
  expect(text).toContain('{"value":5,"currency":"EUR"}');
  expect(text).toContain('Accepted: the collector has it on disk (202).');
  expect(text).toContain('Waits in uetq: the tag has not loaded');
  expect(await lines(page)).toContain(`add_to_cart ${id} → collector: Accepted`);
});

test('what the tag said: a beacon with the id, one that lost it, and a fault', async () => {
  await catchConsole();
  const page = await visit('/?capi_debug=1');
  await page.evaluate(async () => {
    const id = window.capi?.track('kept');
    window.capi?.track('lost');
    await window.capi?.flush();
    const beacon = (query: string) =>
      document.dispatchEvent(
        new CustomEvent('UetEvent', { detail: { uetEvent: `?ti=123&evt=custom&${query}` } }),
      );
    window.uetq = { push() {} } as never;
    beacon(`ea=kept&event_id=${id}`);
    beacon('ea=lost');
    beacon('ti=999&ea=foreign');
    window.dispatchEvent(new CustomEvent('uetError', { detail: { errMsg: 'Invalid currency' } }));
  });
  await entry(page, 'kept').getByText('UET: sent').waitFor();
  await entry(page, 'lost').getByText('UET: id lost').waitFor();
  await overlay(page).getByText('The UET tag threw: Invalid currency.').waitFor();
  // A tag that has loaded sends its beacon while it is pushed to.
  await page.evaluate(async () => {
    window.uetq = {
      push(_event: string, name: string, { event_id }: Record<string, unknown>) {
        const uetEvent = `?ti=123&evt=custom&en=Y&ea=${name}&event_id=${event_id}`;
        document.dispatchEvent(new CustomEvent('UetEvent', { detail: { uetEvent } }));
      },
    } as never;
    window.capi?.track('at_once');
  });
  await entry(page, 'at_once').getByText('UET: sent').waitFor();
});

test('a tag that drops event ids: the copy that is withheld', async () => {
  await catchConsole();
  visits.site.features = ['load-script', 'debug', 'tag-page', 'tag-ids'];
  const page = await visit('/?capi_debug=1');
  await page.evaluate(() => {
    window.uetq = {
      push(_event: string, name: string) {
        const uetEvent = `?ti=123&evt=custom&en=Y&ea=${name}`;
        document.dispatchEvent(new CustomEvent('UetEvent', { detail: { uetEvent } }));
      },
    } as never;
    window.capi?.track('lead');
  });
  await entry(page, 'lead').getByText('UET: id lost').waitFor();
  await entry(page, 'lead').getByText('collector: withheld').waitFor();
  await overlay(page).getByText('The UET tag drops event ids').waitFor();
  expect(visits.site.events('lead')).toEqual([]);
});

test('the reasons: consent open, denied, a refused value, a repeated sale, a refusal of the collector', async () => {
  await catchConsole();
  visits.site.settings.consent = { waitMs: 60_000 };
  const page = await visit('/?capi_debug=1');
  await page.evaluate(() => {
    window.capi?.track('purchase', { transactionId: 'T', value: -1, currency: 'EURO' });
  });
  await entry(page, 'purchase').getByText('collector: held').waitFor();
  await overlay(page).getByText('not decided: events wait').waitFor();
  await page.evaluate(() => window.capi?.consent('granted'));
  await entry(page, 'purchase').getByText('collector: accepted').waitFor();
  await page.evaluate(() => {
    window.capi?.track('purchase', { transactionId: 'T' });
  });
  await entry(page, 'purchase').getByText('collector: repeated').waitFor();
  visits.site.reply = () => ({
    status: 202,
    body: {
      accepted: 0,
      rejected: [{ index: 0, errors: [{ path: 'eventName', code: 'x', message: 'too long' }] }],
    },
  });
  await page.evaluate(() => {
    window.capi?.track('odd');
  });
  await entry(page, 'odd').getByText('collector: refused').waitFor();
  await page.evaluate(() => {
    window.capi?.consent('denied');
    window.capi?.track('late');
  });
  await entry(page, 'late').getByText('collector: not sent').waitFor();
  const said = await lines(page);
  expect(said).toContain('Left out value: -1 is not a value that Microsoft takes.');
  expect(said).toContain('Left out currency: "EURO" is not a value that Microsoft takes.');
  expect(said).toContain('eventName: too long');
  expect(said).toContain('Not sent: consent is denied');
});

test('hostile text stays text, and e-mail and phone are not shown', async () => {
  await catchConsole();
  const page = await visit('/?capi_debug=1');
  const attack = '<img src=x onerror="window.harmed=1"></style><script>window.harmed=1</script>';
  await page.evaluate((name) => {
    window.capi?.track(name, {
      eventLabel: `${name} john@contoso.com +49 151 12345678`,
      value: name as never,
    });
    window.capi?.set({ value: `mail jane%40contoso.com` as never });
  }, attack);
  const shown = entry(page, attack);
  await shown.getByText('collector: accepted').waitFor();
  await overlay(page).getByText('Left out value: "mail (e-mail)"').waitFor();
  const everything = `${await overlay(page).locator('.panel').textContent()}${await lines(page)}`;
  expect(everything).toContain('(e-mail) (phone)');
  expect(everything).not.toMatch(/contoso|12345678/);
  expect(await overlay(page).locator('img, script').count()).toBe(0);
  expect(await page.evaluate(() => 'harmed' in window)).toBe(false);
});

test('collapses by keyboard, closes, and opens again with what it knows', async () => {
  await catchConsole();
  const page = await visit();
  await page.evaluate(() => {
    window.capi?.debug();
    window.capi?.track('first');
  });
  const toggle = overlay(page).getByRole('button', { name: 'Collapse' });
  await entry(page, 'first').waitFor();
  await toggle.press('Enter');
  expect(await entry(page, 'first').isVisible()).toBe(false);
  const expand = overlay(page).getByRole('button', { name: 'Expand' });
  expect(await expand.getAttribute('aria-expanded')).toBe('false');
  await expand.press('Space');
  expect(await entry(page, 'first').isVisible()).toBe(true);
  await overlay(page).getByRole('button', { name: 'Close' }).click();
  expect(await overlay(page).count()).toBe(0);
  const before = (await lines(page)).length;
  await page.evaluate(() => {
    window.capi?.track('unseen');
    return window.capi?.flush();
  });
  expect((await lines(page)).length).toBe(before);
  await page.evaluate(() => window.capi?.debug(true));
  await entry(page, 'unseen').waitFor();
  await entry(page, 'first').waitFor();
});

test.each([
  ['a nonce', "script-src 'nonce-abc'; style-src 'none'"],
  [
    'Trusted Types',
    "script-src 'nonce-abc' 'strict-dynamic'; style-src 'none'; require-trusted-types-for 'script'; trusted-types capi",
  ],
])('under a policy of %s', async (_name, policy) => {
  await catchConsole();
  visits.site.pages['/'] = {
    stub: false,
    before: `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    script: '<script nonce="abc" src="/m/c.js"></script>',
  };
  const page = await visit('/?capi_debug=1');
  await page.evaluate(() => {
    window.capi?.track('x');
  });
  await entry(page, 'x').getByText('collector: accepted').waitFor();
  expect(
    await overlay(page)
      .locator('.panel')
      .evaluate((panel) => getComputedStyle(panel).position),
  ).toBe('fixed');
});

test('a page that allows no such policy keeps working', async () => {
  visits.site.pages['/'] = {
    before: `<meta http-equiv="Content-Security-Policy" content="require-trusted-types-for 'script'; trusted-types 'none'">`,
  };
  // One of its own, since the browser itself complains on the console.
  const context = await visits.browser.newContext();
  const page = await context.newPage();
  await page.goto(`${visits.site.url}/?capi_debug=1`);
  await page.evaluate(() => window.capi?.ready);
  await page.evaluate(() => {
    window.capi?.track('x');
    return window.capi?.flush();
  });
  await waitUntil('the event', () => visits.site.events('x').length === 1);
  expect(await overlay(page).count()).toBe(0);
  await context.close();
});
