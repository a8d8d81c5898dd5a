import { Gauge, Registry } from 'prom-client';
import type { Config } from '../config/config.ts';
import type { DeliveryEvents } from '../delivery/delivery-loop.ts';
import type { ListenerEvents } from '../ingest/listener.ts';
import type { IntakeEvents } from '../intake/intake-events.ts';
import type { Appender, AppenderStore } from '../store/appender.ts';
import type { Store } from '../store/port.ts';
import { VERSION } from '../version.ts';
import { meterCommits } from './meter-commits.ts';
import { meterDelivery } from './meter-delivery.ts';
import { meterDisk } from './meter-disk.ts';
import { meterIntake } from './meter-intake.ts';
import { processMetrics } from './meter-process.ts';
import { meterQueue } from './meter-queue.ts';
import { meterReadiness } from './meter-readiness.ts';
import { meterRequests } from './meter-requests.ts';
import { meterStore } from './meter-store.ts';
import type { Unready } from './readiness.ts';

/**
 * The numbers of one collector, in a registry of its own: a host application that uses the same
 * library finds nothing of ours in its default one.
 */
export interface Metrics {
  /** What the parts of the collector tell. */
  events: { intake: IntakeEvents; delivery: DeliveryEvents; listener: ListenerEvents };
  /** What there is from now on: sites, and the names of the queues that this process empties. */
  expect(sites: Config['sites'], destinations: readonly string[]): void;
  /** The store with its commits timed; from now on it is asked at every scrape. */
  watchStore(store: Store): AppenderStore;
  watchAppender(appender: Pick<Appender, 'fill'>): void;
  /** All of it as Prometheus' text format, version 0.0.4. */
  render(): Promise<string>;
}

export interface MetricsOptions {
  config: Pick<Config, 'dataDir' | 'databaseUrl'>;
  unreadyReasons: () => readonly Unready[];
}

export function createMetrics({ config, unreadyReasons }: MetricsOptions): Metrics {
  const registry = new Registry();
  let readStore = async () => {};
  const readDisk = config.databaseUrl === undefined ? meterDisk(registry, config.dataDir) : async () => {};
  new Gauge({
    name: 'uet_capi_info',
    help: 'Always 1; the label is the version that runs.',
    labelNames: ['version'],
    registers: [registry],
  }).set({ version: VERSION }, 1);
  meterReadiness(registry, unreadyReasons);
  const intake = meterIntake(registry);
  const delivery = meterDelivery(registry);

  return {
    events: { intake: intake.events, delivery: delivery.events, listener: meterRequests(registry) },
    expect(sites, destinations) {
      intake.expect(sites);
      delivery.expect(destinations);
    },
    watchStore(store) {
      readStore = meterStore(registry, store);
      return meterCommits(registry, store);
    },
    watchAppender: ({ fill }) => meterQueue(registry, fill),
    async render() {
      await Promise.all([readStore(), readDisk()]);
      return Registry.merge([registry, processMetrics()]).metrics();
    },
  };
}
