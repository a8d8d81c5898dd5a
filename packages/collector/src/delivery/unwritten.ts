import type { ClaimedEvent, Outcome } from '../store/port.ts';

/** Of one destination, outcomes: some MB at most. An event beyond them is sent again when its lease has run out. */
const MAX_KEPT = 10_000;

/**
 * What became of events, where the store refused to write down anything about it. They are claimed again when their
 * lease has run out; then it is written, and nothing is sent a second time: a page load has no id at Microsoft, and
 * would count each time.
 */
export interface Unwritten {
  /** Of outcomes those that are not among the written ones. What was to be tried again may be sent again. */
  keep(outcomes: readonly Outcome[], written: readonly Outcome[]): void;
  /** Parts claimed events into those of which is known what became of them, and those that are to be sent. */
  take(claimed: readonly ClaimedEvent[]): { known: Outcome[]; toSend: ClaimedEvent[] };
}

export function createUnwritten(maxKept = MAX_KEPT): Unwritten {
  const kept = new Map<number, Outcome>();
  return {
    keep(outcomes, written) {
      const done = new Set(written.map(({ seq }) => seq));
      for (const outcome of outcomes) {
        if (outcome.state === 'retry' || done.has(outcome.seq)) continue;
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
