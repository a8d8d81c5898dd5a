import { Histogram, type Registry } from 'prom-client';
import type { ListenerEvents } from '../ingest/listener.ts';
import { createTally } from './tally.ts';

/** From a health check to an answer that a client gives up on, s. */
const BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Counts and times the answers of each route. For the event routes the time includes the commit. */
export function meterRequests(registry: Registry): ListenerEvents {
  const add = createTally(registry, {
    name: 'uet_capi_requests_total',
    help: 'Requests answered, by route and status.',
    labelNames: ['route', 'status'],
  });
  const limited = createTally(registry, {
    name: 'uet_capi_rate_limited_total',
    help: 'Requests that a rate limit turned away: of browsers, of servers, or for guessing at keys.',
    labelNames: ['limit'],
  });
  for (const limit of ['browser', 'server', 'key']) limited(0, limit);
  const seconds = new Histogram({
    name: 'uet_capi_request_duration_seconds',
    help: 'Time from the head of a request to its answer; where events were taken, until they were on disk.',
    labelNames: ['route'],
    buckets: BUCKETS_S,
    registers: [registry],
  });
  const byRoute = new Map<string, { observe(seconds: number): void }>();
  const timesOf = (route: string) => {
    const known = byRoute.get(route) ?? seconds.labels(route);
    byRoute.set(route, known);
    return known;
  };
  return {
    onAnswered(route, status, ms) {
      add(1, route, String(status));
      timesOf(route).observe(ms / 1_000);
    },
    onLimited: (limit) => limited(1, limit),
  };
}
