import { answerAds } from './ads/routes.ts';
import { type Answer, asset } from './answer.ts';
import { type BatSettings, batScript, CONTAINER_SCRIPT } from './bat-script.ts';
import { conversionOf, pageLoadOf } from './beacon.ts';
import type { Call } from './call.ts';
import { answerCapi, NOT_COUNTED, type Tokens } from './capi-route.ts';
import { failure } from './failure.ts';
import { authorize } from './oauth/authorize.ts';
import { token } from './oauth/token.ts';
import type { RequestRecord } from './request-log.ts';
import type { State } from './state.ts';

export type Microsoft = (call: Call) => Answer;

/** Processes a request as Microsoft would and gives the answer. */
export function createMicrosoft(state: State, tokens: Tokens, settings: BatSettings): Microsoft {
  const script = batScript(settings);
  return (call) => {
    const { target, record } = call;
    if (target.kind === 'capi') return answerCapi(target.tagId, call, tokens, state);
    if (target.kind === 'unknown') {
      return failure(404, { code: 'NotFound', message: 'The resource does not exist.' });
    }
    if (target.kind === 'ads') return answerAds(call, state, tokens);
    const methods = METHODS[target.kind];
    if (!methods.includes(record.method)) {
      const error = { code: 'MethodNotAllowed', message: `${record.method} is not allowed.` };
      return failure(405, error, { allow: methods.join(', ') });
    }
    if (target.kind === 'authorize') return answerAuthorize(call, target.provider, state);
    if (target.kind === 'token') {
      const contentType = record.headers['content-type'];
      return token({ contentType, body: call.body, provider: target.provider }, state);
    }
    if (target.kind === 'bat.js') return asset('text/javascript', script);
    if (target.kind === 'container') return asset('text/javascript', CONTAINER_SCRIPT);
    if (target.kind === 'beacon') takeBeacon(record, state);
    return { status: 204, headers: { 'cache-control': 'no-cache, must-revalidate' }, body: '' };
  };
}

const METHODS = {
  authorize: ['GET', 'POST'],
  token: ['POST'],
  beacon: ['GET', 'POST'],
  ping: ['GET', 'POST'],
  'bat.js': ['GET', 'HEAD'],
  container: ['GET', 'HEAD'],
};

function answerAuthorize(
  { record, query, body }: Call,
  provider: 'microsoft' | 'google',
  state: State,
): Answer {
  return authorize(
    {
      method: record.method,
      address: record.path,
      query: new URLSearchParams(query),
      form: record.method === 'POST' ? new URLSearchParams(body) : undefined,
      provider,
    },
    state,
  );
}

function takeBeacon({ params = {}, notes }: RequestRecord, state: State) {
  const now = state.clock.now();
  const conversion = conversionOf(params);
  if (conversion) state.conversions.add(conversion, now);
  const pageLoad = pageLoadOf(params);
  if (pageLoad) state.pageLoads.add(pageLoad, now);
  if (params.asc === 'D' && params.evt === 'custom') notes.push(NOT_COUNTED);
}
