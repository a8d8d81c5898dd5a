import type { Store } from '../store/port.ts';
import { countDays } from './count-days.ts';

/**
 * Events get into the sums of their day so long after their arrival, ms: what the tag did is reported
 * within the ten seconds that a page load waits for it, and delivery or rules have had their say.
 */
export const ROLL_UP_DELAY_MS = 30_000;

/** Reports of the tag are kept for seven days; this far back they are all there, ms. */
const REPORTS_KNOWN_MS = 6 * 86_400_000;

/** Steps of one call at most: a million events. The rest is for the next call. */
const MAX_STEPS = 2_000;

type Days = Pick<Store, 'groupEvents' | 'readDayCursor' | 'addDays'>;

export interface RollUpOptions {
  signal?: AbortSignal;
  /** After each step, with the number of events that this call has added up so far. */
  onStep?(events: number): void;
}

/**
 * Brings the sums of days up to date, step by step; other calls of the store get their turn between
 * them. Any number of processes may do so at once: each step counts once.
 *
 * @param now ms
 * @returns whether they are up to date
 */
export async function rollUp(
  store: Days,
  now: number,
  { signal, onStep }: RollUpOptions = {},
): Promise<boolean> {
  let events = 0;
  const limits = { until: now - ROLL_UP_DELAY_MS, reportsSince: now - REPORTS_KNOWN_MS };
  for (let step = 0; step < MAX_STEPS; step++) {
    if (signal?.aborted) return false;
    const after = await store.readDayCursor();
    const { groups, reached, isEnd } = await store.groupEvents({ after, ...limits });
    // Where another process was faster, the next step goes on from where that one got to.
    if (reached > after) await store.addDays({ from: after, to: reached, days: countDays(groups) });
    events += groups.reduce((sum, { counts }) => sum + counts.events, 0);
    onStep?.(events);
    if (isEnd) return true;
  }
  return false;
}
