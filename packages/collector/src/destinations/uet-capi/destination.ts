import { MAX_BATCH_EVENTS } from '@uet-capi/protocol';
import { Pool } from 'undici';
import { failureName, readText } from '../answer-text.ts';
import type { Answer, Destination, ProbeAnswer } from '../destination.ts';
import { type HttpAnswer, isForeign, isMisconfigured, isSuccess, readAnswer } from './read-answer.ts';

export interface UetCapiOptions {
  /** Name of the queue in the store. */
  id: string;
  /** Digits. */
  tagId: string;
  /** The tag's Conversions API token. */
  token: string;
  /** Base URL of the API, `https://capi.uet.microsoft.com`. */
  endpoint: string;
  /** Requests under way at once, at most. */
  maxInFlight: number;
}

/** Sent as `dataProvider`, so that Microsoft can tell who sends. */
const DATA_PROVIDER = 'uet-capi';

/**
 * The flag is off, so that a request is atomic: with status 400 nothing was processed, and the rest
 * can be sent again without making duplicates. With the flag on, an answer that lists ten of many
 * errors leaves open which of the others were taken, and page loads sent twice count twice.
 */
const BODY_START = '{"data":[';
const BODY_END = `],"continueOnValidationError":false,"dataProvider":"${DATA_PROVIDER}"}`;

/** Microsoft names no limit; other senders stay below 1 MB (vendor documentation). Bytes. */
const MAX_BODY_BYTES = 1_000_000;
/** What remains for the events: without the envelope and the comma of each. */
const MAX_EVENT_BYTES = MAX_BODY_BYTES - BODY_START.length - BODY_END.length - MAX_BATCH_EVENTS;

/** An answer lists ten details at most; whatever is longer than this is not Microsoft's. Bytes. */
const MAX_ANSWER_BYTES = 1_000_000;

/** Beside one connection for each request: for the probe, or in place of a dying one. */
const SPARE_CONNECTIONS = 1;

/** The Conversions API of one UET tag (`POST /v1/{tagId}/events`). */
export function createUetCapiDestination(options: UetCapiOptions): Destination {
  const { id, tagId, token } = options;
  const url = new URL(options.endpoint);
  const path = `${url.pathname.replace(/\/+$/, '')}/v1/${tagId}/events`;
  const connections = options.maxInFlight + SPARE_CONNECTIONS;
  // HTTP/2 has nothing to offer to so few requests at a time.
  const pool = new Pool(url.origin, { connections, allowH2: false });
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    accept: 'application/json',
    // Without it any encoding is welcome (RFC 9110, 12.5.3), and an error that cannot be read names no event.
    'accept-encoding': 'identity',
    'user-agent': DATA_PROVIDER,
  };

  async function post(wires: readonly string[], signal: AbortSignal): Promise<HttpAnswer | string> {
    try {
      const body = encode(wires);
      const response = await pool.request({ method: 'POST', path, headers, body, signal });
      const text = await readText(response.body, MAX_ANSWER_BYTES);
      return {
        status: response.statusCode,
        headers: response.headers,
        // A proxy's error page may show the request: what is kept of an answer must not hold the token.
        body: text.replaceAll(token, '[token]'),
        count: wires.length,
        now: Date.now(),
      };
    } catch (error) {
      return `No answer from ${url.host}: ${failureName(error, signal)}.`;
    }
  }

  async function send(wires: readonly string[], signal: AbortSignal): Promise<Answer> {
    const answer = await post(wires, signal);
    if (typeof answer === 'string') return { kind: 'unavailable', message: answer, retryAfterMs: undefined };
    return readAnswer(answer);
  }

  /** A request without events is refused with 400, but only after the token was found good. */
  async function probe(signal: AbortSignal): Promise<ProbeAnswer> {
    const answer = await post([], signal);
    if (typeof answer === 'string') return { kind: 'unknown', message: answer };
    const message = `HTTP ${answer.status}`;
    if (isMisconfigured(answer.status)) return { kind: 'bad', message };
    const good = answer.status === 400 || isSuccess(answer.status);
    return good && !isForeign(answer) ? { kind: 'good' } : { kind: 'unknown', message };
  }

  return {
    id,
    maxEvents: MAX_BATCH_EVENTS,
    maxBytes: MAX_EVENT_BYTES,
    send,
    probe,
    close: () => pool.close(),
  };
}

/**
 * The wires with what goes around them, byte for byte. Into one buffer: joined strings of up to 1 MB, which
 * would then be encoded, made the heap of a collector that drains a backlog twice as large.
 */
function encode(wires: readonly string[]): Buffer {
  const commas = Math.max(wires.length - 1, 0);
  const events = wires.reduce((sum, wire) => sum + Buffer.byteLength(wire), 0);
  const body = Buffer.allocUnsafe(BODY_START.length + events + commas + BODY_END.length);
  let end = body.write(BODY_START);
  for (const [index, wire] of wires.entries()) {
    if (index > 0) end += body.write(',', end);
    end += body.write(wire, end);
  }
  body.write(BODY_END, end);
  return body;
}
