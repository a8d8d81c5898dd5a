import { readFileSync } from 'node:fs';

/** Nothing but the page's own files may run or load; what events contain is shown as text only. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The page and the files it loads, by path. */
export const PAGE_ASSETS = {
  '/': { type: 'text/html', body: read('index.html'), headers: PAGE_HEADERS },
  '/_sandbox/page.js': { type: 'text/javascript', body: read('page.js'), headers: {} },
  '/_sandbox/elements.js': { type: 'text/javascript', body: read('elements.js'), headers: {} },
  '/_sandbox/offline.js': { type: 'text/javascript', body: read('offline.js'), headers: {} },
  '/_sandbox/requests.js': { type: 'text/javascript', body: read('requests.js'), headers: {} },
  '/_sandbox/page.css': { type: 'text/css', body: read('page.css'), headers: {} },
  '/_sandbox/rows.css': { type: 'text/css', body: read('rows.css'), headers: {} },
};

function read(name: string): string {
  return readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
}
