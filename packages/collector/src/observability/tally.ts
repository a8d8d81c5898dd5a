import { Counter, type Registry } from 'prom-client';

/** Adds to the count of these label values, which come in the order of the label names. */
export type Tally = (amount: number, ...labels: readonly string[]) => void;

export interface TallyOptions {
  name: string;
  help: string;
  labelNames: readonly string[];
}

/**
 * A counter for hot paths: an addition to a plain number, of which the registry hears at a scrape.
 * Label values must come from a small set: each combination is kept for good.
 */
export function createTally(registry: Registry, { name, help, labelNames }: TallyOptions): Tally {
  const counts = new Map<string, { labels: readonly string[]; count: number }>();
  new Counter({
    name,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const { labels, count } of counts.values()) this.labels(...labels).inc(count);
    },
  });
  return (amount, ...labels) => {
    const key = labels.join('\n');
    const known = counts.get(key);
    if (known) known.count += amount;
    else counts.set(key, { labels, count: amount });
  };
}
