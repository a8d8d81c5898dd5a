import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';

/** `uet-capi demo`, as somebody sees it who has just heard of this. */

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));

/** Starts it, and reads the addresses that it prints. */
async function startDemo(): Promise<{
  child: ChildProcess;
  address: (name: string) => string;
  token: string;
}> {
  const child = spawn(process.execPath, [COMMAND, 'demo', '--port', '0'], {
    // Nothing of it may count.
    env: { PATH: process.env.PATH, UET_CAPI_TAG_ID: '999', UET_CAPI_TOKEN: 'real', UET_CAPI_PORT: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of child.stdout!) {
    printed += chunk;
    if (printed.includes('Ctrl-C')) break;
  }
  const address = (name: string) => new RegExp(`${name} +(http:\\S+)`).exec(printed)![1]!;
  return { child, address, token: /token: (\S+)/.exec(printed)![1]! };
}

test('a click, a sale, the sandbox counts it once, and the debugger shows it', async ({ page, request }) => {
  const { child, address, token } = await startDemo();
  try {
    await page.goto(address('Shop'));
    await page.getByRole('button', { name: 'Buy now' }).click();
    await expect(page.getByRole('status')).toContainText('was reported');
    const purchases = async () => {
      const all = await (await request.get(`${address('Sandbox')}_sandbox/conversions`)).json();
      return all.filter(({ eventName }: { eventName: string }) => eventName === 'purchase');
    };
    await expect
      .poll(purchases, { timeout: 20_000 })
      .toMatchObject([
        { tagId: '12345678', channels: ['uet', 'capi'], value: 49, msclkid: expect.any(String) },
      ]);

    await page.goto(address('Debugger'));
    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await expect(page.getByText('purchase').first()).toBeVisible({ timeout: 20_000 });
  } finally {
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
  }
});
