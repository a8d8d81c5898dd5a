import { Counter, Histogram, type Registry } from 'prom-client';
import type { AppenderStore } from '../store/appender.ts';

/** From a few events on a good disk to the longest wait for other processes, s. */
const BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10];

/** From one event to a group as large as the queue. */
const GROUP_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000];

/** Times the store's commits: what stands between an event and its answer. */
export function meterCommits(registry: Registry, store: AppenderStore): AppenderStore {
  const seconds = new Histogram({
    name: 'uet_capi_commit_duration_seconds',
    help: 'Time of one commit of the store, shared by all events that came while the one before ran.',
    buckets: BUCKETS_S,
    registers: [registry],
  });
  const events = new Histogram({
    name: 'uet_capi_commit_events',
    help: 'Events in one commit.',
    buckets: GROUP_BUCKETS,
    registers: [registry],
  });
  const failures = new Counter({
    name: 'uet_capi_commit_failures_total',
    help: 'Commits that failed: disk full or store locked for too long, and the senders were asked to come again; or an event was refused, and the others are stored without it.',
    registers: [registry],
  });
  return {
    pack: (arrivals) => store.pack(arrivals),
    slice: (packed, from, to) => store.slice(packed, from, to),
    async appendPacked(group) {
      const start = performance.now();
      const results = await store.appendPacked(group).catch((error: unknown) => {
        failures.inc();
        throw error;
      });
      seconds.observe((performance.now() - start) / 1_000);
      events.observe(results.length);
      return results;
    },
  };
}
