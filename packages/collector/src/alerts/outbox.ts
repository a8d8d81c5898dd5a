import type { Store } from '../store/port.ts';
import type { AlertMessage } from './alert-message.ts';
import { type AlertState, readAlertState, writeAlertState } from './alert-record.ts';
import type { PostFault } from './post-alert.ts';

/** Wait after the first attempt that failed, ms; it doubles up to an hour. Longer than an attempt may take. */
const RETRY_BASE_MS = 30_000;
const RETRY_MAX_MS = 3_600_000;

/** Some two days of attempts. */
const MAX_ATTEMPTS = 50;

/** Attempts to write the record beside other processes. */
const MAX_SWAPS = 20;

/** Messages of one call at most, and attempts to get at one; the rest is for the next call. */
const MAX_STEPS = 500;

export interface OutboxOptions {
  store: Pick<Store, 'readRecord' | 'swapRecord'>;
  post(id: string, message: AlertMessage): Promise<PostFault>;
  /** Told of each attempt that failed. */
  onFault(reason: string, isLast: boolean): void;
}

/**
 * Posts what is due, in its order, so that nothing is over before it was raised. One process at a time is
 * at a message: the attempt is written down first. Who dies before it is written down that the message was
 * taken lets it be posted again, under the same id.
 *
 * @param now ms
 */
export async function emptyOutbox({ store, post, onFault }: OutboxOptions, now: number): Promise<void> {
  for (let step = 0; step < MAX_STEPS; step++) {
    const { version, state } = await readAlertState(store);
    const [first, ...later] = state.outbox;
    // A wait longer than the longest is of a clock that was set back since.
    if (!first || (first.dueAt > now && first.dueAt <= now + RETRY_MAX_MS)) return;
    const attempts = first.attempts + 1;
    const wait = Math.min(RETRY_BASE_MS * 2 ** first.attempts, RETRY_MAX_MS);
    const tried = { ...first, attempts, dueAt: now + wait };
    if (!(await writeAlertState(store, version, { ...state, outbox: [tried, ...later] }))) continue;

    const fault = await post(first.id, first.message);
    const isLast = attempts >= MAX_ATTEMPTS;
    if (fault !== undefined) onFault(fault, isLast);
    if (fault !== undefined && !isLast) return;
    await change(store, (latest) => ({
      ...latest,
      outbox: latest.outbox.filter(({ id }) => id !== first.id),
    }));
  }
}

async function change(store: OutboxOptions['store'], work: (state: AlertState) => AlertState): Promise<void> {
  for (let attempt = 0; attempt < MAX_SWAPS; attempt++) {
    const { version, state } = await readAlertState(store);
    if (await writeAlertState(store, version, work(state))) return;
  }
}
