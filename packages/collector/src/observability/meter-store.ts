import { Counter, Gauge, type Registry } from 'prom-client';
import type { State, StateCount, Stats, Store } from '../store/port.ts';
import { createPaced } from './paced.ts';

/** Shown as 0 from the first event on: of a number that only appears when there is one, nobody sees the first rise. */
const FAILED = ['rejected', 'expired', 'dead'] as const satisfies readonly State[];

/**
 * What is in the store, the same in all processes of one data directory.
 *
 * @returns reads it for the next scrape; never rejects
 */
export function meterStore(registry: Registry, store: Pick<Store, 'stats'>): () => Promise<void> {
  const registers = [registry];
  const up = new Gauge({
    name: 'uet_capi_store_up',
    help: '1: the store answered this scrape. 0: it did not, and what is read from it is missing.',
    registers,
  });
  const received = new Counter({
    name: 'uet_capi_stored_total',
    help: 'Events ever stored. The destination is empty where an event was never meant for one.',
    labelNames: ['site', 'destination'],
    registers,
  });
  const states = new Gauge({
    name: 'uet_capi_stored_events',
    help: 'The same by the state that they are in now; the sum of all states is uet_capi_stored_total.',
    labelNames: ['site', 'destination', 'state'],
    registers,
  });
  const oldest = new Gauge({
    name: 'uet_capi_oldest_waiting_seconds',
    help: 'Age of the oldest event that is held, pending or leased; 0 where none waits.',
    labelNames: ['site', 'destination'],
    registers,
  });

  function show(stats: Stats, now: number): void {
    for (const { site, destination, count } of stats.received) {
      received.inc({ site, destination }, count);
      if (destination === '') continue;
      oldest.set({ site, destination }, 0);
      for (const state of FAILED) states.set({ site, destination, state }, 0);
    }
    for (const { site, destination, state, count } of stats.states) {
      states.set({ site, destination, state }, count);
    }
    for (const { site, destination, oldestAt } of stats.states.toSorted(youngestFirst)) {
      if (oldestAt !== undefined) {
        oldest.set({ site, destination }, Math.max(0, (now - oldestAt) / 1_000));
      }
    }
  }

  // A million waiting events take the store a while to count.
  const readStats = createPaced(() => store.stats());
  return async () => {
    const stats = await readStats().catch(() => undefined);
    up.set(stats ? 1 : 0);
    for (const metric of [received, states, oldest]) metric.reset();
    if (stats) show(stats, Date.now());
  };
}

/** So that of several states the oldest is written last. */
function youngestFirst(a: StateCount, b: StateCount): number {
  return (b.oldestAt ?? 0) - (a.oldestAt ?? 0);
}
