import { Gauge, type Registry } from 'prom-client';
import { UNREADY_REASONS, type Unready } from './readiness.ts';

/** What `readyz` says of this process, and why. */
export function meterReadiness(registry: Registry, reasons: () => readonly Unready[]): void {
  new Gauge({
    name: 'uet_capi_ready',
    help: '1: requests may come. 0: they should go elsewhere; uet_capi_unready says why.',
    registers: [registry],
    collect() {
      this.set(reasons().length === 0 ? 1 : 0);
    },
  });
  new Gauge({
    name: 'uet_capi_unready',
    help: '1 for each reason why requests should go elsewhere.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      const now = reasons();
      for (const reason of UNREADY_REASONS) this.set({ reason }, now.includes(reason) ? 1 : 0);
    },
  });
}
