import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { openDebugger, showView } from './admin/debugger.ts';
import { buy } from './buy.ts';
import { ADMIN_TOKEN, expect, SERVER_KEY, TAG_ID, test, type World } from './fixtures.ts';

/** Retries that one can watch. */
test.use({
  setting: {
    config: {
      consent: { default: 'granted', waitMs: 1 },
      delivery: { batchMs: 20, retryBaseMs: 500, retryMaxMs: 1_500, probeMs: 500 },
    },
  },
});

/** From its arrival at the collector until it stands in the list, ms. */
const SEEN_WITHIN_MS = 1_000;

async function openBeside(context: BrowserContext, world: World, view: string): Promise<Page> {
  const page = await context.newPage();
  await openDebugger(page, world, view);
  await expect(page.getByText('live', { exact: true })).toBeVisible();
  return page;
}

const rowOf = (page: Page, id: string) => page.getByRole('row').filter({ hasText: id });

test('a purchase appears by itself, and tells both halves and the answer', async ({
  page,
  context,
  world,
}) => {
  const admin = await openBeside(context, world, 'events');
  const { orderId } = await buy(page, 'Stoneware Mug');

  const row = rowOf(admin, orderId).filter({ hasText: 'purchase' });
  await expect(row).toContainText('Accepted');
  await expect(row).toContainText('18.00 EUR');
  await row.getByRole('link').click();

  await expect(admin.getByRole('heading', { level: 1 })).toContainText('purchase');
  await expect(
    admin.getByRole('img', { name: "Browser's copy: arrived. Server's copy: arrived. Counted once." }),
  ).toBeVisible();
  await expect(admin.getByText('Same tag, same name, same id: Microsoft counts the two once.')).toBeVisible();
  await expect(admin.getByText('Accepted, without a warning.')).toBeVisible();
  await expect(admin.getByLabel('Payload as JSON')).toContainText(`"transactionId": "${orderId}"`);
});

test('an event is seen within a second', async ({ page, context, world }) => {
  const admin = await openBeside(context, world, 'events');
  await page.goto('/');
  const ids = ['A-1', 'A-2', 'A-3', 'A-4', 'A-5'];
  const delays: number[] = [];
  for (const id of ids) {
    await page.evaluate((transactionId) => {
      (window as unknown as PixelWindow).capi.track('purchase', { transactionId, value: 1, currency: 'EUR' });
    }, id);
    const seenAt = admin.waitForFunction(
      (text) => document.body.textContent?.includes(text) && Date.now(),
      id,
    );
    const seen = Number(await (await seenAt).jsonValue());
    const { events } = await admin.evaluate(
      async (text) => (await fetch(`admin/api/events?id=${text}`)).json(),
      id,
    );
    delays.push(seen - events[0].receivedAt);
  }
  // The one in the middle: a machine that is busy with something else for a moment says nothing.
  const middle = delays.sort((a, b) => a - b)[2];
  expect(middle).toBeLessThan(SEEN_WITHIN_MS);
});

test('while Microsoft fails an event waits, explains itself, and arrives', async ({
  page,
  context,
  world,
}) => {
  const { sandbox } = world;
  sandbox.setFaults([{ match: { path: '/v1/' }, status: 503 }]);
  const admin = await openBeside(context, world, 'events');
  const { orderId } = await buy(page, 'Stoneware Mug');
  const row = rowOf(admin, orderId).filter({ hasText: 'purchase' });
  await expect(row).toContainText(/Waiting|On its way/);
  await row.getByRole('link').click();

  const way = admin.getByRole('region', { name: 'Its way' });
  const failed = way.getByRole('listitem').filter({ hasText: 'Sent, without success' });
  await expect(failed.first()).toContainText('503');
  await expect(admin.getByText("The server's copy waits on disk and will be sent.")).toBeVisible();

  sandbox.setFaults([]);
  await expect(way).toContainText('Accepted by UET tag');
  await expect(admin.getByText('Accepted, without a warning.')).toBeVisible();
  // What it went through stays with it.
  await expect(failed.first()).toContainText('503');
});

test('a refused token is the first thing one reads, and its end too', async ({ page, context, world }) => {
  const { sandbox } = world;
  sandbox.setFaults([{ match: { path: '/v1/' }, status: 401 }]);
  const admin = await context.newPage();
  await openDebugger(admin, world);
  await expect(admin.getByText('Nothing has arrived yet')).toBeVisible();
  await buy(page, 'Stoneware Mug');
  const verdict = admin.getByRole('region', { name: 'Do conversions arrive?' });
  await expect(verdict).toContainText('is paused');
  sandbox.setFaults([]);
  await expect(verdict).toContainText('Conversions arrive');
});

