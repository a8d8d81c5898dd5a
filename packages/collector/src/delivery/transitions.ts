import type { EventResult } from '../destinations/destination.ts';
import { EXPIRED } from '../store/own-reasons.ts';
import type { ClaimedEvent, Outcome } from '../store/port.ts';

/**
 * The states of one event at one destination. An event is in exactly one of them from the moment it is
 * acknowledged, so what was received is at any time the sum of all states.
 *
 *     held ─────────┐ its time is up                       a page load that waits for word of the tag
 *     pending ◄─────┘
 *        │ claim: a lease, for as long as the answers to its requests can take
 *        ▼
 *     in flight (`leased`)
 *        ├─► pending                  with its reason, and a due time; or the lease ran out (a process died)
 *        ├─► accepted                 Microsoft took it
 *        ├─► accepted with warnings   Microsoft took it and dropped fields, each kept with code and message
 *        ├─► rejected                 Microsoft refused this event
 *        ├─► expired                  too old for Microsoft; never sent from then on. Where nobody claims (the tag is
 *        │                            paused, its site was removed) the store's pruning finds it, pending as it is
 *        └─► dead                     can never be sent, or what became of it can never be written down
 *     skipped                         a rule: decided when it is stored, or while it is held or pending
 *
 * The last six are final, but for a replay by an operator. Every way out of `leased` is made by a function of this file and leaves its
 * reason, a code and a message, with the event: Microsoft's own words or these:
 */
const POSTPONED = { code: 'Postponed', message: 'Sent back unsent; taken up again at once.' };
const TOO_LARGE = 'TooLarge';
/** The token or the address was refused. */
const UNAUTHORIZED = 'Unauthorized';
/** The store takes none of what was to be written about it. */
const UNWRITABLE = 'Unwritable';
/** No answer, or one that blames neither the events nor the sender. */
const UNAVAILABLE = 'Unavailable';

interface Reason {
  code: string;
  message: string;
}

/** in flight → accepted, rejected or pending, each event by its own result. What is only too early uses up no attempt. */
export function processed(
  events: readonly ClaimedEvent[],
  results: readonly EventResult[],
  now: number,
): Outcome[] {
  return events.map((event, position) => {
    const result = results[position]!;
    if (result.state !== 'deferred') return { seq: event.seq, ...result };
    return sentBack(event, 'dueAt' in result ? result.dueAt : now + result.delayMs, false, result);
  });
}

/** in flight → rejected */
export function rejected({ seq }: ClaimedEvent, { code, message }: Reason): Outcome {
  return { seq, state: 'rejected', code, message };
}

/** in flight → dead: larger than any request may be. */
export function tooLarge({ seq }: ClaimedEvent, message: string): Outcome {
  return { seq, state: 'dead', code: TOO_LARGE, message };
}

/** in flight → expired */
export function expired({ seq }: ClaimedEvent): Outcome {
  return { seq, state: 'expired', ...EXPIRED };
}

/** in flight → pending, due at once: there was no time left to send it. */
export function postponed(event: ClaimedEvent, now: number): Outcome {
  return sentBack(event, now, false, POSTPONED);
}

/** in flight → pending, due at once, though not claimed before the pause ends. Uses up no attempt. */
export function unauthorized(event: ClaimedEvent, now: number, message: string): Outcome {
  return sentBack(event, now, false, { code: UNAUTHORIZED, message });
}

/** in flight → pending, due later. What was not in the request that failed uses up no attempt. */
export function backedOff(event: ClaimedEvent, dueAt: number, wasSent: boolean, message: string): Outcome {
  return sentBack(event, dueAt, wasSent, { code: UNAVAILABLE, message });
}

/**
 * A day, ms. Where nothing final can be written, another process, or this one after a restart, sends it again each
 * time: page loads have no id at Microsoft, and count each time.
 */
const UNWRITABLE_RETRY_MS = 86_400_000;

/**
 * in flight → dead or pending: what to write, one instead of the other, where the store refused the outcome. An
 * event that was to be tried again still is, if that can be.
 */
export function unwritable({ seq, ...refused }: Outcome, now: number): Outcome[] {
  const reason = {
    code: UNWRITABLE,
    message: `The store refused to write down that it was ${WRITTEN_AS[refused.state]}; the log says why.`,
  };
  const dead: Outcome = { seq, state: 'dead', ...reason };
  if (refused.state === 'retry') return [{ seq, ...refused, ...reason }, dead];
  return [dead, { seq, state: 'retry', dueAt: now + UNWRITABLE_RETRY_MS, countsAttempt: true, ...reason }];
}

const WRITTEN_AS: Record<Outcome['state'], string> = {
  accepted: 'accepted',
  rejected: 'rejected',
  expired: 'expired',
  dead: 'dead',
  retry: 'to be tried again',
};

function sentBack(
  { seq }: ClaimedEvent,
  dueAt: number,
  countsAttempt: boolean,
  { code, message }: Reason,
): Outcome {
  return { seq, state: 'retry', dueAt, countsAttempt, code, message };
}
