import { Gauge, type Registry } from 'prom-client';

/** What waits in memory for the disk. Full, it makes the event routes ask clients to come again. */
export function meterQueue(registry: Registry, fill: () => number): void {
  new Gauge({
    name: 'uet_capi_queue_fill_ratio',
    help: 'How full the queue in front of the disk is: at 1 clients are asked to come again.',
    registers: [registry],
    collect() {
      this.set(fill());
    },
  });
}
