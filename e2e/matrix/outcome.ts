import type { World } from './world.ts';

/** What became of the events of a scenario. */
export interface Outcome {
  expected: number;
  /** Ids that never arrived. */
  lost: string[];
  /** Copies taken beyond the first of each: what the collector's idempotence has to catch. */
  wireDuplicates: number;
  /** Requests with events, failed ones too. */
  attempts: number;
}

/** Longer than the longest wait between two attempts of any pixel, ms. */
const PATIENCE_MS = 45_000;

/** Longer than a page waits before it sends again what an earlier one left, ms. */
const QUIET_MS = 2_500;

/** Waits until all have arrived, or patience ends; then for copies that come after them. */
export async function observe(world: World, expected: string[], patienceMs = PATIENCE_MS): Promise<Outcome> {
  const missing = () => expected.filter((id) => !world.arrivals().has(id));
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  const deadline = Date.now() + patienceMs;
  while (missing().length > 0 && Date.now() < deadline) await pause(20);
  for (let seen = -1; seen !== world.attempts(); ) {
    seen = world.attempts();
    await pause(QUIET_MS);
  }
  return {
    expected: expected.length,
    lost: missing(),
    wireDuplicates: expected.reduce((sum, id) => sum + (world.arrivals().get(id) ?? 1) - 1, 0),
    attempts: world.attempts(),
  };
}
