import type { Clock } from '../clock.ts';

export interface OwnedClock extends Clock {
  /** Lets time pass, waking each sleeper at its moment. */
  advance(ms: number): Promise<void>;
  /** Time passes while somebody computes. */
  skip(ms: number): void;
}

/** Everything else here runs in microtasks, so one turn of the event loop lets all of it happen. */
const everythingElse = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A clock that stands still until a test lets time pass. */
export function ownedClock(): OwnedClock {
  let now = 0;
  let sleepers: { at: number; wake(): void }[] = [];
  return {
    now: () => now,
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
  };
}
