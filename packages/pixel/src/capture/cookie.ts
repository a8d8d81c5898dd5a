import { attempt } from '../attempt.ts';

const DAY_S = 86_400;

export function readCookie(name: string): string | undefined {
  return attempt(() => document.cookie.match(`(?:^|; )${name}=([^;]*)`)![1]);
}

/**
 * Sets a first-party cookie on the highest domain that takes it, found by trying: no list of public
 * suffixes is ever complete. With `days` 0 and no value it is removed, wherever it is.
 *
 * @returns the domain; empty where only the host itself takes it
 */
export function writeCookie(name: string, value: string, days: number): string | undefined {
  // An IP address has no domains, though WebKitGTK takes a cookie for the end of one.
  const labels = location.hostname.split(/\.(?!.*\d$)/);
  return attempt(() =>
    [...labels.map((_, i) => labels.slice(-1 - i).join('.')), ''].find((domain) => {
      // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
      document.cookie = `${name}=${value};path=/;max-age=${days * DAY_S};samesite=lax;domain=${domain}${
        location.protocol === 'https:' ? ';secure' : ''
      }`;
      return readCookie(name) === value;
    }),
  );
}
