import { attempt } from '../guard.ts';

const DAY_S = 86_400;

export function readCookie(name: string): string | undefined {
  return attempt(() => document.cookie.match(`(?:^|; )${name}=([^;]*)`)![1]);
}

function write(name: string, value: string, days: number, domain: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
  document.cookie = `${name}=${value};path=/;max-age=${days * DAY_S};samesite=lax;domain=${domain}${
    location.protocol === 'https:' ? ';secure' : ''
  }`;
}

let widest: string | undefined;

/**
 * The highest domain that takes cookies, found by trying: no list of public suffixes is ever
 * complete. Empty where only the host itself does.
 */
export function cookieDomain(): string {
  const probe = '_capi_probe';
  if (widest === undefined) {
    // An IP address has no domains, though WebKitGTK takes a cookie for the end of one.
    const labels = location.hostname.split(/\.(?!.*\d$)/);
    const domains = labels.map((_, i) => labels.slice(i).join('.')).reverse();
    widest =
      domains.find((domain) => {
        write(probe, '1', 1, domain);
        const isTaken = readCookie(probe);
        write(probe, '', 0, domain);
        return isTaken;
      }) || '';
  }
  return widest;
}

/** Sets a first-party cookie on the highest domain that takes it; `days` 0 removes it. */
export function writeCookie(name: string, value: string, days: number): void {
  attempt(() => write(name, value, days, cookieDomain()));
}
