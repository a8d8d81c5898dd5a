import { collectDefaultMetrics, Registry } from 'prom-client';

let metrics: Registry | undefined;

/**
 * Memory, CPU, event loop and garbage collection of this process, under the names that every
 * dashboard for Node knows. They belong to the process, so all collectors in it share them; and
 * nothing is observed before somebody asks.
 */
export function processMetrics(): Registry {
  if (!metrics) {
    metrics = new Registry();
    collectDefaultMetrics({ register: metrics });
  }
  return metrics;
}
