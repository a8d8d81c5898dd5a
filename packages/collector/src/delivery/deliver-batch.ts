import type { Answer, Destination } from '../destinations/destination.ts';
import type { ClaimedEvent, Outcome } from '../store/port.ts';
import type { Clock } from './clock.ts';
import { type RetrySettings, retryDelay } from './retry.ts';
import { createSearch } from './search.ts';
import { withTimeLimit } from './time-limit.ts';
import { backedOff, expired, postponed, processed, rejected, tooLarge, unauthorized } from './transitions.ts';

export interface Batch {
  /** What was claimed; fits into one request. */
  events: readonly ClaimedEvent[];
  /** How many events the first request may hold. */
  first: number;
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
  /**
   * Waits until the rate limit allows one more request, or the batch is aborted. False when the destination
   * has failed another batch meanwhile: then this one goes no further.
   */
  admit(): Promise<boolean>;
  onRequest(request: RequestReport): void;
  /** The destination failed otherwise than by an answer. */
  onBug(error: unknown): void;
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
  /** `answered`: false where everything had expired, and nothing was sent. */
  | { kind: 'done'; answered: boolean }
  /** Not admitted, aborted, or `late`: time ran out. */
  | { kind: 'postponed'; rest: Outcome[]; late: boolean }
  | { kind: 'unauthorized'; rest: Outcome[]; message: string }
  | { kind: 'unavailable' | 'throttled'; rest: Outcome[]; retryAfterMs: number | undefined };

/**
 * Events that failed together so often come back in halves. An event that makes Microsoft's server fail is
 * alone in the end, and the others get through; in an outage the halves meet again when it is over.
 */
const TOGETHER_ATTEMPTS = 3;

/** As from a server that fails by these events: the one that brings the bug about is alone in the end. */
const FAILED_BY_BUG: Answer = {
  kind: 'unavailable',
  message: 'The collector failed to send it; its log says where.',
  retryAfterMs: undefined,
};

/**
 * Delivers claimed events and finds out what became of each one. A refused request was not processed,
 * so it is sent again at once under the same ids: without the events that were named, or, when none
 * was, in the parts that `search.ts` chooses.
 */
export async function deliverBatch(batch: Batch): Promise<BatchEnd> {
  const { clock, destination, settle } = batch;
  const search = createSearch(batch.events, batch.first);
  let answered = false;

  while (search.next().length > 0) {
    const admitted = await batch.admit();
    const sentAt = clock.now();
    const gone = search.drop(({ expiresAt }) => expiresAt <= sentAt);
    if (gone.length > 0) {
      await settle(gone.map(expired));
      // That took time, so the admission may hold no longer.
      continue;
    }
    const events = search.next();
    const late = sentAt > batch.sendUntil;
    if (!admitted || late || batch.abort.aborted) {
      return { kind: 'postponed', late, rest: search.left().map((event) => postponed(event, sentAt)) };
    }

    const wires = events.map(({ wire }) => wire);
    const answer = await withTimeLimit(clock, batch.timeoutMs, batch.abort, (signal) =>
      destination.send(wires, signal),
    ).catch((error: unknown): Answer => {
      batch.onBug(error);
      return FAILED_BY_BUG;
    });
    const now = clock.now();
    batch.onRequest({ ms: now - sentAt, events: events.length, outcome: answer.kind });
    answered = true;

    switch (answer.kind) {
      case 'processed':
        search.taken();
        await settle(processed(events, answer.results, now));
        break;

      case 'refused': {
        const reasons = new Map(answer.rejected.map((refused) => [refused.position, refused]));
        const named = events.flatMap((event, position) => {
          const reason = reasons.get(position);
          return reason ? [rejected(event, reason)] : [];
        });
        if (named.length > 0) {
          search.named((position) => reasons.has(position));
          await settle(named);
          break;
        }
        const alone = search.refused();
        if (alone) await settle([rejected(alone, answer)]);
        break;
      }

      case 'too-large': {
        const alone = search.tooLarge();
        if (alone) await settle([tooLarge(alone, answer.message)]);
        break;
      }

      case 'unauthorized': {
        const { kind, message } = answer;
        return { kind, message, rest: search.left().map((event) => unauthorized(event, now, message)) };
      }

      case 'unavailable':
      case 'throttled': {
        const { kind, retryAfterMs, message } = answer;
        const sent = new Set(events);
        const left = search.left();
        // One draw for all, so that events that failed together stay one batch, or one for each half.
        const draws = [batch.random(), batch.random()] as const;
        const rest = left.map((event, index) => {
          const isApart = event.attempts >= TOGETHER_ATTEMPTS && index >= left.length / 2;
          const dueAt = now + retryDelay(event.attempts, retryAfterMs, draws[isApart ? 1 : 0], batch.retry);
          return backedOff(event, dueAt, sent.has(event), message);
        });
        return { kind, retryAfterMs, rest };
      }
    }
  }
  return { kind: 'done', answered };
}
