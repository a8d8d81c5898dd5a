import type { Clock } from './clock.ts';

/**
 * Runs a request with a signal that is aborted when `ms` have passed or when the caller gives up.
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
  void clock.sleep(ms, answered.signal).then(() => {
    if (!answered.signal.aborted) limit.abort(new DOMException('No answer in time', 'TimeoutError'));
  });
  try {
    return await request(limit.signal);
  } finally {
    answered.abort();
  }
}
