import type { Answer, Destination } from '../destinations/destination.ts';
import type { ClaimedEvent, Outcome } from '../store/port.ts';
import type { Clock } from './clock.ts';
import { type RetrySettings, retryDelay } from './retry.ts';
import { withTimeLimit } from './time-limit.ts';

export interface Batch {
  /** What was claimed; fits into one request. */
  events: readonly ClaimedEvent[];
  destination: Destination;
  clock: Clock;
  random: () => number;
  retry: RetrySettings;
  /** How long an answer may take, ms. */
  timeoutMs: number;
  /** No request is started after this moment (ms), so that the lease outlives every answer. */
  sendUntil: number;
  /** Aborted: the request under way is given up, and no further one is started. */
  abort: AbortSignal;
  onRequest(request: RequestReport): void;
  /** Writes down what became of events, as soon as it is known. */
  settle(outcomes: Outcome[]): Promise<void>;
}

/** One request that was answered or given up. */
export interface RequestReport {
  /** Until its answer was read, ms. */
  ms: number;
  /** How many events it held. */
  events: number;
  outcome: Answer['kind'];
}

/** How it ended. `rest` is what was not decided: it goes back, and is left to the caller to settle. */
export type BatchEnd =
  | { kind: 'done' }
  /** Aborted, or time ran out. */
  | { kind: 'postponed'; rest: Outcome[] }
  | { kind: 'unauthorized'; rest: Outcome[]; message: string }
  | { kind: 'unavailable'; rest: Outcome[]; retryAfterMs: number | undefined };

/** Our own codes, beside Microsoft's. */
const EXPIRED = {
  code: 'Expired',
  message: 'Became too old for the destination before it could be delivered.',
};
const POSTPONED = { code: 'Postponed', message: 'Sent back unsent; taken up again at once.' };
const UNAUTHORIZED = 'Unauthorized';
const UNAVAILABLE = 'Unavailable';
const TOO_LARGE = 'TooLarge';

/**
 * Delivers claimed events and finds out what became of each one. A refused request was not processed,
 * so it is sent again at once under the same ids: without the events that were named, or, when none
 * was, in halves, until the invalid ones stand alone. One bad event in 1,000 costs about 20 requests.
 */
export async function deliverBatch(batch: Batch): Promise<BatchEnd> {
  const { clock, settle } = batch;
  /** The requests still to be made; the last is next. */
  const waiting: ClaimedEvent[][] = [[...batch.events]];
  const again = (...parts: ClaimedEvent[][]) => waiting.push(...parts.reverse());

  while (waiting.length > 0) {
    const events = await settleExpired(waiting.pop()!, batch);
    if (events.length === 0) continue;
    const undecided = () => [...events, ...waiting.flat()];
    if (batch.abort.aborted || clock.now() > batch.sendUntil) {
      return { kind: 'postponed', rest: sentBack(undecided(), clock.now(), POSTPONED) };
    }

    const wires = events.map(({ wire }) => wire);
    const sentAt = clock.now();
    const answer = await withTimeLimit(clock, batch.timeoutMs, batch.abort, (signal) =>
      batch.destination.send(wires, signal),
    );
    batch.onRequest({ ms: clock.now() - sentAt, events: events.length, outcome: answer.kind });
    switch (answer.kind) {
      case 'processed':
        await settle(events.map(({ seq }, position) => ({ seq, ...answer.results[position]! })));
        break;

      case 'refused': {
        const rejected = answer.rejected.filter(({ position }) => position in events);
        if (rejected.length > 0) {
          const named = new Set(rejected.map(({ position }) => position));
          await settle(rejected.map(({ position, ...why }) => ended(events[position]!, 'rejected', why)));
          again(events.filter((_, position) => !named.has(position)));
        } else if (events.length > 1) again(...halves(events));
        else await settle(events.map((event) => ended(event, 'rejected', answer)));
        break;
      }

      case 'too-large':
        if (events.length > 1) again(...halves(events));
        else
          await settle(
            events.map((event) => ended(event, 'dead', { code: TOO_LARGE, message: answer.message })),
          );
        break;

      case 'unauthorized':
        return {
          kind: 'unauthorized',
          rest: sentBack(undecided(), clock.now(), { code: UNAUTHORIZED, message: answer.message }),
          message: answer.message,
        };

      case 'unavailable':
        return {
          kind: 'unavailable',
          rest: backedOff(undecided(), answer, batch),
          retryAfterMs: answer.retryAfterMs,
        };
    }
  }
  return { kind: 'done' };
}

async function settleExpired(events: ClaimedEvent[], { clock, settle }: Batch): Promise<ClaimedEvent[]> {
  const now = clock.now();
  const expired = events.filter(({ expiresAt }) => expiresAt <= now);
  if (expired.length === 0) return events;
  await settle(expired.map((event) => ended(event, 'expired', EXPIRED)));
  return events.filter(({ expiresAt }) => expiresAt > now);
}

interface Reason {
  code: string;
  message: string;
}

function ended(
  { seq }: ClaimedEvent,
  state: 'rejected' | 'expired' | 'dead',
  { code, message }: Reason,
): Outcome {
  return { seq, state, code, message };
}

/** Back to the queue, due at once: the events themselves were not at fault, nor was the destination. */
function sentBack(events: readonly ClaimedEvent[], now: number, { code, message }: Reason): Outcome[] {
  return events.map(({ seq }) => ({ seq, state: 'retry', dueAt: now, countsAttempt: false, code, message }));
}

/** One draw for all, so that events that failed together stay one batch. */
function backedOff(
  events: readonly ClaimedEvent[],
  { message, retryAfterMs }: Extract<Answer, { kind: 'unavailable' }>,
  { clock, random, retry }: Batch,
): Outcome[] {
  const now = clock.now();
  const draw = random();
  return events.map(({ seq, attempts }) => ({
    seq,
    state: 'retry',
    dueAt: now + retryDelay(attempts, retryAfterMs, draw, retry),
    countsAttempt: true,
    code: UNAVAILABLE,
    message,
  }));
}

function halves(events: ClaimedEvent[]): [ClaimedEvent[], ClaimedEvent[]] {
  const middle = Math.ceil(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)];
}
