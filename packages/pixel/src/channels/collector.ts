import type { PixelAnswer } from '@uet-capi/protocol';
import { attempt } from '../attempt.ts';

/** One request to the collector's event route. */

export interface Answer {
  /** 0 when there was none. */
  status: number;
  /** `Retry-After`. */
  header?: string | null;
  rejected?: PixelAnswer['rejected'] | undefined;
}

/** A request that takes longer counts as failed, ms. Older browsers wait as long as they do. */
const TIMEOUT_MS = 10_000;

/**
 * Posts a batch. A string goes as `text/plain`: a collector on another origin needs no preflight.
 *
 * @param keepalive the request outlives the page; only within the browser's budget of 64 KiB
 */
export async function post(url: string, body: string, keepalive: boolean): Promise<Answer> {
  const signal = attempt(() => AbortSignal.timeout(TIMEOUT_MS)) as AbortSignal;
  const request = attempt(() =>
    fetch(url, { method: 'POST', body, keepalive, credentials: 'include', signal }),
  );
  // A fetch that the page has broken. A beacon hides its answer: taken is all we can know.
  if (!request) return { status: attempt(() => navigator.sendBeacon(url, body)) ? 202 : 0 };
  try {
    const response = await request;
    const { status, headers } = response;
    // Read to its end in any case: until then Chromium counts the request into that budget.
    const text = await response.text();
    const { rejected }: Partial<PixelAnswer> = status === 202 ? JSON.parse(text) : {};
    return { status, header: headers.get('retry-after'), rejected };
  } catch {
    return { status: 0 };
  }
}
