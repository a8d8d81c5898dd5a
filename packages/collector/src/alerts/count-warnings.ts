import type { DeliveryEvents } from '../delivery/delivery-loop.ts';
import type { WarnedEvents } from './warning-rate.ts';

export interface WarningCounter {
  events: Pick<DeliveryEvents, 'onSettled'>;
  /** What was counted so far, by destination. */
  counted(): Record<string, WarnedEvents>;
  /** Forgets what `counted` had given: it is written down. */
  forget(counts: Readonly<Record<string, WarnedEvents>>): void;
}

/** Counts what this process sees accepted, and with warnings. */
export function createWarningCounter(): WarningCounter {
  const counts = new Map<string, WarnedEvents>();
  return {
    events: {
      onSettled(destination, outcomes) {
        const sum = counts.get(destination) ?? { accepted: 0, warned: 0 };
        for (const outcome of outcomes) {
          if (outcome.state !== 'accepted') continue;
          sum.accepted++;
          if (outcome.warnings.length > 0) sum.warned++;
        }
        if (sum.accepted > 0) counts.set(destination, sum);
      },
    },
    counted: () => Object.fromEntries([...counts].map(([destination, sum]) => [destination, { ...sum }])),
    forget(given) {
      for (const [destination, { accepted, warned }] of Object.entries(given)) {
        const sum = counts.get(destination)!;
        sum.accepted -= accepted;
        sum.warned -= warned;
        if (sum.accepted === 0) counts.delete(destination);
      }
    },
  };
}

/** Both together. */
export function addWarned(
  some: Readonly<Record<string, WarnedEvents>>,
  more: Readonly<Record<string, WarnedEvents>>,
): Record<string, WarnedEvents> {
  const sum: Record<string, WarnedEvents> = { ...some };
  for (const [destination, { accepted, warned }] of Object.entries(more)) {
    const known = sum[destination] ?? { accepted: 0, warned: 0 };
    sum[destination] = { accepted: known.accepted + accepted, warned: known.warned + warned };
  }
  return sum;
}
