import type { StateCount, Stats } from '../port.ts';
import { RECEIVED, type TallyRow } from './tally.ts';

/** Both entries: the tally, and what was counted of what waits. */
export function toStats(tally: readonly TallyRow[], waiting: readonly StateCount[]): Stats {
  return {
    received: tally.flatMap(({ state, ...row }) => (state === RECEIVED ? [row] : [])),
    states: [
      ...waiting,
      ...tally.flatMap(({ state, ...row }) => (state === RECEIVED ? [] : [{ ...row, state }])),
    ],
  };
}

/** Sums of counts that were made in steps, from the oldest event on. */
export function sumSteps(): { add(step: StateCount): void; sums(): StateCount[] } {
  const counts = new Map<string, StateCount>();
  return {
    add(step) {
      const key = `${step.state}\n${step.destination}\n${step.site}`;
      const known = counts.get(key);
      if (known) known.count += step.count;
      else counts.set(key, { ...step });
    },
    sums: () => [...counts.values()],
  };
}
