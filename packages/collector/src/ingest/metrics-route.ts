import type { Config } from '../config/config.ts';
import { complaint, NO_STORE } from './answers.ts';
import { compileBearer } from './bearer.ts';
import type { Route } from './exchange.ts';

export interface MetricsRouteOptions {
  config: Pick<Config, 'metrics' | 'adminToken'>;
  /** Prometheus' text format, version 0.0.4. */
  render: () => Promise<string>;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics`, for who has the admin token; without one configured, for nobody. */
export function createMetricsRoute({ config, render }: MetricsRouteOptions): Route {
  const isAuthorized = config.metrics === 'public' ? () => true : compileBearer(config.adminToken);
  return {
    name: 'metrics',
    methods: ['GET'],
    async handle(request) {
      if (!isAuthorized(request.header('authorization'))) {
        const error = { message: 'the admin token is needed: Authorization: Bearer …' };
        return complaint(401, error, { 'WWW-Authenticate': 'Bearer' });
      }
      return { status: 200, headers: { 'Content-Type': CONTENT_TYPE, ...NO_STORE }, body: await render() };
    },
  };
}
