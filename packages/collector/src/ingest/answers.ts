import type { Refusal } from '../intake/intake.ts';
import type { Answer } from './exchange.ts';

/** The answer is about this request alone. */
export const NO_STORE = { 'Cache-Control': 'no-store' } as const;

/** What went wrong, for the person who wrote the client. */
export interface Complaint {
  /** Where in the request, `data[3]`; missing where the whole request is meant. */
  path?: string;
  message: string;
}

export function json(status: number, body: unknown, headers: Answer['headers'] = {}): Answer {
  return {
    status,
    headers: { ...headers, 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store' },
    body: JSON.stringify(body),
  };
}

export function complaint(status: number, error: Complaint, headers: Answer['headers'] = {}): Answer {
  return json(status, { error }, headers);
}

export function plain(status: number, text: string): Answer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...NO_STORE }, body: text };
}

/** For who asks the collector alone, with no application behind it. */
export const NOT_FOUND = complaint(404, { message: 'nothing is here' });

/** Nothing was taken; the sender keeps it and comes back. */
export function retryAfter({ retryAfterS }: Pick<Refusal, 'retryAfterS'>): Answer['headers'] {
  return { 'Retry-After': String(Math.ceil(retryAfterS)) };
}

/** What a limit answers. */
export const TOO_MANY_MESSAGE = 'too many requests; nothing was taken';

/** Why a refusal happened, in the words of the answer. */
export const REFUSAL_MESSAGES: Record<Refusal['refused'], string> = {
  busy: 'the collector cannot take events right now; nothing was taken',
  stopping: 'the collector is stopping; nothing was taken',
};
