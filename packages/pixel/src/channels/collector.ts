import { attempt } from '../attempt.ts';

/** One request to the collector's event route. */

/** What came back. `status` 0: nothing. */
export type Answer = Pick<Response, 'status'> & Partial<Response>;

/** A request that takes longer counts as failed, ms. Older browsers wait as long as they do. */
const TIMEOUT_MS = 10_000;

/**
 * Posts a batch. A string goes as `text/plain`: a collector on another origin needs no preflight.
 *
 * @param keepalive the request outlives the page; only within the browser's budget of 64 KiB
 */
export function post(url: string, body: string, keepalive: boolean): Promise<Answer> {
  const signal = attempt(() => AbortSignal.timeout(TIMEOUT_MS)) as AbortSignal;
  const request = attempt(() =>
    fetch(url, { method: 'POST', body, keepalive, credentials: 'include', signal }),
  );
  return request
    ? request.catch(() => ({ status: 0 }))
    : // A fetch that the page has broken. A beacon hides its answer: taken is all we can know.
      Promise.resolve({ status: attempt(() => navigator.sendBeacon(url, body)) ? 202 : 0 });
}
