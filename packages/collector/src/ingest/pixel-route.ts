import { pixelEnvelopeSchema } from '@uet-capi/protocol';
import { z } from 'zod';
import type { Config, Site } from '../config/config.ts';
import type { Intake } from '../intake/intake.ts';
import { complaint, json, REFUSAL_MESSAGES, retryAfter, TOO_MANY_MESSAGE } from './answers.ts';
import { answerArrival, isPass, PASS_HEADER, passKey } from './arrival.ts';
import { readClient } from './client.ts';
import { identityCookies, readClickCookie } from './cookies.ts';
import { corsHeaders, preflight } from './cors.ts';
import type { Answer, Incoming, Route } from './exchange.ts';
import { readJson } from './json-body.ts';
import { mediaType } from './media-type.ts';
import { compileOrigin, judgeOrigin } from './origin.ts';
import { type OwnAddress, ownAddress } from './own-address.ts';
import { isPrefetch } from './prefetch.ts';
import type { Trust } from './proxies.ts';
import type { RateLimits } from './rate-limits.ts';

export interface BrowserRouteOptions {
  site: Site;
  config: Config;
  intake: Intake;
  trust: Trust;
  limits: RateLimits;
}

/** `text/plain` spares the browser the preflight. */
const MEDIA_TYPES = ['text/plain', 'application/json'];

/** `POST /e`: a batch from the pixel. */
export function createPixelRoute({ site, config, intake, trust, limits }: BrowserRouteOptions): Route {
  const rules = site.origins.map(compileOrigin);
  const key = passKey(site, config);

  async function handle(request: Incoming): Promise<Answer> {
    const own = ownAddress(request, trust);
    const origin = request.header('origin');
    const fetchSite = request.header('sec-fetch-site');
    const verdict = judgeOrigin({ origin, fetchSite, hostname: own.hostname }, rules);
    if (isPass(key, request.header(PASS_HEADER), request.receivedAt)) {
      return answerArrival(site, origin, verdict, readClient(request, config, trust).ip, own);
    }
    if (!verdict.allowed) {
      // A sandboxed frame or a local file can never be allowed: it hears so, once and for all. Any other
      // page sees no answer, keeps its events and comes back, until the operator has named its origin.
      const cors = corsHeaders(origin === 'null' ? origin : undefined);
      return complaint(403, { message: 'this origin may not send events here' }, cors);
    }
    if (request.method === 'OPTIONS') return preflight(origin);

    const cors = corsHeaders(origin);
    const client = readClient(request, config, trust);
    const waitS = limits.browser(site.id, client.ip, client.receivedAt);
    if (waitS > 0) {
      const headers = { ...cors, ...retryAfter({ retryAfterS: waitS }) };
      return complaint(429, { message: TOO_MANY_MESSAGE }, headers);
    }
    if (isPrefetch(request)) {
      return complaint(403, { message: 'a prerendered page did not happen: nothing was taken' }, cors);
    }
    if (!MEDIA_TYPES.includes(mediaType(request.header('content-type')))) {
      return complaint(415, { message: `the content type must be ${MEDIA_TYPES.join(' or ')}` }, cors);
    }
    const body = await readJson(request, config.limits.browserBodyBytes);
    if ('status' in body) {
      const headers = { ...cors, ...(body.retryAfterS && retryAfter({ retryAfterS: body.retryAfterS })) };
      return complaint(body.status, { path: '', message: body.message }, headers);
    }
    const envelope = pixelEnvelopeSchema.safeParse(body.value);
    if (!envelope.success) return complaint(400, firstFlaw(envelope.error), cors);
    const { data, reports = [] } = envelope.data;
    limits.browserEvents(data.length + reports.length, client.ip, client.receivedAt);

    const click = readClickCookie(request.header('cookie'));
    // Returned and not awaited: nothing of the request is to stay in memory until it is on disk.
    const taking = intake.pixel(site.id, envelope.data, client);
    return answered(taking, verdict.sameSite ? own : undefined, click, cors);
  }

  return { name: 'events', methods: ['POST', 'OPTIONS'], handle };
}

/**
 * @param own where cookies may be set: one for another site's page would be a third-party one
 * @param click the click id that the browser has
 */
async function answered(
  taking: ReturnType<Intake['pixel']>,
  own: OwnAddress | undefined,
  click: string | undefined,
  cors: Answer['headers'],
): Promise<Answer> {
  const taken = await taking;
  if ('refused' in taken) {
    const headers = { ...cors, ...retryAfter(taken) };
    return complaint(503, { message: REFUSAL_MESSAGES[taken.refused] }, headers);
  }
  const cookies = own ? identityCookies(taken.identity, own, click) : [];
  return json(202, taken.answer, cookies.length > 0 ? { ...cors, 'Set-Cookie': cookies } : cors);
}

function firstFlaw(error: z.ZodError) {
  const issue = error.issues[0]!;
  return { path: z.core.toDotPath(issue.path), message: issue.message };
}
