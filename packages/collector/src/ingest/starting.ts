import { complaint } from './answers.ts';
import type { Listener } from './listener.ts';
import { createReadinessRoute, LIVENESS } from './probe-routes.ts';

/** A start mostly takes less, s. */
const RETRY_AFTER_S = 2;

const NOT_READY = createReadinessRoute(() => false);

/** Stands in until the store is open: alive, not ready, and whoever brings events comes again. */
export const STARTING: Listener = async (request) => {
  if (request.path === '/healthz') return LIVENESS.handle(request);
  if (request.path === '/readyz') return NOT_READY.handle(request);
  const error = { message: 'the collector is starting; nothing was taken' };
  return complaint(503, error, { 'Retry-After': String(RETRY_AFTER_S) });
};
