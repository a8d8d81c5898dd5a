import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchBrowser } from './browser.ts';
import { type Site, startSite } from './site.ts';
import { DEADLINE_MS } from './wait-until.ts';

export interface Visits {
  site: Site;
  context: BrowserContext;
  browser: Browser;
  /** Opens a page of the site in a new tab. */
  visit(path?: string): Promise<Page>;
}

/**
 * A site and a fresh visitor for each test of the file. A test fails when anything was thrown into
 * a page or written to its console, or when the collector was asked for a preflight.
 */
export function useVisits(): Visits {
  let close: () => Promise<void>;
  let reset: () => void;
  let errors: unknown[];
  const visits = {
    async visit(path = '/') {
      const page = await visits.context.newPage();
      await page.goto(visits.site.url + path);
      return page;
    },
  } as Visits;

  beforeAll(async () => {
    const [browser, site] = await Promise.all([launchBrowser(), startSite()]);
    Object.assign(visits, { browser, site });
    ({ reset } = site);
    close = async () => {
      await browser.close();
      await site.close();
    };
  });
  afterAll(() => close());
  beforeEach(async () => {
    reset();
    errors = [];
    visits.context = await visits.browser.newContext();
    visits.context.setDefaultTimeout(DEADLINE_MS);
    visits.context.on('weberror', (error) => errors.push(error.error()));
    visits.context.on('console', (message) => {
      // The browser itself tells of requests that failed.
      if (!message.text().startsWith('Failed to load resource')) errors.push(message.text());
    });
  });
  afterEach(async () => {
    await visits.context.close();
    expect(errors).toEqual([]);
    expect(visits.site.requests.filter(({ method }) => method !== 'POST')).toEqual([]);
  });
  return visits;
}

/** Event ids that arrived more than once. */
export function duplicates(ids: (string | undefined)[]): (string | undefined)[] {
  return ids.filter((id, i) => ids.indexOf(id) !== i);
}

/** Waits until the page knows that everything has arrived: what it does not know, the next page sends again. */
export async function acknowledged(page: Page): Promise<void> {
  await page.waitForFunction(() => !Object.keys(localStorage).some((key) => key.startsWith('_capi_q')));
}
