import type { Tab } from '../matrix/driver.ts';

/** Longer than any page of the tests takes, ms. */
const PATIENCE_MS = 30_000;

/** Waits until the tab shows this address and it has loaded. */
export async function shows(tab: Tab, url: string): Promise<void> {
  const expression = `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`;
  const deadline = Date.now() + PATIENCE_MS;
  // Between two pages there is none that could answer.
  while (!(await tab.evaluate<boolean>(expression).catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`The tab does not show ${url}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
