import { attempt, guard } from '../guard.ts';

/**
 * Which tab a record belongs to. Each tab holds a Web Lock for as long as it has records (and no
 * longer: Firefox keeps no page with a lock in its back/forward cache); a record whose tab's lock is
 * free is an orphan. Where there are no Web Locks (plain http), a record is taken for
 * an orphan once it is older than the lease; its former owner then finds it gone and leaves it alone.
 */

/** Longer than a delivery with two retries takes, ms. */
const LEASE_MS = 60_000;

let held = false;
let release = () => {};

/** Whether the browser was asked. */
function request(tab: string, options: LockOptions, run: (lock: Lock | null) => unknown): boolean {
  // Refused in sandboxed frames, by rejection.
  return !!attempt(() => navigator.locks.request(`_capi.${tab}`, options, guard(run)).catch(() => {}));
}

/** Holds the lock of this tab until it is let go, or the page goes. */
export function own(tab: string): void {
  // Let go before it came: not wanted any more.
  if (!held) held = request(tab, {}, () => held && new Promise<void>((resolve) => (release = resolve)));
}

/** Lets go: nothing is left, or the page may be frozen and cannot deliver. */
export function disown(): void {
  held = false;
  release();
}

/**
 * Runs `take` when the tab no longer lives; no other tab does so at the same time.
 *
 * @param take gets the time (ms) since which a record must have been there to be taken
 */
export function ifOrphan(tab: string, now: number, take: (before: number) => void): void {
  const asked = request(tab, { ifAvailable: true }, (lock) => lock && take(now));
  if (!asked) take(now - LEASE_MS);
}
