import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { ACCOUNT, adjust, adjustment, ago, apply, conversion, HOUR_MS } from './test-support/ads.ts';
import { customEvent, send, TAG } from './test-support/capi.ts';
import { launchChromium } from './test-support/chromium.ts';
import { DEADLINE_MS } from './test-support/until.ts';

let browser: Browser;
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
  browser = await launchChromium();
});
afterEach(async () => {
  for (const context of browser.contexts()) await context.close();
  sandbox.reset();
});
afterAll(async () => {
  await browser.close();
  await sandbox.close();
});

const MID = '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90';
const beacon = (params: Record<string, string>) =>
  fetch(`${sandbox.url}/action/0?${new URLSearchParams({ ti: TAG, Ver: '2', mid: MID, ...params })}`);

/** Opens the page and collects what the browser complains about. */
async function open(): Promise<{ page: Page; complaints: string[] }> {
  const page = await browser.newPage();
  page.setDefaultTimeout(DEADLINE_MS);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(sandbox.url)) complaints.push(request.url());
  });
  await page.goto(sandbox.url);
  await page.locator('.link.live').waitFor();
  return { page, complaints };
}

describe('GET /', () => {
  test('empty: says what to do; then follows by itself; then forgets', async () => {
    const { page, complaints } = await open();
    await page.locator('#welcome').waitFor();
    expect(await page.locator('#curl').textContent()).toContain(`curl ${sandbox.url}/v1/123456/events`);

    await beacon({ evt: 'custom', ea: 'purchase', event_id: 'order-1', gv: '75.3', gc: 'EUR' });
    await page.locator('#conversions tr').waitFor();
    expect(await page.locator('#welcome').isHidden()).toBe(true);
    expect(await page.locator('#conversions .way.on').allInnerTexts()).toEqual(['Browser']);

    await send(sandbox, customEvent());
    await page.locator('#conversions .way.server.on').waitFor();
    expect(await page.locator('#conversions tr').count()).toBe(1);
    expect(await page.locator('#conversions .way.on').allInnerTexts()).toEqual(['Browser', 'Server']);
    expect(await page.locator('#conversions tr').textContent()).toMatch(
      /purchase[\s\S]*order-1[\s\S]*75\.30 EUR/,
    );

    await page.getByRole('button', { name: 'Forget everything' }).click();
    await page.locator('#welcome').waitFor();
    expect(sandbox.conversions()).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('page loads that would count twice, warnings and errors', async () => {
    await beacon({ evt: 'pageLoad', p: 'https://shop.example/' });
    const { eventName: _name, customData: _data, ...page } = customEvent();
    const eventSourceUrl = 'https://shop.example/';
    await send(sandbox, {
      ...page,
      eventType: 'pageLoad',
      pageLoadId: MID,
      eventSourceUrl,
      referrerUrl: 'x',
    });
    await send(sandbox, customEvent({ eventTime: 1 }));
    const { page: view } = await open();
    await view.locator('#page-loads .counted.twice').waitFor();
    const tiles = await view.locator('.tile').allInnerTexts();
    expect(tiles[2]).toContain('1 would count twice');
    expect(tiles[3]).toContain('1 error, 1 warning');
    const refused = view.locator('#requests details').first();
    await refused.locator('summary').click();
    await refused.locator('li.error', { hasText: 'must be a valid UNIX UTC timestamp' }).waitFor();
  });

  test('two copies that do not agree are pointed out', async () => {
    await send(sandbox, customEvent(), customEvent({ customData: { value: 80 } }));
    await send(sandbox, customEvent({ eventName: 'Purchase' }));
    const { page } = await open();
    await page.locator('#conversions tr').nth(1).waitFor();
    expect(await page.locator('#conversions .warning').allInnerTexts()).toEqual([
      'The same event id came under the name "purchase": both count.',
      'A later copy says 80; the first one counts.',
    ]);
  });

  test('offline conversions and adjustments', async () => {
    const time = ago(HOUR_MS);
    await apply(sandbox, conversion({ ConversionTime: time }), conversion({ ConversionName: 'Nobody' }));
    const { page, complaints } = await open();
    await page.locator('#offline tr').waitFor();
    expect(await page.locator('#offline tr').textContent()).toMatch(
      /Qualified lead[\s\S]*149\.95 EUR[\s\S]*01234567…cdef[\s\S]*waits for attribution/,
    );
    await page.locator('#requests .chip.bad', { hasText: '1 error' }).waitFor();
    await adjust(sandbox, adjustment({ ConversionTime: time }), adjustment({ ConversionName: 'Phone sale' }));
    await page.locator('#adjustments tr').nth(1).waitFor();
    expect(await page.locator('#offline .value').textContent()).toBe('99.95 EUR');
    expect(await page.locator('#adjustments .warning').allInnerTexts()).toEqual([
      'No original, or it was retracted before.',
    ]);
    expect(complaints).toEqual([]);
  });

  test('hostile content is text', async () => {
    const evil = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;
    await beacon({ evt: 'custom', ea: evil, event_id: evil, gc: evil });
    await beacon({ evt: 'pageLoad', p: `javascript:document.title='owned'//${evil}` });
    await send(sandbox, customEvent({ eventName: evil, eventId: evil, [evil]: evil, pageLoadId: evil }));
    sandbox.seed({ goals: [{ id: 1, name: evil, accountId: ACCOUNT }] });
    await apply(sandbox, conversion({ ConversionName: evil }));
    await adjust(sandbox, adjustment({ ConversionName: evil }));
    await fetch(`${sandbox.url}/${encodeURIComponent(evil)}`, { headers: { 'x-evil': evil } });
    const { page, complaints } = await open();
    await page.locator('#requests details').nth(3).waitFor();
    for (const request of await page.locator('#requests summary').all()) await request.click();
    expect(await page.locator('main img, main script, main a').count()).toBe(0);
    expect(await page.locator('#conversions .event-name').first().textContent()).toBe(evil);
    expect(await page.title()).toBe('uet-capi sandbox');
    expect(complaints).toEqual([]);
  });

  test('its policy lets nothing in', async () => {
    const policy = (await fetch(sandbox.url)).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
  });
});
