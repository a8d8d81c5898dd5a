import {
  type CapiAnswer,
  type CapiEvent,
  isRecord,
  judgeBatch,
  UNAUTHORIZED,
  unknownFields,
} from '@uet-capi/protocol';
import { type Answer, json } from './answer.ts';
import { dashedUuid } from './beacon.ts';
import type { Call } from './call.ts';
import { failure, traceId } from './failure.ts';
import type { RequestRecord } from './request-log.ts';
import type { State } from './state.ts';

/** The token of every tag when the sandbox was started without tags. */
export const DEFAULT_TOKEN = 'sandbox-token';

/** At most so many notes on one request: a batch of 1,000 has a lot to say. */
const MAX_NOTES = 200;

/** The note on an event of a visitor who denied ad storage. */
export const NOT_COUNTED = 'consent denied, not used for advertising';

/** Tokens by tag id; undefined: every numeric tag exists, with `DEFAULT_TOKEN`. */
export type Tokens = ReadonlyMap<string, string> | undefined;

/** `POST /v1/{tagId}/events`. Order of checks: method, token, content type, body. */
export function answerCapi(
  tagId: string,
  { record, content, secrets }: Call,
  tokens: Tokens,
  state: State,
): Answer {
  if (record.method !== 'POST') {
    return failure(
      405,
      { code: 'MethodNotAllowed', message: `${record.method} is not allowed; use POST.` },
      { allow: 'POST' },
    );
  }
  if (!isAuthorized(tagId, secrets.authorization, tokens)) return failure(401, UNAUTHORIZED);
  if (!/^application\/json\s*(?:;|$)/i.test(record.headers['content-type'] ?? '')) {
    return failure(415, {
      code: 'UnsupportedMediaType',
      message: 'The content type must be application/json.',
    });
  }

  const now = state.clock.now();
  const { status, body, accepted, details } = judgeBatch(content, now);
  const notes = strictNotes(content);
  for (const { index, event } of accepted) {
    store(tagId, event, record, state, now);
    record.events![index]!.accepted = true;
    if (event.adStorageConsent === 'D') notes.push(`data[${index}]: ${NOT_COUNTED}`);
  }
  record.details = details.slice(0, MAX_NOTES);
  record.notes.push(...notes.slice(0, MAX_NOTES));
  return json(status, { ...body, traceId: traceId() } satisfies CapiAnswer);
}

/** Undefined: there is no such tag. */
export function tokenOf(tagId: string, tokens: Tokens): string | undefined {
  return tokens ? tokens.get(tagId) : DEFAULT_TOKEN;
}

function isAuthorized(tagId: string, authorization: string | undefined, tokens: Tokens): boolean {
  const token = tokenOf(tagId, tokens);
  return token !== undefined && authorization === `Bearer ${token}`;
}

function store(tagId: string, event: CapiEvent, { number }: RequestRecord, state: State, now: number) {
  const eventName = event.eventName || null;
  const eventId = event.eventId || null;
  state.capiEvents.add({ tagId, eventName, eventId, content: event, receivedAt: now, request: number });
  const pageLoadId = dashedUuid(event.pageLoadId);
  if (event.eventType === 'pageLoad') {
    state.pageLoads.add({ channel: 'capi', tagId, mid: pageLoadId, url: event.eventSourceUrl ?? null }, now);
  } else if (event.adStorageConsent !== 'D') {
    state.conversions.add(
      {
        channel: 'capi',
        tagId,
        eventName,
        eventId,
        value: event.customData?.value ?? null,
        currency: event.customData?.currency ?? null,
        msclkid: dashedUuid(event.userData.msclkid),
        pageLoadId,
      },
      now,
    );
  }
}

/** What Microsoft ignores in silence and a sender should mend. */
function strictNotes(body: unknown): string[] {
  if (!isRecord(body)) return [];
  const notes = Object.keys(body)
    .filter((name) => !['data', ...TOP_LEVEL_OPTIONS].includes(name))
    .map((name) => `${name}: unknown field, ignored`);
  const events = Array.isArray(body.data) ? body.data : [];
  for (const [index, event] of events.entries()) {
    for (const field of unknownFields(event)) {
      const reason = TOP_LEVEL_OPTIONS.includes(field)
        ? 'belongs at the top level of the request, ignored'
        : 'unknown field, ignored';
      notes.push(`data[${index}].${field}: ${reason}`);
    }
  }
  return notes;
}

const TOP_LEVEL_OPTIONS = ['continueOnValidationError', 'dataProvider'];
