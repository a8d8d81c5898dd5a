import { attempt } from '../attempt.ts';

const DAY_S = 86_400;

export function readCookie(name: string): string | undefined {
  return attempt(() => (document.cookie.match(`(?:^|; )${name}=([^;]*)`) || [])[1]);
}

/**
 * Sets a first-party cookie on the highest domain that takes it, found by trying: no list of public
 * suffixes is ever complete. Before that it is removed, wherever it is; without `days` that is all.
 *
 * @returns the domain; empty where only the host itself takes it
 */
export function writeCookie(name: string, value = '', days = 0): string | undefined {
  // An IP address has no domains, though WebKitGTK takes a cookie for the end of one.
  const labels = location.hostname.split(/\.(?!.*\d$)/);
  const domains = [...labels.map((_, i) => labels.slice(-1 - i).join('.')), ''];
  const put = (text: string, ageDays: number, domain: string) => {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere
    document.cookie = `${name}=${text};path=/;max-age=${ageDays * DAY_S};samesite=lax;domain=${domain}${
      location.protocol === 'https:' ? ';secure' : ''
    }`;
  };
  return attempt(() => {
    // Reading after a write waits for the browser's other process: not more often than needed.
    if (readCookie(name)) for (const domain of domains) put('', 0, domain);
    if (!days) return;
    return domains.find((domain) => {
      put(value, days, domain);
      return readCookie(name);
    });
  });
}
