import type { Answer, Refused } from '../../destinations/destination.ts';
import type { ClaimedEvent, Outcome } from '../../store/port.ts';
import type { Clock } from '../clock.ts';
import { type Batch, type BatchEnd, deliverBatch } from '../deliver-batch.ts';
import { scripted } from './scripted-destination.ts';

export const NOW = 1_800_000_000_000;
export const LATER = NOW + 60_000;

/** Event `seq` as wire; its number is its wire. */
export function events(count: number, change: Partial<ClaimedEvent> = {}): ClaimedEvent[] {
  return Array.from({ length: count }, (_, seq) => ({
    seq,
    wire: String(seq),
    attempts: 0,
    expiresAt: LATER,
    ...change,
  }));
}

export interface Delivered {
  end: BatchEnd;
  /** The events of each request, by number. */
  requests: number[][];
  /** What was settled on the way, in order, and what was left at the end. */
  settled: Outcome[][];
  rest: Outcome[];
}

export async function deliver(
  claimed: ClaimedEvent[],
  answer: (numbers: number[], request: number, signal: AbortSignal) => Answer | Promise<Answer>,
  change: Partial<Batch> = {},
): Promise<Delivered> {
  const requests: number[][] = [];
  const settled: Outcome[][] = [];
  const destination = scripted(stillClock);
  destination.answer = (wires, signal) => {
    const numbers = wires.map(Number);
    requests.push(numbers);
    return answer(numbers, requests.length - 1, signal);
  };
  const end = await deliverBatch({
    events: claimed,
    first: claimed.length,
    destination,
    clock: stillClock,
    random: () => 0.5,
    retry: { retryBaseMs: 1_000, retryMaxMs: 300_000 },
    timeoutMs: 10_000,
    sendUntil: LATER,
    abort: new AbortController().signal,
    admit: async () => true,
    onRequest() {},
    onBug(error) {
      throw error;
    },
    async settle(outcomes) {
      settled.push(outcomes);
    },
    ...change,
  });
  return { end, requests, settled, rest: end.kind === 'done' ? [] : end.rest };
}

/** Stands still; sleeps end only when they are given up. */
export const stillClock: Clock = {
  now: () => NOW,
  sleep: (_, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
};

export const refuses = (rejected: Refused[] = []): Answer => ({
  kind: 'refused',
  rejected,
  code: 'ValidationError',
  message: 'See details.',
});

/** Numbers of the events that ended in a state. */
export function numbersIn(state: Outcome['state'], { settled, rest }: Delivered): number[] {
  return [...settled.flat(), ...rest]
    .filter((outcome) => outcome.state === state)
    .map(({ seq }) => seq)
    .sort((a, b) => a - b);
}
