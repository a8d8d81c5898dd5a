import type { Destination } from '../destinations/destination.ts';
import type { Store } from '../store/port.ts';
import { type Clock, systemClock } from './clock.ts';
import { createDeliveryLoop, type DeliveryEvents, type DeliverySettings } from './delivery-loop.ts';

export interface DispatcherOptions {
  store: Store;
  /** Owned by the caller, who closes them after `stop`. */
  destinations: readonly Destination[];
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
   * Drains: sends what is due, each destination for itself until nothing is left, it fails or is
   * paused. After `graceMs` the requests under way are given up, and what was claimed goes back.
   * What is due later stays in the store. Resolves when all of it is written down.
   */
  stop(options: { graceMs: number }): Promise<void>;
}

/** Runs one delivery loop per destination; none waits for another. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, destinations, settings, events, clock = systemClock, random = Math.random } = options;
  const loops = new Map(
    destinations.map((destination) => {
      const { id, maxInFlight = settings.maxInFlight } = destination;
      const own = { ...settings, maxInFlight };
      return [id, createDeliveryLoop({ store, destination, settings: own, events, clock, random })];
    }),
  );
  let running: Promise<unknown> = Promise.resolve();

  return {
    start() {
      running = Promise.all([...loops.values()].map((loop) => loop.run()));
    },
    wake: (destination) => loops.get(destination)?.wake(),
    async stop({ graceMs }) {
      for (const loop of loops.values()) loop.stop();
      const ended = new AbortController();
      const grace = clock.sleep(graceMs, ended.signal).then(() => {
        for (const loop of loops.values()) loop.abort();
      });
      await running;
      ended.abort();
      await grace;
    },
  };
}
