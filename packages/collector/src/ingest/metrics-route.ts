import type { Config } from '../config/config.ts';
import { complaint, NO_STORE, retryAfter, TOO_MANY_MESSAGE } from './answers.ts';
import { compileBearer } from './bearer.ts';
import type { Route } from './exchange.ts';
import type { KeyGuard } from './key-guard.ts';

export interface MetricsRouteOptions {
  config: Pick<Config, 'metrics' | 'adminToken'>;
  guard: KeyGuard;
  /** Prometheus' text format, version 0.0.4. */
  render: () => Promise<string>;
}

const CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

/** `GET /metrics`, for who has the admin token; without one configured, for nobody. */
export function createMetricsRoute({ config, guard, render }: MetricsRouteOptions): Route {
  const isToken = compileBearer(config.adminToken);
  return {
    name: 'metrics',
    methods: ['GET'],
    async handle(request) {
      const verdict =
        config.metrics === 'public' ? 'right' : guard(isToken(request.header('authorization')), request);
      if (typeof verdict === 'object') {
        return complaint(429, { message: TOO_MANY_MESSAGE }, retryAfter(verdict));
      }
      if (verdict === 'wrong') {
        const error = { message: 'the admin token is needed: Authorization: Bearer …' };
        return complaint(401, error, { 'WWW-Authenticate': 'Bearer' });
      }
      return { status: 200, headers: { 'Content-Type': CONTENT_TYPE, ...NO_STORE }, body: await render() };
    },
  };
}
