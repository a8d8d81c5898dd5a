import type { ReadBody } from './body.ts';
import type { Incoming } from './exchange.ts';
import { isUtf8 } from './media-type.ts';

export type JsonBody = { value: unknown } | { status: 400 | 413 | 415; message: string };

/**
 * Levels of nesting; a batch with the deepest documented event has six. Much deeper ones would
 * overflow the stack of whoever walks them by recursion. They are cut rather than refused: what is
 * so deep is in no field that anybody reads, and must not take its neighbours with it.
 */
const MAX_DEPTH = 32;

/** Keys that reach an object's prototype where a later merge is careless. */
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * The body of a request as JSON, or the status that goes with what is wrong with it. Messages
 * never quote the body, which may hold personal data.
 *
 * Compressed bodies are refused, on the server routes too: none of Microsoft's documents offers
 * compression, so no client of its API can depend on it, and there is no bomb to defuse.
 */
export async function readJson(request: Incoming, limitBytes: number): Promise<JsonBody> {
  const body = await request.body(limitBytes);
  if ('failed' in body) return FAILURES[body.failed](limitBytes);
  if ('parsed' in body && !isTextual(body.parsed)) return cleaned(body.parsed);
  // A parser in front has also undone the encoding; what it left is plain.
  if ('bytes' in body && (request.header('content-encoding') ?? 'identity').toLowerCase() !== 'identity') {
    return { status: 415, message: 'a compressed body is not supported: send it without Content-Encoding' };
  }
  if (!isUtf8(request.header('content-type'))) return { status: 415, message: 'the charset must be utf-8' };
  return parseJson('bytes' in body ? body.bytes : (body.parsed as string | Buffer), limitBytes);
}

/** Parses JSON; prototype keys are dropped and depth is bounded. */
export function parseJson(source: string | Buffer, limitBytes: number): JsonBody {
  if (Buffer.byteLength(source) > limitBytes) return FAILURES.tooLarge(limitBytes);
  // A byte order mark is no JSON, but some senders write it.
  const text = source.toString().replace(/^\uFEFF/, '');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // V8's own message quotes the body.
    const position = /position \d+/.exec(String(error))?.[0];
    return { status: 400, message: `the body is not valid JSON${position ? ` at ${position}` : ''}` };
  }
  return cleaned(value);
}

function cleaned(value: unknown): JsonBody {
  if (isObject(value)) clean(value, 1);
  return { value };
}

/** Deletes prototype keys and cuts what is nested too deeply, in place; the recursion ends there too. */
function clean(object: Record<string, unknown>, depth: number): void {
  for (const key of Object.keys(object)) {
    const child = object[key];
    if (PROTOTYPE_KEYS.has(key)) delete object[key];
    else if (!isObject(child)) continue;
    else if (depth === MAX_DEPTH) object[key] = null;
    else clean(child, depth + 1);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isTextual(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

const FAILURES: Record<
  Extract<ReadBody, { failed: unknown }>['failed'],
  (limitBytes: number) => Extract<JsonBody, { status: unknown }>
> = {
  tooLarge: (limitBytes) => ({ status: 413, message: `the body is larger than ${limitBytes} bytes` }),
  aborted: () => ({ status: 400, message: 'the body ended early' }),
  consumed: () => ({
    status: 400,
    message: 'the body was read by something in front of the collector, which left no req.body',
  }),
};
