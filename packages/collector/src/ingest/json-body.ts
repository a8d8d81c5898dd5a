import type { ReadBody } from './body.ts';
import type { Incoming } from './exchange.ts';
import { isUtf8 } from './media-type.ts';

export type JsonBody = { value: unknown } | BodyFailure;

export interface BodyFailure {
  status: 400 | 408 | 413 | 415 | 503;
  message: string;
  /** s; where the same request may succeed later. */
  retryAfterS?: number;
}

/**
 * Levels of nesting; a batch with the deepest documented event has six. Much deeper ones would
 * overflow the stack of whoever walks them by recursion. They are cut rather than refused: what is
 * so deep is in no field that anybody reads, and must not take its neighbours with it.
 */
const MAX_DEPTH = 32;

/** A key that reaches an object's prototype where a later merge is careless. */
function reachesPrototype(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype';
}

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

const BYTE_ORDER_MARK = 0xfeff;

/** Parses JSON; prototype keys are dropped and depth is bounded. */
function parseJson(source: string | Buffer, limitBytes: number): JsonBody {
  if (Buffer.byteLength(source) > limitBytes) return FAILURES.tooLarge(limitBytes);
  // A byte order mark is no JSON, but some senders write it.
  const all = source.toString();
  const text = all.charCodeAt(0) === BYTE_ORDER_MARK ? all.slice(1) : all;
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
  if (isContainer(value)) clean(value, 1);
  return { value };
}

/** Deletes prototype keys and cuts what is nested too deeply, in place; the recursion ends there too. */
function clean(container: Container, depth: number): void {
  // By number: the keys of a megabyte of empty lists would be a third of a second of garbage.
  if (Array.isArray(container)) {
    for (let index = 0; index < container.length; index++) {
      const child = container[index];
      if (!isContainer(child)) continue;
      if (depth === MAX_DEPTH) container[index] = null;
      else clean(child, depth + 1);
    }
    return;
  }
  for (const key of Object.keys(container)) {
    const child = container[key];
    if (reachesPrototype(key)) delete container[key];
    else if (!isContainer(child)) continue;
    else if (depth === MAX_DEPTH) container[key] = null;
    else clean(child, depth + 1);
  }
}

type Container = unknown[] | Record<string, unknown>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

function isTextual(value: unknown): value is string | Buffer {
  return typeof value === 'string' || Buffer.isBuffer(value);
}

/** How long who is refused for want of memory should wait: bodies take less than that to come in, s. */
const RETRY_AFTER_S = 2;

const FAILURES: Record<
  Extract<ReadBody, { failed: unknown }>['failed'],
  (limitBytes: number) => BodyFailure
> = {
  tooLarge: (limitBytes) => ({ status: 413, message: `the body is larger than ${limitBytes} bytes` }),
  tooSlow: () => ({ status: 408, message: 'the body took too long to arrive' }),
  tooMany: () => ({
    status: 503,
    message: 'too many bodies are arriving at once; nothing was taken',
    retryAfterS: RETRY_AFTER_S,
  }),
  aborted: () => ({ status: 400, message: 'the body ended early' }),
  consumed: () => ({
    status: 400,
    message: 'the body was read by something in front of the collector, which left no req.body',
  }),
};
