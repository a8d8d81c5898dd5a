import type { PixelAnswer } from '@uet-capi/protocol';

/** One request to the collector's event route. */

export interface Answer {
  /** 0 when there was none. */
  status: number;
  /** `Retry-After`. */
  header?: string | null;
  rejected?: PixelAnswer['rejected'];
}

/** A request that takes longer counts as failed, ms. */
const TIMEOUT_MS = 10_000;

/**
 * Posts a batch. Text, so that a collector on another origin needs no preflight.
 *
 * @param keepalive the request outlives the page; only within the browser's budget of 64 KiB
 */
export async function post(url: string, body: string, keepalive: boolean): Promise<Answer> {
  const abort = new AbortController();
  let request: Promise<Response>;
  try {
    request = fetch(url, {
      method: 'POST',
      body,
      keepalive,
      credentials: 'include',
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
      signal: abort.signal,
    });
  } catch {
    // A fetch that the page has broken. A beacon hides its answer: taken is all we can know.
    return { status: navigator.sendBeacon(url, body) ? 202 : 0 };
  }
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await request;
    const { status, headers } = response;
    if (status !== 202) return { status, header: headers.get('retry-after') };
    const { rejected }: PixelAnswer = await response.json();
    return { status, rejected };
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}
