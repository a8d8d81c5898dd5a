import type { ClaimedEvent, Outcome } from '../store/port.ts';

/** Of one destination, outcomes: some MB at most. An event beyond them is sent again when it is claimed again. */
const MAX_KEPT = 10_000;

/**
 * Events that were accepted, where the store refused to write that down, or anything else that ends them. They are
 * claimed again; then it is written, and nothing is sent a second time: a page load has no id at Microsoft, and would
 * count each time.
 */
export interface Unwritten {
  /** Of outcomes those whose event has not ended by the written ones. What Microsoft has not taken may be sent again. */
  keep(outcomes: readonly Outcome[], written: readonly Outcome[]): void;
  /** Parts claimed events into those that are known to be accepted, and those that are to be sent. */
  take(claimed: readonly ClaimedEvent[]): { known: Outcome[]; toSend: ClaimedEvent[] };
}

export function createUnwritten(maxKept = MAX_KEPT): Unwritten {
  const kept = new Map<number, Outcome>();
  return {
    keep(outcomes, written) {
      const ended = new Set(written.flatMap(({ seq, state }) => (state === 'retry' ? [] : seq)));
      for (const outcome of outcomes) {
        if (outcome.state !== 'accepted' || ended.has(outcome.seq)) continue;
        kept.set(outcome.seq, outcome);
        if (kept.size > maxKept) kept.delete(kept.keys().next().value!);
      }
    },
    take(claimed) {
      const known = claimed.flatMap(({ seq }) => kept.get(seq) ?? []);
      for (const { seq } of known) kept.delete(seq);
      const ended = new Set(known.map(({ seq }) => seq));
      return { known, toSend: claimed.filter(({ seq }) => !ended.has(seq)) };
    },
  };
}
