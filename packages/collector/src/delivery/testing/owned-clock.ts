import type { Clock } from '../clock.ts';

export interface OwnedClock extends Clock {
  /** Lets time pass, waking each sleeper at its moment. */
  advance(ms: number): Promise<void>;
  /** Time passes while somebody computes. */
  skip(ms: number): void;
  /** Somebody sets the clock forward: no time passes. */
  set(ms: number): void;
}

/** Where everything else runs in microtasks, one turn of the event loop lets all of it happen. */
const oneTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that stands still until a test lets time pass, and only when `everythingElse` has happened. */
export function ownedClock({ start = 0, everythingElse = oneTurn } = {}): OwnedClock {
  let now = start;
  let offset = 0;
  let sleepers: { at: number; wake(): void }[] = [];
  return {
    now: () => now + offset,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal.addEventListener('abort', () => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          resolve();
        });
      }),
    async advance(ms) {
      const until = now + ms;
      for (;;) {
        await everythingElse();
        const next = sleepers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        now = Math.max(now, next.at);
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
      }
      now = Math.max(now, until);
    },
    skip(ms) {
      now += ms;
    },
    set(ms) {
      offset += ms;
    },
  };
}
