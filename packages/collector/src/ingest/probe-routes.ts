import { plain } from './answers.ts';
import type { Route } from './exchange.ts';

/** `GET /healthz`: 200 while the process lives. */
export const LIVENESS: Route = { name: 'healthz', methods: ['GET'], handle: () => plain(200, 'ok') };

/**
 * `GET /readyz`: whether requests should come here.
 *
 * @param isReady false while stopping, and while nothing can be stored
 */
export function createReadinessRoute(isReady: () => boolean): Route {
  return {
    name: 'readyz',
    methods: ['GET'],
    handle: () => (isReady() ? plain(200, 'ok') : plain(503, 'not ready')),
  };
}
