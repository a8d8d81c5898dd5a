import { randomUUID } from 'node:crypto';
import { UNAUTHORIZED } from '@uet-capi/protocol';
import type { Config } from '../config/config.ts';
import type { Intake } from '../intake/intake.ts';
import { json, REFUSAL_MESSAGES, retryAfter, TOO_MANY_MESSAGE } from './answers.ts';
import { compileBearer } from './bearer.ts';
import type { Answer, Route } from './exchange.ts';
import { readJson } from './json-body.ts';
import type { KeyGuard } from './key-guard.ts';
import { mediaType } from './media-type.ts';
import type { RateLimits } from './rate-limits.ts';

export interface ServerRouteOptions {
  config: Config;
  intake: Intake;
  guard: KeyGuard;
  limits: RateLimits;
}

/**
 * `POST /v1/{tagId}/events`: request and answer of Microsoft's own endpoint.
 *
 * @returns the route of one tag; an unknown tag answers as a wrong key does
 */
export function createServerRoutes({
  config,
  intake,
  guard,
  limits,
}: ServerRouteOptions): (tagId: string) => Route {
  const keys = new Map(config.sites.map((site) => [site.tagId, compileBearer(site.serverKey)]));
  const nobodys = compileBearer(undefined);

  return (tagId) => ({
    name: 'server_events',
    methods: ['POST'],
    async handle(request) {
      // Before the body is read: who has no key sends no megabytes.
      const isKey = keys.get(tagId) ?? nobodys;
      const verdict = guard(isKey(request.header('authorization')), request);
      if (verdict === 'wrong') {
        const body = { error: UNAUTHORIZED, traceId: randomUUID() };
        return json(401, body, { 'WWW-Authenticate': 'Bearer' });
      }
      const retryAfterS =
        verdict === 'right' ? limits.server(tagId, request.receivedAt) : verdict.retryAfterS;
      if (retryAfterS > 0) {
        return failure(429, 'TooManyRequests', TOO_MANY_MESSAGE, retryAfter({ retryAfterS }));
      }
      if (mediaType(request.header('content-type')) !== 'application/json') {
        return failure(415, 'UnsupportedMediaType', 'the content type must be application/json');
      }
      const body = await readJson(request, config.limits.serverBodyBytes);
      if ('status' in body && body.status !== 400) {
        const headers = body.retryAfterS ? retryAfter({ retryAfterS: body.retryAfterS }) : {};
        return failure(body.status, FAILURE_CODES[body.status], body.message, headers);
      }
      // What is no JSON has no events, and Microsoft's rules have an answer for that.
      const value = 'value' in body ? body.value : undefined;

      return answered(intake.capi(tagId, value, request.receivedAt));
    },
  });
}

/** A function of its own: nothing of the request is to stay in memory until it is on disk. */
async function answered(taking: ReturnType<Intake['capi']>): Promise<Answer> {
  const taken = await taking;
  if ('refused' in taken) {
    return failure(503, 'ServiceUnavailable', REFUSAL_MESSAGES[taken.refused], retryAfter(taken));
  }
  return json(taken.status, taken.body);
}

const FAILURE_CODES = {
  408: 'RequestTimeout',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  503: 'ServiceUnavailable',
} as const;

/** Statuses of which Microsoft's documents say nothing, in the shape of those that they show. */
function failure(status: number, code: string, message: string, headers: Answer['headers'] = {}): Answer {
  return json(status, { error: { code, message }, traceId: randomUUID() }, headers);
}
