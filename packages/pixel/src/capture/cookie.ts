import { attempt } from '../guard.ts';

const DAY_S = 86_400;

export function readCookie(name: string): string | undefined {
  return attempt(() => new RegExp(`(?:^|; )${name}=([^;]*)`).exec(document.cookie)![1]);
}

function write(name: string, value: string, maxAgeS: number, domain: string): void {
  const secure = location.protocol === 'https:' ? ';secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
  document.cookie = `${name}=${value};path=/;max-age=${maxAgeS};samesite=lax${domain && `;domain=${domain}`}${secure}`;
}

let widest: string | undefined;

/**
 * The highest domain that takes cookies, found by trying: no list of public suffixes is ever
 * complete. Empty where only the host itself does.
 */
export function cookieDomain(): string {
  if (widest !== undefined) return widest;
  const labels = location.hostname.split('.');
  const probe = '_capi_probe';
  for (let i = labels.length; i--; ) {
    const domain = labels.slice(i).join('.');
    write(probe, '1', DAY_S, domain);
    if (readCookie(probe)) {
      write(probe, '', 0, domain);
      widest = domain;
      return domain;
    }
  }
  widest = '';
  return '';
}

/** Sets a first-party cookie on the highest domain that takes it; `days` 0 removes it. */
export function writeCookie(name: string, value: string, days: number): void {
  attempt(() => write(name, value, days * DAY_S, cookieDomain()));
}
