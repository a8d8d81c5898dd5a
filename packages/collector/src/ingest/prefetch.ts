import type { Incoming } from './exchange.ts';

/** True for what a page sends before anybody has seen it. `Purpose` is the older spelling. */
export function isPrefetch(request: Incoming): boolean {
  const purpose = request.header('sec-purpose') ?? request.header('purpose');
  return purpose !== undefined && /\b(prefetch|prerender)\b/i.test(purpose);
}