test('what was refused is replayed, then erased; a destination is paused and resumed', async ({
  page,
  world,
}) => {
  const { sandbox, collectorUrl } = world;
  sandbox.setFaults([{ match: { path: '/v1/' }, status: 400, body: { error: { code: 'BadRequest' } } }]);
  await fetch(`${collectorUrl}/v1/${TAG_ID}/events`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SERVER_KEY}` },
    body: JSON.stringify({
      data: [
        {
          ...{ eventType: 'custom', eventName: 'lead', eventId: 'lead-1' },
          ...{ eventTime: Math.floor(Date.now() / 1_000), userData: { anonymousId: 'v' } },
        },
      ],
    }),
  });
  await openDebugger(page, world, 'events');
  await expect(rowOf(page, 'lead-1')).toContainText('Refused');
  await rowOf(page, 'lead-1').getByRole('link').click();
  await expect(page.getByRole('region', { name: "Microsoft's answer" })).toContainText('BadRequest');

  sandbox.setFaults([{ match: { path: '/v1/' }, status: 503 }]);
  /** Asks first, with the focus on the answer. */
  const press = async (name: string) => {
    await page.getByRole('button', { name }).click();
    await expect(page.getByRole('group').getByRole('button', { name })).toBeFocused();
    await page.keyboard.press('Enter');
  };
  await press('Replay');
  // The button went with what it did: who pressed it hears so, and is not sent to the top of the page.
  await expect(page.getByText('Replayed.')).toBeVisible();
  await expect(page.getByRole('main')).toBeFocused();
  sandbox.setFaults([]);
  await expect(page.getByText('Accepted, without a warning.')).toBeVisible();
  expect(sandbox.capiEvents().map(({ eventId }) => eventId)).toEqual(['lead-1']);
  await press('Erase');
  await expect(page.getByText('The content is gone')).toBeVisible();
  await expect(page.getByText('Erased.')).toBeVisible();
  await expect(page.getByRole('main')).toBeFocused();

  await showView(page, 'overview');
  const destination = page.getByRole('row').filter({ hasText: 'UET tag' });
  await press('Pause');
  await expect(destination).toContainText('Paused');
  await page.getByRole('button', { name: 'Resume' }).click();
  await expect(destination).toContainText('Healthy');
});

test('a link to an event leads there also by way of the sign-in, and when answers are slow', async ({
  page,
  context,
  world,
}) => {
  const { orderId } = await buy(page, 'Stoneware Mug');
  const admin = await context.newPage();
  await openDebugger(admin, world, 'events');
  const link = rowOf(admin, orderId).filter({ hasText: 'purchase' }).getByRole('link');
  const address = `${world.collectorUrl}/admin${await link.getAttribute('href')}`;
  await admin.getByRole('button', { name: 'Sign out' }).click();
  await expect(admin.getByLabel('Access token')).toBeVisible();
  await admin.goto('about:blank');

  // Slower than the page refreshes itself.
  await admin.route('**/admin/api/events/*', async (route) => {
    await delay(1_500);
    await route.continue().catch(() => {});
  });
  await admin.goto(address);
  for (const token of ['wrong', ADMIN_TOKEN]) {
    await admin.getByLabel('Access token').fill(token);
    await admin.getByRole('button', { name: 'Sign in' }).click();
  }
  await expect(admin.getByRole('heading', { level: 1 })).toContainText('purchase');
  expect(admin.url()).toBe(address);

  // Back from here led out of the debugger.
  await admin.keyboard.press('Escape');
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Events');
  await rowOf(admin, orderId).filter({ hasText: 'purchase' }).getByRole('link').click();
  await expect(admin.getByRole('heading', { level: 1 })).toContainText('purchase');
  await admin.keyboard.press('Escape');
  await expect(admin.getByRole('heading', { level: 1 })).toHaveText('Events');
});

interface PixelWindow {
  capi: { track(name: string, params: object): string };
}

test('on a phone the list is paused from wherever one is; an address that is cut off says so', async ({
  page,
  world,
}) => {
  await page.setViewportSize({ width: 390, height: 600 });
  await openDebugger(page, world, 'events');
  const data = Array.from({ length: 30 }, (_, id) => ({
    eventType: 'custom',
    eventName: 'lead',
    eventId: `lead-${id}`,
    eventTime: Math.floor(Date.now() / 1_000),
    adStorageConsent: 'G',
    userData: { anonymousId: '0123456789abcdef0123456789abcdef' },
  }));
  await fetch(`${world.collectorUrl}/v1/${TAG_ID}/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${SERVER_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ data }),
  });
  await rowOf(page, 'lead-0').last().scrollIntoViewIfNeeded();
  await expect(page.getByRole('heading', { name: 'Events' })).not.toBeInViewport();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Resume' })).toBeInViewport();

  await page.evaluate(() => {
    location.hash = '#/events/17x';
  });
  await expect(page.getByRole('heading', { name: 'not an event’s' })).toBeVisible();
});
