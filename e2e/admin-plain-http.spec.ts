import { openDebugger, showView } from './admin/debugger.ts';
import { expect, test } from './fixtures.ts';

/** A name that is neither encrypted nor the machine's own: there browsers send no `Sec-Fetch-Site`. */
const HOST = 'collector.test';

test.use({
  launchOptions: async ({ launchOptions }, use) => {
    const args = [...(launchOptions.args ?? []), `--host-resolver-rules=MAP ${HOST} 127.0.0.1`];
    await use({ ...launchOptions, args });
  },
});

test('one can sign in, change something and sign out over plain http', async ({ page, world }) => {
  await openDebugger(page, { ...world, collectorUrl: world.collectorUrl.replace('127.0.0.1', HOST) });
  await showView(page, 'events');
  await expect(page.getByText('live', { exact: true })).toBeVisible();
  const changed = await page.evaluate(async () => {
    const headers = { 'Content-Type': 'application/json', 'X-Capi-Admin': '1' };
    const body = JSON.stringify({ states: ['dead'], dryRun: true });
    return (await fetch('admin/api/events/replay', { method: 'POST', headers, body })).status;
  });
  expect(changed).toBe(200);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByLabel('Access token')).toBeVisible();
});
