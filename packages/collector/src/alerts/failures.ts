/** After so long without another one, failures are no news any more, ms. */
const QUIET_MS = 86_400_000;

/** What is remembered of one site's failures at one destination: counts over the store's whole life. */
export interface Failures {
  /** What nobody needs to hear of any more. */
  base: number;
  /** At the last look. */
  seen: number;
  /** When it last rose, ms. */
  at: number;
}

/**
 * @param known undefined: not looked at before
 * @param count rejected, expired and dead events now; less where some were replayed
 */
export function followFailures(known: Failures | undefined, count: number, now: number): Failures {
  if (!known) return { base: count, seen: count, at: now };
  if (count > known.seen) return { base: known.base, seen: count, at: now };
  // Not later than now: the clock may have been set back.
  const at = Math.min(known.at, now);
  const isNoNews = count <= known.base || now - at >= QUIET_MS;
  return { base: isNoNews ? count : known.base, seen: count, at };
}

/** How many somebody should hear of. */
export function newFailures({ base, seen }: Failures): number {
  return seen - base;
}
