import { isRecord } from '@uet-capi/protocol';
import type { Warning } from '../../store/port.ts';
import { firstValue, shorten } from '../answer-text.ts';
import type { Answer, EventResult, Refused } from '../destination.ts';
import { readRetryAfter } from '../retry-after.ts';
import { type NamedDetail, readDetails } from './read-details.ts';

/** What came back over HTTP, and what it is the answer to. */
export interface HttpAnswer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | string[] | undefined>;
  /** As far as it could be read; may be empty, cut off or no JSON. */
  body: string;
  /** How many events the request held. */
  count: number;
  /** When it came, ms since 1970. */
  now: number;
}

/** The token is wrong (401, 403), or the address is: nothing there (404, 410), or something else is (405). */
const MISCONFIGURED: ReadonlySet<number> = new Set([401, 403, 404, 405, 410]);

const TOO_LARGE = 413;
const TOO_MANY_REQUESTS = 429;

/**
 * What says that events are invalid: 400 by the documentation, 422 by its meaning. Every other status may be that of
 * something on the way, which knows nothing of events (407 of a proxy, 421 of a CDN, 406 of a firewall, 451 of a
 * filter): given up for it, all of them would be lost while it lasts.
 */
const INVALID: ReadonlySet<number> = new Set([400, 422]);

/** Of an answer that something on the way may have given. */
const FOREIGN = "the answer is not in Microsoft's form";

/** What an accepted event says of an answer that may not be Microsoft's. */
const FOREIGN_ANSWER = {
  path: '',
  code: 'ForeignAnswer',
  message:
    "The answer was a success, but not in the form of Microsoft's: something on the way (a proxy, a maintenance page) " +
    'may have given it, and Microsoft may know nothing of the event.',
};

/**
 * Reads an answer of the Conversions API to a request with `continueOnValidationError: false`. The
 * status decides, because the body may be missing; in the body only the details count, because
 * `error.code` also says `ValidationError` when there are nothing but warnings.
 *
 * A body that is no JSON object is not known from Microsoft. A success is believed all the same, with a warning: sent
 * again, page loads would count twice if it was one. A refusal is not: given up for it, events would be lost.
 *
 * 403, 404, 405 and 410 pause a tag as 401 does: Microsoft documents none of them, and an address
 * that is wrong can be put right, while events that were given up for it are lost.
 */
export function readAnswer(http: HttpAnswer): Answer {
  const { status, headers, now } = http;
  const body = parse(http.body);
  const error = isRecord(body) && isRecord(body.error) ? body.error : {};
  const message = describe(http, body, error);

  if (isSuccess(status)) {
    return processed(
      http.count,
      readDetails(error.details, http.count),
      isForeign(http) ? [FOREIGN_ANSWER] : [],
    );
  }
  if (isMisconfigured(status)) return { kind: 'unauthorized', message };
  if (status === TOO_LARGE) return { kind: 'too-large', message };
  if (!INVALID.has(status) || isForeign(http)) {
    return {
      kind: status === TOO_MANY_REQUESTS ? 'throttled' : 'unavailable',
      message,
      retryAfterMs: readRetryAfter(firstValue(headers['retry-after']), now),
    };
  }
  const details = readDetails(error.details, http.count);
  const about = details[0];
  return {
    kind: 'refused',
    rejected: rejections(details),
    code: shorten(about?.code ?? text(error.code) ?? `HTTP${status}`),
    message: about?.message ? shorten(about.message) : message,
  };
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** True for a body that is neither a JSON object, be it cut off, nor empty. */
export function isForeign({ body }: Pick<HttpAnswer, 'body'>): boolean {
  return /^\s*[^\s{]/.test(body);
}

/** True when the status blames the token or the address, not the events. */
export function isMisconfigured(status: number): boolean {
  return MISCONFIGURED.has(status);
}

/**
 * With the flag off a 2xx says that every event was processed; `eventsReceived` adds nothing. An
 * event named with an error all the same is believed to be refused: that is visible and can be replayed.
 */
function processed(count: number, details: readonly NamedDetail[], ofAll: readonly Warning[]): Answer {
  const rejected = new Map(rejections(details).map((refused) => [refused.position, refused]));
  const warnings = new Map<number, Warning[]>();
  for (const { position, path, code, message, severity } of details) {
    if (position === undefined || severity === 'error') continue;
    const known = warnings.get(position) ?? [];
    known.push({ path: shorten(path), code: shorten(code), message: shorten(message) });
    warnings.set(position, known);
  }
  const results = Array.from({ length: count }, (_, position): EventResult => {
    const refused = rejected.get(position);
    if (refused) return { state: 'rejected', code: refused.code, message: refused.message };
    return { state: 'accepted', warnings: warnings.get(position) ?? ofAll };
  });
  return { kind: 'processed', results };
}

/** The events that an error names, each with its first error. */
function rejections(details: readonly NamedDetail[]): Refused[] {
  const byPosition = new Map<number, Refused>();
  for (const { position, code, message, severity } of details) {
    if (position === undefined || severity !== 'error' || byPosition.has(position)) continue;
    byPosition.set(position, { position, code: shorten(code), message: shorten(message) });
  }
  return [...byPosition.values()];
}

/** One line for the operator. The id of the request is what Microsoft's support asks for. */
function describe(http: HttpAnswer, body: unknown, error: Record<string, unknown>): string {
  const { status, headers } = http;
  const said = text(error.message) ?? (isForeign(http) ? FOREIGN : undefined);
  const trace =
    (isRecord(body) ? text(body.traceId) : undefined) ??
    firstValue(headers['x-ms-request-id']) ??
    firstValue(headers['request-id']);
  return shorten(`HTTP ${status}${said ? `: ${said}` : ''}`) + (trace ? ` (trace ${shorten(trace)})` : '');
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
