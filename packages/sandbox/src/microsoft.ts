import { type Answer, asset } from './answer.ts';
import { type BatSettings, batScript, CONTAINER_SCRIPT } from './bat-script.ts';
import { beaconParams, conversionOf, pageLoadOf } from './beacon.ts';
import { answerCapi, attemptedEvents, type Tokens } from './capi-route.ts';
import { failure } from './failure.ts';
import type { RequestRecord } from './request-log.ts';
import type { State } from './state.ts';

/** What a path on one of Microsoft's hosts is. */
export type Target =
  | { kind: 'capi'; tagId: string }
  | { kind: 'bat.js' | 'beacon' | 'ping' | 'container'; tagId: string | undefined }
  | { kind: 'unknown'; tagId: undefined };

export function targetOf(pathname: string, query: string): Target {
  const capi = /^\/v1\/(\d+)\/events$/.exec(pathname);
  if (capi) return { kind: 'capi', tagId: capi[1]! };
  const container = /^\/p\/action\/([\w-]+)\.js$/.exec(pathname);
  if (container) return { kind: 'container', tagId: container[1]! };
  if (pathname === '/bat.js') return { kind: 'bat.js', tagId: undefined };
  if (pathname === '/action/0') return { kind: 'beacon', tagId: beaconParams(query).ti };
  if (pathname === '/actionp/0') return { kind: 'ping', tagId: beaconParams(query).ti };
  return { kind: 'unknown', tagId: undefined };
}

/** Writes into the record what can be read from the request without processing it. */
export function describe(target: Target, query: string, record: RequestRecord): void {
  if (target.kind === 'capi') record.events = attemptedEvents(record.body);
  if (target.kind === 'beacon' || target.kind === 'ping') record.params = beaconParams(query);
}

/** The token comes beside the record, because the record does not keep it. */
export type Microsoft = (target: Target, record: RequestRecord, authorization: string | undefined) => Answer;

/** Processes a request as Microsoft would and gives the answer. */
export function createMicrosoft(state: State, tokens: Tokens, settings: BatSettings): Microsoft {
  const script = batScript(settings);
  return (target, record, authorization) => {
    if (target.kind === 'capi') return answerCapi(target.tagId, record, authorization, tokens, state);
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
  if (params.asc === 'D' && params.evt === 'custom')
    notes.push('consent denied: not counted as a conversion');
}
