import { attempt } from '../attempt.ts';
import { guard } from '../guard.ts';

/**
 * Which tab a record belongs to. Each tab holds a Web Lock for as long as it has records (and no
 * longer: Firefox keeps no page with a lock in its back/forward cache); a record whose tab's lock is
 * free is an orphan. Where there are no Web Locks (plain http), a record is taken for
 * an orphan once it is older than the lease; its former owner then finds it gone and leaves it alone.
 */

/** Longer than a delivery with two retries takes, ms. */
const LEASE_MS = 60_000;

/** Lets the lock go, also one that has not come yet; undefined where none was asked for. */
let release: (() => void) | undefined;

/** Whether the browser was asked. */
function request(tab: string, options: LockOptions, run: (lock: Lock | null) => unknown): unknown {
  // Refused in sandboxed frames, by rejection.
  return attempt(() => navigator.locks.request(`_capi.${tab}`, options, guard(run)).catch(() => {}));
}

/** Holds the lock of this tab until it is let go, or the page goes. */
export function own(tab: string): void {
  if (release) return;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  request(tab, {}, () => released);
}

/** Lets go: nothing is left, or the page may be frozen and cannot deliver. */
export function disown(): void {
  if (release) release();
  release = undefined;
}

/**
 * Runs `take` when the tab no longer lives; no other tab does so at the same time.
 *
 * @param take gets the time (ms) since which a record must have been there to be taken
 */
export function ifOrphan(tab: string, take: (before: number) => void): void {
  const now = Date.now();
  if (!request(tab, { ifAvailable: true }, (lock) => lock && take(now))) take(now - LEASE_MS);
}
