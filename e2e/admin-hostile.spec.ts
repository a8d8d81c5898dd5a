import { openDebugger, showView, watchDebugger } from './admin/debugger.ts';
import { expect, SERVER_KEY, TAG_ID, test } from './fixtures.ts';

const ATTACK = `<img src=x onerror="alert(1)"><script>alert(2)</script>"'\`{{7*7}}\${1}`;
const TURNED = '\u202eevil\u202c\u2066\u0000';
const NAME = `${ATTACK}${TURNED}`.replace('\u0000', '').padEnd(200, 'W');

/** Items whose names are together longer than this, characters. */
const LONG_CHARS = 100_000;
const ITEM_NAME = `${ATTACK}${TURNED.replace('\u0000', '')}`.padEnd(4_000, '<b>\u202e');

/** The figures of a day follow half a minute after its events, ms. */
const FIGURES_MS = 90_000;

test('an event full of markup, turned text and 100 kB strings is shown as text', async ({ page, world }) => {
  test.setTimeout(2 * FIGURES_MS);
  const watched = await watchDebugger(page);
  const items = Array.from({ length: Math.ceil(LONG_CHARS / ITEM_NAME.length) + 1 }, (_, index) => ({
    id: String(index),
    name: ITEM_NAME,
    price: 1,
    quantity: 1,
  }));
  const answer = await fetch(`${world.collectorUrl}/v1/${TAG_ID}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVER_KEY}` },
    body: JSON.stringify({
      data: [
        {
          eventType: 'custom',
          eventName: NAME,
          eventId: ATTACK,
          eventTime: Math.floor(Date.now() / 1000),
          eventSourceUrl: 'https://shop.example/?q=<script>alert(3)</script>',
          pageTitle: ATTACK,
          userData: { anonymousId: ATTACK, clientUserAgent: ATTACK },
          customData: { value: 1, currency: 'EUR', searchTerm: TURNED, eventLabel: ATTACK, items },
        },
      ],
    }),
  });
  expect(await answer.json()).toMatchObject({ eventsReceived: 1 });

  await openDebugger(page, world, 'events');
  const link = page.getByRole('row').getByRole('link');
  await expect(link).toContainText('<script>alert(2)</script>');
  // A mark that turns text around is written out, and what is around it keeps its direction.
  await expect(link).toContainText('\\u{202e}evil');
  // The row is one link to the whole: nothing else in it wants a click.
  await expect(page.getByRole('row').getByRole('button')).toHaveCount(0);
  await link.click();

  const payload = page.getByLabel('Payload as JSON');
  await expect(payload).toContainText('<img src=x onerror=');
  const shown = async () => ((await payload.textContent()) ?? '').length;
  expect(await shown()).toBeLessThan(LONG_CHARS / 2);
  await page
    .getByRole('button', { name: /show all [\d,]+ characters/ })
    .last()
    .click();
  await expect.poll(shown).toBeGreaterThan(LONG_CHARS);

  for (const view of ['overview', 'quality', 'report']) {
    await showView(page, view);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await showView(page, 'quality');
  await expect(page.getByRole('heading', { level: 2 })).toContainText('\\u{202e}evil', {
    timeout: FIGURES_MS,
  });
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  expect(await page.evaluate(() => document.querySelectorAll('main img, main script, main b').length)).toBe(
    0,
  );
  expect(await watched.violations()).toEqual([]);
  expect(watched.errors).toEqual([]);
});

test('the listener would tell: the policy is in force', async ({ page, world }) => {
  const watched = await watchDebugger(page);
  await openDebugger(page, world);
  await page.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'https://elsewhere.example/x.png';
    image.setAttribute('onerror', 'alert(1)');
    document.body.append(image);
  });
  await expect.poll(watched.violations).toContain('img-src https://elsewhere.example/x.png');
});
