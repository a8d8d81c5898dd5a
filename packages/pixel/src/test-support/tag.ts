import type { Sandbox } from '@uet-capi/sandbox';
import type { BrowserContext, Page } from 'playwright-core';
import type { Site } from './site.ts';
import { acknowledged, type Visits } from './visits.ts';
import { waitUntil } from './wait-until.ts';

const HOUR_MS = 3_600_000;

/** By then the browser has had its moment for us, in which a tag of our own is asked for; the pixel waits longer for a tag. ms. */
const IDLE_MS = 300;

export interface LoaderOptions {
  tagId: string;
  spa?: boolean;
  /** The global that holds the queue. Default `uetq`. */
  queue?: string;
}

/** The documented loader, with the sandbox's script in the place of Microsoft's. */
export function loader({ url }: Sandbox, { tagId, spa = true, queue = 'uetq' }: LoaderOptions): string {
  return `<script>(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:"${tagId}",enableAutoSpaTracking:${spa}};o.q=w[u],w[u]=new UET(o),w[u].push("pageLoad")},n=d.createElement(t),n.src=r,n.async=1,n.onload=f,i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,"script","${url}/bat.js","${queue}");</script>`;
}

/** A page of `keepBeacons`. */
export type TellingWindow = Window & { beacons?: string[] };

/** Lets each page keep what its tags tell of their beacons, for `counted`. */
export async function keepBeacons(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const page = window as TellingWindow;
    page.beacons = [];
    document.addEventListener('UetEvent', (event) =>
      page.beacons!.push((event as CustomEvent).detail.uetEvent),
    );
  });
}

/**
 * Opens a page whose clock stands until the tag is there: a busy machine may take longer to load it
 * than the pixel waits for it.
 */
export async function visitWithTag({ context, site }: Visits, path = '/'): Promise<Page> {
  const page = await context.newPage();
  const now = Date.now();
  // It runs until it is stopped, and cannot be stopped at a time that has passed.
  await page.clock.install({ time: now - HOUR_MS });
  await page.clock.pauseAt(now);
  await page.goto(site.url + path);
  await page.clock.runFor(IDLE_MS);
  await page.waitForFunction(() => window.uetq?.beaconParams);
  await page.clock.resume();
  return page;
}

/** Waits until the tag of this queue has sent its page load and what was queued. */
export async function alive(page: Page, queue = 'uetq'): Promise<void> {
  await page.waitForFunction((name) => {
    const tag = (window as unknown as Record<string, { uetLoaded?: boolean }>)[name];
    return tag?.uetLoaded;
  }, queue);
}

/** Waits until what the tags of this page have told to have sent is there: in whatever order. */
export async function beaconsArrived(page: Page, sandbox: Sandbox): Promise<void> {
  const sent = await page.evaluate(() => (window as TellingWindow).beacons ?? []);
  await waitUntil('the beacons', () => {
    const paths = sandbox.requests().map(({ path }) => path);
    return sent.every((query) => paths.some((path) => path.includes(query)));
  });
}

/**
 * Waits until everything has arrived by both ways, hands the collector's copies of custom events on
 * to Microsoft as the collector would, and tells what Microsoft counts: `name channels`, by name.
 */
export async function counted(page: Page, site: Site, sandbox: Sandbox, tagId: string): Promise<string[]> {
  await page.evaluate(() => window.capi?.flush());
  await acknowledged(page);
  const data = site
    .events()
    .filter(({ eventType }) => eventType === 'custom')
    .map(({ consent, ...event }) => ({ ...event, adStorageConsent: consent === 'granted' ? 'G' : 'D' }));
  if (data.length) {
    const response = await fetch(`${sandbox.url}/v1/${tagId}/events`, {
      method: 'POST',
      headers: { authorization: 'Bearer sandbox-token', 'content-type': 'application/json' },
      body: JSON.stringify({ data }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
  await beaconsArrived(page, sandbox);
  return sandbox
    .conversions()
    .filter((conversion) => conversion.tagId === tagId)
    .map(({ eventName, channels }) => `${eventName} ${channels}`)
    .sort();
}
