import type { Outcome } from '../store/port.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import { type PersistOptions, persist } from './persist.ts';
import { unwritable } from './transitions.ts';

/**
 * Writes down what became of events. What the store refuses is written in halves, so that an outcome which can
 * never be written keeps none of its neighbours; of that event is written what can be.
 *
 * @returns what was written
 */
export async function writeOutcomes(
  outcomes: readonly Outcome[],
  settle: (outcomes: readonly Outcome[]) => Promise<void>,
  options: Omit<PersistOptions, 'isRefusal'>,
): Promise<Outcome[]> {
  const write = (some: readonly Outcome[]) => persist(() => settle(some), { ...options, isRefusal });

  async function writeOrDivide(some: readonly Outcome[]): Promise<Outcome[]> {
    const end = await write(some);
    if (end === 'written') return [...some];
    if (end === 'given-up') return [];
    if (some.length === 1) return writeInstead(some[0]!);
    const middle = some.length >> 1;
    return [...(await writeOrDivide(some.slice(0, middle))), ...(await writeOrDivide(some.slice(middle)))];
  }

  /** Nothing where not even that can be written: the lease runs out, and the event is claimed again. */
  async function writeInstead(outcome: Outcome): Promise<Outcome[]> {
    for (const instead of unwritable(outcome, options.clock.now())) {
      const end = await write([instead]);
      if (end !== 'refused') return end === 'written' ? [instead] : [];
    }
    return [];
  }

  return writeOrDivide(outcomes);
}

function isRefusal(error: unknown): boolean {
  return !(error instanceof StoreUnavailable);
}
