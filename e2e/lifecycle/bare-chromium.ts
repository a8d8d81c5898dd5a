import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

/**
 * Visits an address in a Chromium that nobody drives: Playwright switches the back/forward cache and
 * prerendering off, and so would a debugger. The pages themselves do what the visitor would do.
 *
 * @returns ends the browser
 */
export async function visitBare(address: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'uet-capi-chromium-'));
  const browser = spawn(
    process.env.CHROMIUM_PATH || chromium.executablePath(),
    [
      '--headless=new',
      '--no-sandbox',
      '--no-first-run',
      '--disable-background-networking',
      `--user-data-dir=${folder}`,
      address,
    ],
    // A group of its own: the browser is many processes.
    { stdio: 'ignore', detached: true },
  );
  const ended = once(browser, 'exit');
  return async () => {
    if (browser.exitCode === null) process.kill(-(browser.pid as number), 'SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
}
