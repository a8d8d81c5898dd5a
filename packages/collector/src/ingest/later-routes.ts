import type { Config, Site } from '../config/config.ts';
import type { Intake, Refusal } from '../intake/intake.ts';
import type { LaterResult } from '../intake/later-result.ts';
import { complaint, json, REFUSAL_MESSAGES, retryAfter, TOO_MANY_MESSAGE } from './answers.ts';
import { compileBearer } from './bearer.ts';
import type { Answer, Incoming, Route } from './exchange.ts';
import { readJson } from './json-body.ts';
import type { KeyGuard } from './key-guard.ts';
import { mediaType } from './media-type.ts';
import type { RateLimits } from './rate-limits.ts';

export interface LaterRouteOptions {
  config: Config;
  intake: Pick<Intake, 'conversions' | 'adjustments'>;
  guard: KeyGuard;
  limits: RateLimits;
}

/** In one request; as many as Microsoft takes at once. */
const MAX_ITEMS = 1_000;

/** `POST /v1/conversions` and `POST /v1/adjustments`, with the key of a site. */
export function createLaterRoutes(options: LaterRouteOptions): { conversions: Route; adjustments: Route } {
  return {
    conversions: createLaterRoute('conversions', options),
    adjustments: createLaterRoute('adjustments', options),
  };
}

function createLaterRoute(
  list: 'conversions' | 'adjustments',
  { config, intake, guard, limits }: LaterRouteOptions,
): Route {
  const keys = config.sites.map((site) => ({ site, isKey: compileBearer(site.serverKey) }));

  async function handle(request: Incoming): Promise<Answer> {
    const admitted = admit(request);
    if ('status' in admitted) return admitted;
    if (mediaType(request.header('content-type')) !== 'application/json') {
      return complaint(415, { message: 'the content type must be application/json' });
    }
    const body = await readJson(request, config.limits.serverBodyBytes);
    if ('status' in body) {
      const headers = body.retryAfterS ? retryAfter({ retryAfterS: body.retryAfterS }) : {};
      return complaint(body.status, { path: '', message: body.message }, headers);
    }
    const given = (body.value ?? {}) as { site?: unknown } & Record<typeof list, unknown>;
    const named = given.site ?? config.rootSite;
    const site =
      admitted.sites.length === 1 ? admitted.sites[0] : admitted.sites.find(({ id }) => id === named);
    if (!site || (given.site !== undefined && given.site !== site.id)) {
      return complaint(400, { path: 'site', message: 'must be the id of a site that this key is for' });
    }
    const inputs = given[list];
    if (!Array.isArray(inputs) || inputs.length === 0 || inputs.length > MAX_ITEMS) {
      return complaint(400, { path: list, message: `must be a list of 1 to ${MAX_ITEMS}` });
    }
    const taken: LaterResult[] | Refusal = await intake[list](site.id, inputs, request.receivedAt);
    return 'refused' in taken
      ? complaint(503, { message: REFUSAL_MESSAGES[taken.refused] }, retryAfter(taken))
      : json(202, { results: taken });
  }

  /** The sites whose key it is, or why nobody's. All are compared: the time tells nothing. */
  function admit(request: Incoming): { sites: Site[] } | Answer {
    const authorization = request.header('authorization');
    const sites = keys.filter(({ isKey }) => isKey(authorization)).map(({ site }) => site);
    const verdict = guard(sites.length > 0, request);
    if (verdict === 'wrong') {
      const error = { message: 'the server key is needed: Authorization: Bearer …' };
      return complaint(401, error, { 'WWW-Authenticate': 'Bearer' });
    }
    const retryAfterS =
      verdict === 'right' ? limits.server(sites[0]!.tagId, request.receivedAt) : verdict.retryAfterS;
    if (retryAfterS > 0) return complaint(429, { message: TOO_MANY_MESSAGE }, retryAfter({ retryAfterS }));
    return { sites };
  }

  return { name: list, methods: ['POST'], handle };
}
