/** After a call of 1 ms its result is good for 10 ms, so that calls take at most a tenth of the time. */
const REST_PER_CALL = 9;

/**
 * Answers a costly question as often as it is asked, and works it out less often: one call at a
 * time, and after each a rest of nine times as long.
 *
 * @param clock ms
 */
export function createPaced<T>(work: () => Promise<T>, clock = () => performance.now()): () => Promise<T> {
  let latest: Promise<T> | undefined;
  let goodUntil = 0;
  return () => {
    if (latest && clock() < goodUntil) return latest;
    const start = clock();
    goodUntil = Number.POSITIVE_INFINITY;
    const call = work();
    latest = call;
    const end = () => {
      goodUntil = clock() + REST_PER_CALL * (clock() - start);
    };
    call.then(end, end);
    return call;
  };
}
