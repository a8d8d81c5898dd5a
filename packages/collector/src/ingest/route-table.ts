import type { Config, Site } from '../config/config.ts';
import type { Route } from './exchange.ts';

/** Which path leads where. Paths are compared as they came: none of ours needs percent-encoding. */
export type RouteTable = (path: string) => Route | undefined;

export interface RouteTableOptions {
  config: Pick<Config, 'sites' | 'routes'>;
  script(site: Site): Route;
  events(site: Site): Route;
  image(site: Site): Route;
  server(tagId: string): Route;
  conversions: Route;
  adjustments: Route;
  liveness: Route;
  readiness: Route;
  metrics: Route;
  /** What lies at and below `/admin`. */
  admin: RouteTable;
}

const SERVER_PATH = /^\/v1\/([^/]+)\/events$/;

/** Names the browser routes after their site where there are several. */
export function createRouteTable({ config, ...routes }: RouteTableOptions): RouteTable {
  const fixed = new Map<string, Route>([
    ['/v1/conversions', routes.conversions],
    ['/v1/adjustments', routes.adjustments],
    ['/healthz', routes.liveness],
    ['/readyz', routes.readiness],
    ['/metrics', routes.metrics],
  ]);
  for (const site of config.sites) {
    const base = config.sites.length > 1 ? `/${site.id}/` : '/';
    fixed.set(base + config.routes.script, routes.script(site));
    fixed.set(base + config.routes.events, routes.events(site));
    fixed.set(base + config.routes.image, routes.image(site));
  }
  return (path) => {
    const route = fixed.get(path);
    if (route) return route;
    const tagId = SERVER_PATH.exec(path)?.[1];
    return tagId === undefined ? routes.admin(path) : routes.server(tagId);
  };
}
