import { type Answer, asset } from './answer.ts';
import { type BatSettings, batScript, CONTAINER_SCRIPT } from './bat-script.ts';
import { conversionOf, pageLoadOf } from './beacon.ts';
import type { Call } from './call.ts';
import { answerCapi, NOT_COUNTED, type Tokens } from './capi-route.ts';
import { failure } from './failure.ts';
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
    const isPing = target.kind === 'beacon' || target.kind === 'ping';
    const methods = isPing ? ['GET', 'POST'] : ['GET', 'HEAD'];
    if (!methods.includes(record.method)) {
      const error = { code: 'MethodNotAllowed', message: `${record.method} is not allowed.` };
      return failure(405, error, { allow: methods.join(', ') });
    }
    if (target.kind === 'bat.js') return asset('text/javascript', script);
    if (target.kind === 'container') return asset('text/javascript', CONTAINER_SCRIPT);
    if (target.kind === 'beacon') takeBeacon(record, state);
    return { status: 204, headers: { 'cache-control': 'no-cache, must-revalidate' }, body: '' };
  };
}

function takeBeacon({ params = {}, notes }: RequestRecord, state: State) {
  const now = state.clock.now();
  const conversion = conversionOf(params);
  if (conversion) state.conversions.add(conversion, now);
  const pageLoad = pageLoadOf(params);
  if (pageLoad) state.pageLoads.add(pageLoad, now);
  if (params.asc === 'D' && params.evt === 'custom') notes.push(NOT_COUNTED);
}
