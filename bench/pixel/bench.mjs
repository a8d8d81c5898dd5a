import { chromium } from 'playwright-core';
import { CONTESTANTS } from './contestants.mjs';
import { playFaultMatrix } from './fault-matrix.mjs';
import { measureMainThread } from './main-thread.mjs';
import { measureSizes } from './sizes.mjs';

/** Each prints one table or more. Arguments choose among them; none: all. */
const PARTS = { sizes: measureSizes, 'main-thread': measureMainThread, 'fault-matrix': playFaultMatrix };

const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !(name in PARTS));
if (unknown) {
  console.error(`There is no part "${unknown}"; there are ${Object.keys(PARTS).join(', ')}.`);
  process.exit(2);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH,
  args: [
    '--no-sandbox',
    '--disable-background-networking',
    // Some peers ignore a browser that says it is driven.
    '--disable-blink-features=AutomationControlled',
  ],
});
try {
  for (const name of chosen.length > 0 ? chosen : Object.keys(PARTS)) await PARTS[name](CONTESTANTS, browser);
} finally {
  await browser.close();
}
