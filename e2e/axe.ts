import type { Page } from '@playwright/test';
import axe from 'axe-core';

export type Rules = readonly string[] | undefined;

/** What axe finds on the page as it is now: each a line. */
export async function violations(page: Page, rules?: Rules): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    const { axe: tool } = window as unknown as { axe: typeof axe };
    const { violations } = await tool.run(document, runOnly ? { runOnly: [...runOnly] } : {});
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
  }, rules);
}
