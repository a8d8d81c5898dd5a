import type { Destination } from '../../destinations/destination.ts';
import type { Store } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import type { DeliverySettings } from '../delivery-loop.ts';
import { createDispatcher } from '../dispatcher.ts';
import type { OwnedClock } from './owned-clock.ts';

/** Nothing comes back to a dead process. */
const never = new Promise<never>(() => {});

export interface ProcessOptions {
  dataDir: string;
  destination: Destination;
  settings: DeliverySettings;
  random: () => number;
  onError(error: unknown): void;
}

/** Processes on one data directory, one after the other, with an owned clock that waits for their stores. */
export function processesOn(clockFor: (everythingElse: () => Promise<void>) => OwnedClock) {
  const calls = new Set<Promise<unknown>>();
  const clock = clockFor(async () => {
    // An answer of the store may lead to the next call.
    do {
      await Promise.allSettled(calls);
      await new Promise((resolve) => setImmediate(resolve));
    } while (calls.size > 0);
  });

  async function start({ dataDir, destination, settings, random, onError }: ProcessOptions) {
    const real = await openSqliteStore({ dataDir });
    let isAlive = true;
    const store = new Proxy(real, {
      get(target, name: keyof Store) {
        return (...args: unknown[]) => {
          if (!isAlive) return never;
          const method = target[name] as (...args: unknown[]) => Promise<unknown>;
          const call = method(...args).finally(() => calls.delete(call));
          calls.add(call);
          return call.then((value) => (isAlive ? value : never));
        };
      },
    });
    const dispatcher = createDispatcher({
      store,
      settings,
      clock,
      random,
      events: {
        onRequest() {},
        onSettled() {},
        onPaused() {},
        onResumed() {},
        onCircuit() {},
        onError: (_, error) => onError(error),
      },
    });
    dispatcher.add({ ...destination, send: (...args) => (isAlive ? destination.send(...args) : never) });
    dispatcher.start();
    return {
      store,
      wake: () => dispatcher.wake(destination.id),
      /** As SIGTERM does. */
      async stop() {
        const stopped = dispatcher.stop({ graceMs: 0 });
        await clock.advance(1);
        await stopped;
        await real.close();
      },
      /** As SIGKILL does: calls of the store that are under way may or may not have happened. */
      async kill() {
        isAlive = false;
        await real.close();
      },
    };
  }
  return { clock, start };
}
