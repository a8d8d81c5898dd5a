import { randomBytes } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';
import type { CapiAnswer, CapiError } from '@uet-capi/protocol';
import { type Answer, json } from './answer.ts';

/** An error in the shape of Microsoft's. */
export function failure(status: number, error: CapiError, headers: OutgoingHttpHeaders = {}): Answer {
  return json(status, { error, traceId: traceId() } satisfies CapiAnswer, headers);
}

/** An opaque string; the form is that of a W3C trace context. */
export function traceId(): string {
  return `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}
