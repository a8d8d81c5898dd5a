import type { Destination } from '../destinations/destination.ts';
import type { Store } from '../store/port.ts';
import { type Clock, systemClock } from './clock.ts';
import {
  createDeliveryLoop,
  type DeliveryEvents,
  type DeliveryLoop,
  type DeliverySettings,
} from './delivery-loop.ts';

export interface DispatcherOptions {
  store: Store;
  settings: DeliverySettings;
  events: DeliveryEvents;
  /** Default: the system's. */
  clock?: Clock;
  /** From 0 up to, but not including, 1. Default: `Math.random`. */
  random?: () => number;
}

export interface Dispatcher {
  start(): void;
  /** New events for a destination were stored; one that is not known here is another process's. */
  wake(destination: string): void;
  /**
   * Delivers to one more from now on. Its id must not be in use, but for one that is being removed. It
   * stays the caller's, who closes it when it was removed or all has stopped.
   */
  add(destination: Destination): void;
  /**
   * Delivers nothing more to it from now on; what waits stays in the store. Resolves when what was under
   * way has been answered and written down.
   */
  remove(id: string): Promise<void>;
  /**
   * Drains: sends what is due, each destination for itself until nothing is left, it fails or is
   * paused. After `graceMs` the requests under way are given up, and what was claimed goes back.
   * What is due later stays in the store. Resolves when all of it is written down.
   */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Runs one delivery loop per destination; none waits for another. */
export function createDispatcher({
  store,
  settings,
  events,
  clock = systemClock,
  random = Math.random,
}: DispatcherOptions): Dispatcher {
  const loops = new Map<string, DeliveryLoop>();
  /** Every loop that has begun and not ended, also of what was removed. */
  const running = new Map<DeliveryLoop, Promise<void>>();
  let started = false;

  function add(destination: Destination): void {
    const { id, maxInFlight = settings.maxInFlight } = destination;
    const own = { ...settings, maxInFlight };
    const loop = createDeliveryLoop({ store, destination, settings: own, events, clock, random });
    loops.set(id, loop);
    if (started) run(loop);
  }

  function run(loop: DeliveryLoop): void {
    running.set(
      loop,
      loop.run().then(() => void running.delete(loop)),
    );
  }

  return {
    start() {
      started = true;
      for (const loop of loops.values()) run(loop);
    },
    wake: (destination) => loops.get(destination)?.wake(),
    add,
    async remove(id) {
      const loop = loops.get(id);
      loops.delete(id);
      loop?.leave();
      await (loop && running.get(loop));
    },
    async stop({ graceMs }) {
      for (const loop of loops.values()) loop.stop();
      const ended = new AbortController();
      const grace = clock.sleep(graceMs, ended.signal).then(() => {
        for (const loop of running.keys()) loop.abort();
      });
      await Promise.all(running.values());
      ended.abort();
      await grace;
    },
  };
}
