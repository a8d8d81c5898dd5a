import { readFileSync } from 'node:fs';

/** Nothing but the page's own files may run or load; what events contain is shown as text only. */
export const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

export function pageAssets() {
  const read = (name: string) => readFileSync(new URL(`./page/${name}`, import.meta.url), 'utf8');
  return { page: read('index.html'), script: read('page.js'), style: read('page.css') };
}
