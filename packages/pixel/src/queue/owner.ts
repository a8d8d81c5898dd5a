import { attempt } from '../attempt.ts';
import { guard } from '../guard.ts';

/**
 * Which tab a record belongs to. Each tab holds a Web Lock for as long as it has records that wait
 * (and no longer: Firefox keeps no page with a lock in its back/forward cache); a record whose tab's
 * lock is free is an orphan, unless it is so young that its tab may not have asked for the lock yet:
 * a lock costs as much as a request, and most records are gone before they need it. Where there are
 * no Web Locks (plain http), a record is taken for an orphan once it is older than the lease; its
 * former owner then finds it gone and leaves it alone.
 */

/** A tab asks for its lock once a record has waited so long, ms; longer than most answers take. */
export const OWN_MS = 300;

/** A record that is younger has an owner in any case, ms. A timer of the owner may come late. */
export const YOUNG_MS = 1_000;

/** Longer than a delivery with two retries takes, ms. */
const LEASE_MS = 60_000;

/**
 * Lets the lock go; undefined where none was asked for. One that has not come yet must not come: to a
 * page in Firefox's back/forward cache it does, and there nothing can let it go.
 */
let release: AbortController | undefined;

/** Whether the browser was asked. */
function request(tab: string, options: LockOptions, run: (lock: Lock | null) => unknown): unknown {
  // Refused in sandboxed frames, by rejection.
  return attempt(() => navigator.locks.request(`_capi.${tab}`, options, guard(run)).catch(() => {}));
}

/** Holds the lock of this tab until it is let go, or the page goes. */
export function own(tab: string): void {
  if (release) return;
  release = new AbortController();
  const { signal } = release;
  const released = new Promise((resolve) => {
    signal.onabort = resolve;
  });
  request(tab, { signal }, () => released);
}

/** Lets go: nothing is left, or the page may be frozen and cannot deliver. */
export function disown(): void {
  if (release) release.abort();
  release = undefined;
}

/**
 * Runs `take` when the tab no longer lives; no other tab does so at the same time.
 *
 * @param take gets the time (ms) since which a record must have been there to be taken
 */
export function ifOrphan(tab: string, take: (before: number) => void): void {
  const now = Date.now();
  if (!request(tab, { ifAvailable: true }, (lock) => lock && take(now - YOUNG_MS))) take(now - LEASE_MS);
}
