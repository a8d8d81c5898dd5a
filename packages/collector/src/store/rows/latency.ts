import { type Distribution, LATENCY_EVENTS, type Latency } from '../reading.ts';

/** Newest accepted events that are looked at for those of browsers. */
export const LATENCY_LOOKED_AT = 5 * LATENCY_EVENTS;

/** From "at once" to "a day late", ms. */
const BUCKETS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000];

/** Times of one event, ms; what is no number is not known. */
export interface LatencyRow {
  sinceEvent: unknown;
  sinceReceipt: unknown;
}

export function toLatency(rows: readonly LatencyRow[]): Latency {
  return {
    sinceEvent: distributionOf(rows.map(({ sinceEvent }) => sinceEvent)),
    sinceReceipt: distributionOf(rows.map(({ sinceReceipt }) => sinceReceipt)),
  };
}

function distributionOf(values: readonly unknown[]): Distribution {
  const times = values.filter((value) => typeof value === 'number').map((value) => Math.max(0, value));
  times.sort((a, b) => a - b);
  const quantile = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(share * times.length))] ?? 0;
  const upTo = (limit: number) => times.filter((time) => time <= limit).length;
  const limits = [...BUCKETS_MS, Number.POSITIVE_INFINITY];
  return {
    events: times.length,
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
    max: times.at(-1) ?? 0,
    buckets: limits.map((limit, index) => ({
      upTo: Number.isFinite(limit) ? limit : undefined,
      events: upTo(limit) - (index === 0 ? 0 : upTo(limits[index - 1]!)),
    })),
  };
}
