import { useEffect, useState } from 'preact/hooks';
import { ago, clock, exactly } from '../data/format.ts';

/** How often what is told by its age is told anew, ms. */
const TICK_MS = 5_000;

/** The reader's clock, ms. */
export function useNow(everyMs = TICK_MS): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

export function Time({ at }: { at: number }) {
  return (
    <time dateTime={exactly(at)} title={exactly(at)}>
      {clock(at, Date.now())}
    </time>
  );
}

export function Ago({ at }: { at: number }) {
  const now = useNow();
  return (
    <time dateTime={exactly(at)} title={exactly(at)}>
      {ago(at, now)}
    </time>
  );
}
