import type { IncomingMessage, ServerResponse } from 'node:http';
import type { z } from 'zod';
import { offlineView } from './ads/offline-view.ts';
import { type Answer, asset, json } from './answer.ts';
import { clockSettingSchema } from './clock.ts';
import { faultsSchema } from './faults.ts';
import { isLoopback } from './loopback.ts';
import { overview } from './overview.ts';
import { PAGE_ASSETS } from './page-assets.ts';
import type { State } from './state.ts';
import { seedSchema } from './world/seed.ts';

export interface ControlRequest {
  request: IncomingMessage;
  response: ServerResponse;
  pathname: string;
  body: string;
}

/** The sandbox's own routes: the page, the views, the switches. */
export interface Control {
  owns(pathname: string): boolean;
  answer(request: ControlRequest): void;
  /** Tells the open pages that something changed. */
  changed(): void;
}

export interface ControlParts {
  state: State;
  /** Forgets everything, waiting answers included. */
  reset(): void;
  /** True when the sandbox listens on loopback only. */
  local: boolean;
  /** What the page's instructions name. */
  example: { tagId: string; token: string };
}

/** At most one notice to the open pages in this time, ms. */
const NOTICE_INTERVAL_MS = 100;

export function createControl({ state, reset, local, example }: ControlParts): Control {
  const watchers = new Set<ServerResponse>();
  let notice: NodeJS.Timeout | undefined;

  const routes: Record<string, { method: 'GET' | 'POST'; answer(body: string): Answer }> = {
    '/favicon.ico': { method: 'GET', answer: () => ({ status: 204, headers: {}, body: '' }) },
    '/_sandbox/overview': { method: 'GET', answer: () => json(200, { ...overview(state), example }) },
    '/_sandbox/conversions': { method: 'GET', answer: () => json(200, state.conversions.list()) },
    '/_sandbox/pageloads': { method: 'GET', answer: () => json(200, state.pageLoads.list()) },
    '/_sandbox/events': { method: 'GET', answer: () => json(200, state.capiEvents.list()) },
    '/_sandbox/offline': { method: 'GET', answer: () => json(200, offlineView(state).conversions) },
    '/_sandbox/adjustments': { method: 'GET', answer: () => json(200, offlineView(state).adjustments) },
    '/_sandbox/requests': { method: 'GET', answer: () => json(200, state.requests.list()) },
    '/_sandbox/faults': {
      method: 'POST',
      answer: (body) =>
        withBody(body, faultsSchema, (faults) => {
          state.faults.replace(faults);
          return { faults: faults.length };
        }),
    },
    '/_sandbox/clock': {
      method: 'POST',
      answer: (body) =>
        withBody(body, clockSettingSchema, (setting) => {
          state.clock.set(setting);
          return { now: state.clock.now() };
        }),
    },
    '/_sandbox/seed': {
      method: 'POST',
      answer: (body) =>
        withBody(body, seedSchema, (seed) => {
          state.seed(seed);
          return {};
        }),
    },
    '/_sandbox/reset': {
      method: 'POST',
      answer: () => {
        reset();
        return json(200, {});
      },
    },
  };

  for (const [path, { type, body, headers }] of Object.entries(PAGE_ASSETS)) {
    routes[path] = { method: 'GET', answer: () => asset(type, body, headers) };
  }

  function watch(response: ServerResponse) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('data: now\n\n');
    watchers.add(response);
    response.on('close', () => watchers.delete(response));
  }

  return {
    owns: (pathname) => pathname.startsWith('/_sandbox/') || Object.hasOwn(routes, pathname),
    answer({ request, response, pathname, body }) {
      const { method, headers } = request;
      if (!isFromHere(headers, local)) {
        return send(response, json(403, { error: 'Only pages of the sandbox itself may ask for this.' }));
      }
      if (pathname === '/_sandbox/changes' && method === 'GET') return watch(response);
      const route = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
      if (!route) return send(response, json(404, { error: `There is no ${pathname}.` }));
      if (method !== route.method) {
        return send(response, json(405, { error: `Use ${route.method}.` }, { allow: route.method }));
      }
      send(response, route.answer(body));
    },
    changed() {
      if (watchers.size === 0) return;
      if (notice) return;
      notice = setTimeout(() => {
        notice = undefined;
        for (const watcher of watchers) watcher.write('data: now\n\n');
      }, NOTICE_INTERVAL_MS).unref();
    },
  };
}

/**
 * Keeps other sites' pages out: a foreign `Origin` cannot press the switches, and a foreign name
 * that resolves to loopback (DNS rebinding) cannot read the views.
 */
function isFromHere({ host = '', origin }: IncomingMessage['headers'], local: boolean): boolean {
  if (local && !isLoopback(host.replace(/:\d+$/, ''))) return false;
  return origin === undefined || origin === `http://${host}`;
}

/** Runs the route with a valid body, or names each thing that is wrong with it. */
function withBody<T>(body: string, schema: z.ZodType<T>, run: (value: T) => unknown): Answer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return json(400, { errors: [{ path: '', message: 'The body is not JSON.' }] });
  }
  const result = schema.safeParse(value);
  if (result.success) return json(200, run(result.data));
  return json(400, {
    errors: result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}

function send(response: ServerResponse, { status, headers, body }: Answer) {
  response.writeHead(status, headers);
  response.end(body);
}
