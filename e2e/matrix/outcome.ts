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

/** Waits until all have arrived, or patience ends. */
export async function observe(world: World, expected: string[], patienceMs = PATIENCE_MS): Promise<Outcome> {
  const missing = () => expected.filter((id) => !world.arrivals().has(id));
  const deadline = Date.now() + patienceMs;
  while (missing().length > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  return {
    expected: expected.length,
    lost: missing(),
    wireDuplicates: expected.reduce((sum, id) => sum + (world.arrivals().get(id) ?? 1) - 1, 0),
    attempts: world.attempts(),
  };
}
