import { setImmediate as nextRound } from 'node:timers/promises';
import type { Clock } from './clock.ts';

/**
 * Runs a request with a signal that is aborted when `ms` have passed or when the caller gives up. After a process
 * was suspended (a frozen container, a machine that moves), timers end before the network is looked at: an answer
 * that has come meanwhile is read first, or its events would be sent twice.
 */
export async function withTimeLimit<T>(
  clock: Clock,
  ms: number,
  giveUp: AbortSignal,
  request: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const answered = new AbortController();
  if (giveUp.aborted) limit.abort(giveUp.reason);
  giveUp.addEventListener('abort', () => limit.abort(giveUp.reason), { signal: answered.signal });
  void clock.sleep(ms, answered.signal).then(async () => {
    await nextRound();
    if (!answered.signal.aborted) limit.abort(new DOMException('No answer in time', 'TimeoutError'));
  });
  try {
    return await request(limit.signal);
  } finally {
    answered.abort();
  }
}
