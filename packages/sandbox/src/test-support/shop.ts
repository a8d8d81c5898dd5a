import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Sandbox } from '../sandbox.ts';
import { TAG } from './capi.ts';
import { DEADLINE_MS } from './until.ts';

export interface Visit {
  /** Script of the page that runs before the tag is loaded. */
  before?: string;
  /** Further options of `new UET`, as source: `enableAutoSpaTracking: true`. */
  options?: string;
  /** Path and query. */
  path?: string;
  host?: string;
  context?: BrowserContext;
  /** False: do not wait until the tag works. */
  ready?: boolean;
}

export interface Shop {
  visit(visit?: Visit): Promise<ShopPage>;
  close(): Promise<void>;
}

export interface ShopPage {
  page: Page;
  /** Runs source in the page. `uetq` is the tag. */
  run<T = unknown>(source: string): Promise<T>;
  /** Parameters of every `UetEvent` so far, percent-decoded once. */
  told(): Promise<Record<string, string>[]>;
}

/** A site that loads the sandbox's `bat.js` by Microsoft's loader. */
export async function openShop(browser: Browser, sandbox: Sandbox): Promise<Shop> {
  let html = '';
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    async visit({ before = '', options = '', path = '/', host = '127.0.0.1', context, ready = true } = {}) {
      html = pageWithTag(sandbox.url, before, options);
      const page = await (context ?? (await browser.newContext())).newPage();
      page.setDefaultTimeout(DEADLINE_MS);
      await page.goto(`http://${host}:${port}${path}`);
      if (ready) await page.waitForFunction('window.uetq.uetLoaded');
      const run = <T>(source: string) => page.evaluate(source) as Promise<T>;
      return { page, run, told: async () => (await run<string[]>('told')).map(paramsOf) };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function paramsOf(query: string): Record<string, string> {
  return Object.fromEntries(
    query
      .split('&')
      .filter(Boolean)
      .map((pair) => pair.split('=').map(decodeURIComponent) as [string, string]),
  );
}

function pageWithTag(sandbox: string, before: string, options: string): string {
  return `<!doctype html><html><head><title>Clocks, wall</title><meta name="keywords" content="clock,wall">
<script>
  window.told = []; window.errors = []; window.uetErrors = []; window.consents = [];
  document.addEventListener('UetEvent', (event) => told.push(event.detail.uetEvent));
  document.addEventListener('UetConsent', (event) => consents.push(event.detail.adStorageConsent));
  window.addEventListener('uetError', (event) => uetErrors.push(event.detail));
  window.addEventListener('error', (event) => errors.push(event.message));
  window.uetq = window.uetq || [];
</script>
<script>${before}</script>
<script>(function(w,d,t,r,u){var f,n,i;w[u]=w[u]||[],f=function(){var o={ti:"${TAG}",${options}};o.q=w[u],w[u]=new UET(o),window.firstMid=w[u].beaconParams.mid,w[u].push("pageLoad")},n=d.createElement(t),n.src=r,n.async=1,n.onload=f,i=d.getElementsByTagName(t)[0],i.parentNode.insertBefore(n,i)})(window,document,"script","${sandbox}/bat.js","uetq");</script>
</head><body>clocks</body></html>`;
}
