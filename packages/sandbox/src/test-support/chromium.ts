import { type Browser, chromium } from 'playwright-core';

/** A headless Chromium: the one that `CHROMIUM_PATH` names, else Debian's. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking'],
  });
}
