import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import type { Detail } from '@uet-capi/protocol';
import { redactHeaders } from './redaction.ts';

/** The log keeps at most so many requests and so many characters of their bodies, newest last. */
const MAX_REQUESTS = 10_000;
const MAX_BODY_CHARACTERS = 64_000_000;

/** One request to Microsoft's routes, as it came, with the answer given. */
export interface RequestRecord {
  /** From 1, in order of arrival. */
  number: number;
  /** Ms since 1970 by the sandbox's clock. */
  receivedAt: number;
  method: string;
  /** With its query string. */
  path: string;
  /** The values of `authorization` and `developertoken` are not kept. */
  headers: IncomingHttpHeaders;
  /** As it came, but for the secrets of a token request. */
  body: string;
  /** The decoded parameters of a beacon. */
  params?: Record<string, string>;
  /** The events of a Conversions API request, also of a refused one: one attempt each. */
  events?: { eventType: unknown; eventName: unknown; eventId: unknown; accepted: boolean }[];
  /** Every error and warning of the events, not only the ten that the answer lists; partial errors of uploads. */
  details: Detail[];
  /** What a sender should know and Microsoft does not say, such as unknown fields. */
  notes: string[];
  /** Whether a fault switch took part in the answer. */
  fault: boolean;
  /** Absent while the request waits. `reset`: the connection was cut instead. */
  answer?: { status: number; headers: OutgoingHttpHeaders; body: string } | { reset: true };
}

export interface RequestLog {
  add(request: Omit<RequestRecord, 'number' | 'details' | 'notes' | 'fault'>): RequestRecord;
  list(): RequestRecord[];
  /** Requests since the start or the last reset, those no longer kept included. */
  total(): number;
  clear(): void;
}

export function createRequestLog(): RequestLog {
  let records: RequestRecord[] = [];
  let total = 0;
  let characters = 0;
  return {
    add(request) {
      total += 1;
      const record: RequestRecord = {
        ...request,
        number: total,
        headers: redactHeaders(request.headers),
        details: [],
        notes: [],
        fault: false,
      };
      records.push(record);
      characters += record.body.length;
      while (records.length > MAX_REQUESTS || (characters > MAX_BODY_CHARACTERS && records.length > 1)) {
        characters -= records.shift()!.body.length;
      }
      return record;
    },
    list: () => [...records],
    total: () => total,
    clear() {
      records = [];
      total = 0;
      characters = 0;
    },
  };
}
