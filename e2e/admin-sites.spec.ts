import { openDebugger, showView } from './admin/debugger.ts';
import { ADMIN_TOKEN, expect, TAG_ID, test } from './fixtures.ts';

test.use({ setting: { config: { mode: 'shadow' } } });

test('a form begins with what is in force, and changes only what was changed in it', async ({
  page,
  world,
}) => {
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  const sites = `${world.collectorUrl}/admin/api/sites`;
  await openDebugger(page, world, 'sites');
  await page.getByRole('button', { name: /^Change/ }).click();
  await expect(page.getByLabel('UET tag id')).toHaveValue(TAG_ID);
  await expect(page.getByLabel('Mode')).toHaveValue('shadow');
  await page.getByLabel(/^Further origins/).fill('https://blog.example');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('button', { name: /^Change/ })).toBeVisible();
  const after = await page.request.get(sites, { headers });
  expect((await after.json()).sites).toMatchObject([
    { mode: 'shadow', settings: { mode: { from: 'file' }, origins: { value: ['https://blog.example'] } } },
  ]);

  const data = { id: 'blog', tagId: '22222222', tokenEnv: 'UET_CAPI_TOKEN' };
  expect((await page.request.post(sites, { headers, data })).status()).toBe(201);
  await showView(page, 'test-events');
  await page.reload();
  await page.locator('#menu').getByLabel('Site').selectOption('blog');
  await expect(page.getByRole('main').getByLabel('Site')).toHaveValue('blog');
});
