import type { OutgoingHttpHeaders } from 'node:http';

/** An answer before it is written. */
export interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
}

export function json(status: number, value: unknown, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}

export function asset(contentType: string, body: string, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status: 200,
    headers: { 'content-type': `${contentType}; charset=utf-8`, 'cache-control': 'no-cache', ...headers },
    body,
  };
}
