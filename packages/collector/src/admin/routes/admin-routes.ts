import type { Answer, Route } from '../../ingest/exchange.ts';
import type { RouteTable } from '../../ingest/route-table.ts';
import type { Log } from '../../log.ts';
import type { Access } from '../access/access.ts';
import { describeApi } from '../openapi.ts';
import type { Operation } from '../operation.ts';
import type { PageFiles } from '../page-files.ts';
import { createApiRoute } from './api-route.ts';
import { createDescriptionRoute } from './description-route.ts';
import { createAssetRoutes, createPageRoute } from './page-routes.ts';
import { createSessionRoute } from './session-route.ts';

export interface AdminRoutesOptions {
  access: Access;
  operations: readonly Operation[];
  files: PageFiles;
  /** Largest body of a call, bytes. */
  bodyBytes: number;
  /** Ends every stream. */
  closing: AbortSignal;
  log: Log;
}

const API = '/admin/api';

/** Everything at and below `/admin`, each answer under the same policy. */
export function createAdminRoutes(options: AdminRoutesOptions): RouteTable {
  const { access, operations, files } = options;
  const api = createApiRoute(options);
  const fixed = new Map<string, Route>([
    ['/admin', createPageRoute({ access, files })],
    ['/admin/', TO_PAGE],
    ['/admin/session', createSessionRoute(access)],
    [`${API}/openapi.json`, createDescriptionRoute(access, describeApi(operations))],
    ...createAssetRoutes({ access, files }),
  ]);
  return (path) => {
    const route = fixed.get(path) ?? (path.startsWith(`${API}/`) ? api(path.slice(API.length)) : undefined);
    return route && guarded(route);
  };
}

/** The page's addresses are relative to `/admin` without a slash. */
const TO_PAGE: Route = {
  name: 'admin',
  methods: ['GET'],
  handle: () => ({ status: 308, headers: { Location: '../admin' }, body: '' }),
};

/**
 * The page runs its own script alone and talks to nobody but us, whatever an event's text may try; no
 * other page frames it or learns that somebody came from it.
 */
const POLICY: Answer['headers'] = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
};

function guarded(route: Route): Route {
  return {
    ...route,
    async handle(request) {
      const { headers, ...rest } = await route.handle(request);
      return { ...rest, headers: { ...POLICY, ...headers } };
    },
  };
}
