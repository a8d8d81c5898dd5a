import { attempt } from '../attempt.ts';
import { on } from '../debug.ts';
import { later, listen } from '../guard.ts';
import { entries } from '../queue/queue.ts';
import { address } from '../settings.ts';
import type { Feature } from './feature.ts';

/**
 * A guard against crashes, where the browser has `fetchLater`: what waits for a retry is handed to the
 * browser, which sends it when the page ends without saying so. A page that ends in order takes it
 * back: what it leaves is in flight or on disk.
 */

/** What is not taken by then waits for a retry, ms: until then requests are under way. */
const ARM_MS = 1_000;

/** The browser defers 64 KiB for all of an origin; at most 3 bytes each, characters. */
const MAX_CHARS = 20_000;

type FetchLater = (url: URL, init: RequestInit) => unknown;

const feature: Feature = () => {
  const { fetchLater } = window as { fetchLater?: FetchLater };
  if (!fetchLater) return;
  /** Takes back what the browser was handed. */
  let abort: AbortController | undefined;
  let timer = 0;

  const disarm = () => {
    clearTimeout(timer);
    timer = 0;
    // Without a reason it makes an error with its stack.
    if (abort) abort.abort('');
  };
  const arm = () => {
    disarm();
    abort = new AbortController();
    let room = MAX_CHARS;
    const data = [...entries].flatMap(({ item, busy }) => {
      if (busy || !item.event) return [];
      room -= JSON.stringify(item).length;
      return room > 0 ? item.event : [];
    });
    // Not `sentAt`: nobody knows when that will be.
    const init: RequestInit = {
      method: 'POST',
      body: JSON.stringify({ v: 1, data }),
      credentials: 'include',
      signal: abort.signal,
    };
    if (data.length) attempt(() => fetchLater(address(), init));
  };
  const armSoon = () => {
    if (entries.size) timer = timer || later(arm, ARM_MS);
  };
  const armAnew = () => {
    disarm();
    armSoon();
  };
  on('queued', armSoon);
  on('dropped', armAnew);
  on('answered', armAnew);
  on('erased', armAnew);
  listen('pagehide', disarm);
  listen('pageshow', armSoon);
};

export default feature;
