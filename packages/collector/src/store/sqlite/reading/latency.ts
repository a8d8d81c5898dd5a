import { LATENCY_EVENTS, type Latency } from '../../reading.ts';
import { LATENCY_LOOKED_AT, type LatencyRow, toLatency } from '../../rows/latency.ts';
import { IN_SITES, type OfSites } from './overview.ts';
import type { Asking } from './statements.ts';

export function latencyOf(ask: Asking, ofSites: OfSites): Latency {
  const rows = ask.all(
    `SELECT o.at - received_at AS sinceReceipt, o.at - 1000 * (c.wire ->> '$.eventTime') AS sinceEvent
     FROM (SELECT seq, at FROM outcome WHERE state = 'accepted' ORDER BY seq DESC LIMIT ${LATENCY_LOOKED_AT}) o
       CROSS JOIN event USING (seq) LEFT JOIN content c USING (seq)
     WHERE source = 'pixel' AND ${IN_SITES} LIMIT ${LATENCY_EVENTS}`,
    ofSites,
  );
  return toLatency(rows as unknown as LatencyRow[]);
}
