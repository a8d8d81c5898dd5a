import { z } from 'zod';
import type { ReplayFilter, Store } from '../../store/port.ts';
import { MAX_PAGE_EVENTS } from '../../store/reading.ts';
import { notFound, type Operation, operation, type Problem } from '../operation.ts';
import { eventFilterShape, filterFor } from './event-filter.ts';
import { eventDetailSchema, eventSummarySchema, replayedSchema } from './event-schemas.ts';
import { followEvents } from './follow-events.ts';

export interface EventParts {
  store: Pick<Store, 'search' | 'changes' | 'detail' | 'replay' | 'eraseEvent'>;
}

const TAG = 'Events';

const one = z.object({ seq: z.coerce.number().int().positive() });

const DEFAULT_LIMIT = 50;

const replayState = z.enum(['accepted', 'rejected', 'expired', 'dead']);

/** Events: lists, single ones, and what can be done with them. */
export function createEventOperations({ store }: EventParts): Operation[] {
  return [
    operation({
      id: 'listEvents',
      method: 'GET',
      path: '/events',
      summary:
        'Events, newest first. A search works for a bounded time: it may give fewer than asked for, even none, and where to go on.',
      tag: TAG,
      needs: 'read',
      query: z.strictObject({
        ...eventFilterShape,
        before: z.coerce.number().int().optional().describe('`next` of the page before.'),
        limit: z.coerce.number().int().min(1).max(MAX_PAGE_EVENTS).default(DEFAULT_LIMIT),
      }),
      answer: z.object({
        events: z.array(eventSummarySchema),
        next: z.int().optional().describe('Where the next page begins; missing at the end.'),
        searchedBackTo: z.int().optional().describe('When the last event that was looked at was received.'),
      }),
      async handle({ query: { before, limit, ...filter }, principal }) {
        const from = before === undefined ? {} : { before };
        return { value: await store.search({ ...filterFor(principal, filter), ...from, limit }) };
      },
    }),
    operation({
      id: 'followEvents',
      method: 'GET',
      path: '/events/stream',
      summary:
        'Server-sent events: each matching event that arrives or changes, as it is then. Ask for the list as well; what happens between the two calls is told.',
      tag: TAG,
      needs: 'read',
      query: z.strictObject(eventFilterShape),
      live: true,
      answer: eventSummarySchema,
      async handle({ query, principal, now, lastEventId }) {
        const filter = filterFor(principal, query);
        return { stream: (signal) => followEvents({ store, filter, now, lastEventId, signal }) };
      },
    }),
    operation({
      id: 'getEvent',
      method: 'GET',
      path: '/events/{seq}',
      summary: 'All about one event: its payload, what became of it and why, and what belongs to it.',
      tag: TAG,
      needs: 'read',
      params: one,
      answer: eventDetailSchema,
      async handle({ params: { seq }, principal: { sites } }) {
        const detail = await store.detail(sites === undefined ? { seq } : { seq, sites });
        return detail ? { value: detail } : notFound('this event');
      },
    }),
    operation({
      id: 'replayEvent',
      method: 'POST',
      path: '/events/{seq}/replay',
      summary: 'Sends an event again that has ended: the same content and id, attempts from zero.',
      tag: TAG,
      needs: 'write',
      params: one,
      answer: replayedSchema,
      async handle({ params: { seq }, now }) {
        const detail = await store.detail({ seq });
        if (!detail) return notFound('this event');
        const state = replayState.safeParse(detail.event.state);
        if (!state.success) return WAITS_OR_SKIPPED;
        const replayed = await store.replay({ states: [state.data], seq }, { now, dryRun: false });
        if (replayed.tooOld > 0) return TOO_OLD;
        return replayed.erased > 0 ? CONTENT_GONE : { value: replayed };
      },
    }),
    operation({
      id: 'replayEvents',
      method: 'POST',
      path: '/events/replay',
      summary:
        'Sends all events again that have ended so and match: the same content and id, attempts from zero.',
      tag: TAG,
      needs: 'write',
      body: z.strictObject({
        states: z.array(replayState).min(1),
        site: z.string().optional(),
        destination: z.string().optional(),
        name: z.string().optional(),
        eventId: z.string().optional(),
        code: z.string().optional().describe('Why they failed.'),
        since: z.int().optional().describe('Received at or after.'),
        until: z.int().optional().describe('Received before.'),
        dryRun: z.boolean().default(false).describe('Only counts them.'),
      }),
      answer: replayedSchema,
      async handle({ body: { dryRun, ...filter }, now }) {
        return { value: await store.replay(filter as ReplayFilter, { now, dryRun }) };
      },
    }),
    operation({
      id: 'eraseEvent',
      method: 'DELETE',
      path: '/events/{seq}',
      summary:
        'Erases the content of one event for good; what waits is not sent. Its key stays, so that a late copy does not count.',
      tag: TAG,
      needs: 'write',
      params: one,
      answer: z.object({ erased: z.boolean().describe('False: its content was gone already.') }),
      async handle({ params: { seq }, now }) {
        if (!(await store.detail({ seq }))) return notFound('this event');
        return { value: { erased: await store.eraseEvent(seq, now) } };
      },
    }),
  ];
}

const WAITS_OR_SKIPPED: Problem = {
  status: 409,
  code: 'not_ended',
  message: 'it waits already, or a rule decided that it is not sent',
};

const TOO_OLD: Problem = {
  status: 422,
  code: 'too_old',
  message: 'Microsoft would refuse it for its age: 7 days (offline conversions: 90)',
};

const CONTENT_GONE: Problem = { status: 422, code: 'erased', message: 'its content is no longer kept' };
