import type { Page } from '@playwright/test';
import { ADMIN_TOKEN, type World } from '../fixtures.ts';

/** Signs in and opens a view of the debugger: `events`, `events/3`. */
export async function openDebugger(page: Page, { collectorUrl }: World, view = 'overview'): Promise<void> {
  await page.goto(`${collectorUrl}/admin`);
  await page.getByLabel('Access token').fill(ADMIN_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await showView(page, view);
}

/** Another view of the same page. */
export async function showView(page: Page, view: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, `#/${view}`);
}

/** What the page's own policy stopped, and what went wrong on it, from now on. */
export async function watchDebugger(
  page: Page,
): Promise<{ violations(): Promise<string[]>; errors: string[] }> {
  const errors: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('dialog', (dialog) => {
    errors.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript(() => {
    const violations: string[] = [];
    Object.assign(window, { violations });
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) =>
      violations.push(`${violatedDirective} ${blockedURI}`),
    );
  });
  return { violations: () => page.evaluate(() => (window as unknown as Watched).violations), errors };
}

interface Watched {
  violations: string[];
}
