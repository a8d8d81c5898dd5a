import type { Config, Site } from '../config/config.ts';
import type { Route } from './exchange.ts';

/** Which path leads where. Paths are compared as they came: none of ours needs percent-encoding. */
export type RouteTable = (path: string) => Route | undefined;

export interface RouteTableOptions {
  config: Pick<Config, 'sites' | 'rootSite' | 'routes'>;
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

/**
 * Names the browser routes after their site where there are several. The routes of the file's only site work
 * without its name too: pages that use them must not notice that another site was added at run time.
 */
export function createRouteTable({ config, ...routes }: RouteTableOptions): RouteTable {
  const fixed = new Map<string, Route>([
    ['/v1/conversions', routes.conversions],
    ['/v1/adjustments', routes.adjustments],
    ['/healthz', routes.liveness],
    ['/readyz', routes.readiness],
    ['/metrics', routes.metrics],
  ]);
  const { script, events, image } = config.routes;
  for (const site of config.sites) {
    const isRoot = site.id === config.rootSite;
    const bases = isRoot ? ['/'] : [];
    if (!isRoot || config.sites.length > 1) bases.push(`/${site.id}/`);
    const ways = [
      [script, routes.script(site)],
      [events, routes.events(site)],
      [image, routes.image(site)],
    ] as const;
    for (const base of bases) for (const [name, route] of ways) fixed.set(base + name, route);
  }
  return (path) => {
    const route = fixed.get(path);
    if (route) return route;
    const tagId = SERVER_PATH.exec(path)?.[1];
    return tagId === undefined ? routes.admin(path) : routes.server(tagId);
  };
}
