import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { UNAUTHORIZED } from '@uet-capi/protocol';
import { type Answer, json } from './answer.ts';
import { readCall } from './call.ts';
import type { Control } from './control.ts';
import { failure } from './failure.ts';
import type { Fault } from './faults.ts';
import type { Microsoft } from './microsoft.ts';
import { redactAnswer, redactForm } from './redaction.ts';
import type { RequestRecord } from './request-log.ts';
import type { State } from './state.ts';

/** Largest request body, bytes. Microsoft names no limit; this only protects the memory. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export interface ListenerParts {
  state: State;
  microsoft: Microsoft;
  control: Control;
  /** Aborted by a reset or a close: delayed answers are then given up. */
  aborted(): AbortSignal;
  /** Called after every change that the page shows. */
  changed(): void;
}

/** Answers every request: the sandbox's own routes, and all others as Microsoft, with its faults. */
export function createListener({ state, microsoft, control, aborted, changed }: ListenerParts) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/';
    const [pathname = '/', query = ''] = split(path);
    let body: string | undefined;
    try {
      body = await readBody(request);
    } catch {
      // The client went away in the middle of its own request.
      request.destroy();
      return;
    }
    if (body === undefined) {
      write(
        response,
        json(413, { error: { code: 'TooLarge', message: `At most ${MAX_BODY_BYTES} bytes.` } }),
      );
      return;
    }
    if (control.owns(pathname)) {
      control.answer({ request, response, pathname, body });
      return;
    }

    const method = request.method ?? 'GET';
    const record = state.requests.add({
      receivedAt: state.clock.now(),
      method,
      path,
      headers: request.headers,
      body: redactForm(pathname, body),
    });
    const { authorization, developertoken } = request.headers;
    const secrets = { authorization, developerToken: developertoken as string | undefined };
    const call = readCall(record, { pathname, query, body, secrets });
    changed();
    const fault = state.faults.take({ method, path: pathname, tagId: call.target.tagId });
    const process = () => microsoft(call);
    const answer = fault ? await answerWithFault(fault, process, record, response, aborted()) : process();
    if (answer === 'reset') {
      record.answer = { reset: true };
      request.socket.resetAndDestroy();
    } else {
      record.answer = { status: answer.status, headers: answer.headers, body: kept(pathname, answer) };
      write(response, answer);
    }
    changed();
  };
}

/** See `faultSchema` for what each switch means. */
async function answerWithFault(
  fault: Fault,
  process: () => Answer,
  record: RequestRecord,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<Answer | 'reset'> {
  record.fault = true;
  const early = fault.storeFirst ? process() : undefined;
  if (fault.delayMs) {
    const given = await delay(fault.delayMs, true, { signal }).catch(() => false);
    if (!given || response.destroyed) return 'reset';
  }
  if (fault.reset) return 'reset';
  const answer =
    fault.status === undefined && fault.body === undefined ? (early ?? process()) : replaced(fault, record);
  return { ...answer, headers: { ...answer.headers, ...fault.headers } };
}

function replaced({ status = 200, body }: Fault, { events }: RequestRecord): Answer {
  // The Conversions API says why; of the others it is not known.
  if (body === undefined && status === 401 && events) return failure(401, UNAUTHORIZED);
  if (body === undefined || typeof body === 'string') {
    return { status, headers: { 'cache-control': 'no-store' }, body: body ?? '' };
  }
  return json(status, body);
}

/** Scripts are not worth keeping: they are the same every time. */
function kept(pathname: string, { headers, body }: Answer): string {
  return String(headers['content-type']).startsWith('text/javascript') ? '' : redactAnswer(pathname, body);
}

function write(response: ServerResponse, { status, headers, body }: Answer) {
  response.writeHead(status, headers);
  response.end(body);
}

function split(path: string): [string, string] {
  const mark = path.indexOf('?');
  return mark < 0 ? [path, ''] : [path.slice(0, mark), path.slice(mark + 1)];
}

/** Undefined: too large. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return length > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}
