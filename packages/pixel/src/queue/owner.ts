import { attempt, guard } from '../guard.ts';

/**
 * Which tab a record belongs to. Each tab holds a Web Lock for as long as it lives; a record whose
 * tab's lock is free is an orphan. Where there are no Web Locks (plain http), a record is taken for
 * an orphan once it is older than the lease; its former owner then finds it gone and leaves it alone.
 */

/** Longer than a delivery with two retries takes, ms. */
const LEASE_MS = 60_000;

let held = false;
let release = () => {};

function request(tab: string, options: LockOptions, run: (lock: Lock | null) => unknown): boolean {
  return !!attempt(() => {
    // Refused in sandboxed frames, by rejection.
    navigator.locks.request(`_capi.${tab}`, options, guard(run)).catch(() => {});
    return true;
  });
}

/** Holds the lock of this tab until the page goes. */
export function own(tab: string): void {
  if (held) return;
  held = true;
  request(tab, {}, () => new Promise<void>((resolve) => (release = resolve)));
}

/** Lets go before the page may be frozen: a frozen page cannot deliver. */
export function disown(): void {
  held = false;
  release();
}

/**
 * Runs `take` when the tab no longer lives; no other tab does so at the same time.
 *
 * @param since when the tab last wrote, ms
 */
export function ifOrphan(tab: string, since: number, now: number, take: () => void): void {
  const asked = request(tab, { ifAvailable: true }, (lock) => {
    if (lock) take();
  });
  if (!asked && now - since > LEASE_MS) take();
}
