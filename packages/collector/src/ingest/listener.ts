import { createAccess } from '../admin/access/access.ts';
import type { Operation } from '../admin/operation.ts';
import type { PageFiles } from '../admin/page-files.ts';
import { createAdminRoutes } from '../admin/routes/admin-routes.ts';
import type { Config } from '../config/config.ts';
import type { Intake } from '../intake/intake.ts';
import { framesOf, type Log } from '../log.ts';
import { complaint } from './answers.ts';
import type { Answer, Incoming, Route } from './exchange.ts';
import { createImageRoute } from './image-route.ts';
import { createKeyGuard } from './key-guard.ts';
import { createLaterRoutes } from './later-routes.ts';
import { createMetricsRoute } from './metrics-route.ts';
import { createPixelRoute } from './pixel-route.ts';
import type { PixelBuild, ScriptEncoder } from './pixel-script.ts';
import { createReadinessRoute, LIVENESS } from './probe-routes.ts';
import { compileTrust } from './proxies.ts';
import type { LimitName, RateLimits } from './rate-limits.ts';
import { createRouteTable } from './route-table.ts';
import { createScriptRoute } from './script-route.ts';
import { createServerRoutes } from './server-route.ts';
import { siteScript } from './site-script.ts';

export interface ListenerOptions {
  config: Config;
  intake: Intake;
  /** See `loadPixelBuild`. */
  pixel: PixelBuild;
  encode: ScriptEncoder;
  limits: RateLimits;
  /** What lies behind `/admin`. */
  admin: { operations: readonly Operation[]; files: PageFiles; closing: AbortSignal };
  /** False while stopping, and while nothing can be stored. */
  isReady: () => boolean;
  /** What `/metrics` shows. */
  renderMetrics: () => Promise<string>;
  events: ListenerEvents;
  log: Log;
}

/** What happens, for metrics. Must not throw. */
export interface ListenerEvents {
  /** @param ms from the head of the request to its answer */
  onAnswered(route: string, status: number, ms: number): void;
  /** A rate limit turned a request away. */
  onLimited(limit: LimitName): void;
}

/**
 * Every event route of the collector as one function. Undefined, at once: the path is not ours.
 * The answer never rejects; what a client can send never ends in a 500.
 */
export type Listener = (request: Incoming) => Promise<Answer> | undefined;

/** Throws for a pixel without place for the settings and for a bad range in `trustedProxies`. */
export function createListener(options: ListenerOptions): Listener {
  const { config, intake, pixel, encode, limits, admin, isReady, renderMetrics } = options;
  const trust = compileTrust(config.clientAddress);
  const guard = createKeyGuard({ config, trust, limits });
  const overlay = encode(pixel.overlay);
  const table = createRouteTable({
    config,
    script: (site) =>
      createScriptRoute({
        pixel: encode(siteScript(pixel, site, config.routes)),
        overlay,
      }),
    events: (site) => createPixelRoute({ site, config, intake, trust, limits }),
    image: (site) => createImageRoute({ site, config, intake, trust, limits, isReady }),
    server: createServerRoutes({ config, intake, guard, limits }),
    ...createLaterRoutes({ config, intake, guard, limits }),
    liveness: LIVENESS,
    readiness: createReadinessRoute(isReady),
    metrics: createMetricsRoute({ config, guard, render: renderMetrics }),
    admin: createAdminRoutes({
      ...admin,
      access: createAccess({ config, trust, limits }),
      bodyBytes: config.limits.serverBodyBytes,
      log: options.log,
    }),
  });
  return (request) => {
    const route = table(request.path);
    return route && answer(route, request, options);
  };
}

async function answer(route: Route, request: Incoming, { log, events }: ListenerOptions): Promise<Answer> {
  const start = performance.now();
  let ready: Answer;
  try {
    ready = await handle(route, request);
  } catch (error) {
    log.error({ at: framesOf(error) }, 'a request failed by a bug of the collector');
    ready = route.onBug ?? complaint(500, { message: 'the collector failed; what was sent may be lost' });
  }
  events.onAnswered(route.name, ready.status, performance.now() - start);
  return { ...ready, headers: withProtection(ready.headers) };
}

/** On every answer: taken for nothing else, and embedded nowhere unless its route says where. */
function withProtection(headers: Answer['headers']): Answer['headers'] {
  return {
    ...headers,
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Resource-Policy': headers['Cross-Origin-Resource-Policy'] ?? 'same-origin',
  };
}

function handle(route: Route, request: Incoming): Answer | Promise<Answer> {
  const allowed = route.methods.includes('GET') ? [...route.methods, 'HEAD'] : route.methods;
  if (allowed.includes(request.method)) return route.handle(request);
  return complaint(405, { message: 'this method is not for this path' }, { Allow: allowed.join(', ') });
}
