import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { failureName, readText } from '../destinations/answer-text.ts';

export interface ReachOptions {
  /** Default: GET. */
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal: AbortSignal;
}

export type Reached = Answered | Unreached;

export interface Answered {
  kind: 'answered';
  status: number;
  /** Names in lower case. */
  headers: IncomingMessage['headers'];
  body: string;
  /** When the request went out and the answer's head came in, ms. */
  sentAt: number;
  receivedAt: number;
  /** When the certificate ends, ms; undefined without TLS. */
  certificateEndsAt: number | undefined;
}

/** `code`: Node's or OpenSSL's word for it, such as ENOTFOUND, ECONNREFUSED, CERT_HAS_EXPIRED. */
export interface Unreached {
  kind: 'unreached';
  code: string;
}

/** Nothing that is asked for here is larger; the pixel has some 30 kB. Bytes. */
const MAX_ANSWER_BYTES = 1_000_000;

/**
 * One request on a connection of its own, without redirects, as a browser that comes for the first
 * time. Never rejects.
 */
export function reach(url: URL, { method = 'GET', headers, body, signal }: ReachOptions): Promise<Reached> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const sentAt = Date.now();
  return new Promise((resolve) => {
    const outgoing = send(url, { method, headers, signal, agent: false }, async (answer) => {
      const receivedAt = Date.now();
      // The socket leaves the answer with its last byte.
      const certificateEndsAt = certificateEnd(answer.socket as Partial<TLSSocket>);
      const text = await readText(answer, MAX_ANSWER_BYTES);
      const { statusCode: status = 0, headers } = answer;
      resolve({ kind: 'answered', status, headers, body: text, sentAt, receivedAt, certificateEndsAt });
    });
    outgoing.on('error', (error) => resolve({ kind: 'unreached', code: failureName(error, signal) }));
    outgoing.end(body);
  });
}

function certificateEnd(socket: Partial<TLSSocket>): number | undefined {
  const ends = socket.getPeerCertificate?.().valid_to;
  return ends === undefined ? undefined : Date.parse(ends);
}
