import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { addressOf, type CallProblem, call, type Query } from './call.ts';

export interface Answered<T> {
  value: T | undefined;
  problem: CallProblem | undefined;
  /** Asks again; what is shown stays until the answer is there. */
  reload: () => void;
}

/** An answer that takes longer is not waited for: the connection may be dead without anybody having said so, ms. */
const PATIENCE_MS = 30_000;

/**
 * What a GET of the API answers, asked again every `everyMs` while somebody looks at the page, but not
 * before the last question was answered. A late answer to an earlier question is dropped.
 */
export function useAnswer<T>(path: string, options: { query?: Query; everyMs?: number } = {}): Answered<T> {
  const { query, everyMs } = options;
  const address = addressOf(path, query);
  const [answer, setAnswer] = useState<Omit<Answered<T>, 'reload'> & { address: string }>();
  const asked = useRef(0);
  /** Since when an answer is waited for, ms. */
  const waitsSince = useRef<number | undefined>(undefined);

  const ask = useCallback(async () => {
    const number = ++asked.current;
    waitsSince.current = performance.now();
    const { value, problem } = await call<T>('GET', path, query ? { query } : {}).then(
      (value) => ({ value, problem: undefined }),
      (problem: CallProblem) => ({ value: undefined, problem }),
    );
    if (number !== asked.current) return;
    waitsSince.current = undefined;
    // A failure does not take away what was there.
    setAnswer((before) => ({
      address,
      problem,
      value: value ?? (before?.address === address ? before.value : undefined),
    }));
  }, [address]);

  useEffect(() => {
    void ask();
    if (everyMs === undefined) return;
    const timer = setInterval(() => {
      const waits = performance.now() - (waitsSince.current ?? Number.NEGATIVE_INFINITY) < PATIENCE_MS;
      if (!waits && !document.hidden) void ask();
    }, everyMs);
    return () => clearInterval(timer);
  }, [ask, everyMs]);

  const current = answer?.address === address ? answer : undefined;
  return { value: current?.value, problem: current?.problem, reload: () => void ask() };
}
