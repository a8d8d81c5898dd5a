import type { Distribution, Latency } from '../../reading.ts';
import { LATENCY_EVENTS } from '../../reading.ts';
import { IN_SITES, type OfSites } from './overview.ts';
import type { Asking } from './statements.ts';

/** Newest accepted events that are looked at for those of browsers. */
const MAX_LOOKED_AT = 5 * LATENCY_EVENTS;

/** From "at once" to "a day late", ms. */
const BUCKETS_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000, 3_600_000, 86_400_000];

export function latencyOf(ask: Asking, ofSites: OfSites): Latency {
  const rows = ask.all(
    `SELECT o.at - received_at AS sinceReceipt, o.at - 1000 * (c.wire ->> '$.eventTime') AS sinceEvent
     FROM (SELECT seq, at FROM outcome WHERE state = 'accepted' ORDER BY seq DESC LIMIT ${MAX_LOOKED_AT}) o
       CROSS JOIN event USING (seq) LEFT JOIN content c USING (seq)
     WHERE source = 'pixel' AND ${IN_SITES} LIMIT ${LATENCY_EVENTS}`,
    ofSites,
  );
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
