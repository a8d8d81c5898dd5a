import type { BrowserContext } from '@playwright/test';
import type { Driver } from './driver.ts';

/** Drives a Playwright context, one visitor. */
export function playwrightDriver(context: BrowserContext): Driver {
  return {
    async open(url) {
      const page = await context.newPage();
      await page.goto(url);
      return {
        goto: async (next) => void (await page.goto(next)),
        waitForUrl: (next) => page.waitForURL(next),
        evaluate: (expression) => page.evaluate(expression),
        close: () => page.close(),
      };
    },
    setOffline: (offline) => context.setOffline(offline),
  };
}
