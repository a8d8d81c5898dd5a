import { randomUUID } from 'node:crypto';
import { type Answer, json } from '../answer.ts';

/** A refusal of the token endpoint: the OAuth name and the AADSTS number. */
export interface TokenError {
  error: string;
  code: number;
  text: string;
  /** Default 400. */
  status?: number;
}

/** The body has everything that Entra's has; the description's lines are part of the form. */
export function tokenError({ error, code, text, status = 400 }: TokenError, now: number): Answer {
  const traceId = randomUUID();
  const correlationId = randomUUID();
  const timestamp = new Date(now).toISOString().replace('T', ' ').replace(/\.\d+/, '');
  return json(status, {
    error,
    error_description: `AADSTS${code}: ${text}\r\nTrace ID: ${traceId}\r\nCorrelation ID: ${correlationId}\r\nTimestamp: ${timestamp}`,
    error_codes: [code],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
  });
}

/** Google's refusals have no numbers. */
export function googleTokenError({ error, text, status = 400 }: TokenError): Answer {
  return json(status, { error, error_description: text });
}
