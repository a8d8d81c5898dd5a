import type { FieldError } from '@uet-capi/protocol';
import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { timeOrderedId } from '../../ids.ts';
import type { CompleteIntake } from '../../intake/create-intake.ts';
import { buildTestEvent } from '../../intake/test-event.ts';
import type { Store } from '../../store/port.ts';
import { notFound, type Operation, operation, type Problem } from '../operation.ts';
import { eventSummarySchema } from './event-schemas.ts';

export interface TestEventParts {
  config: Pick<Config, 'sites'>;
  intake: Pick<CompleteIntake, 'test'>;
  store: Pick<Store, 'search'>;
}

/** Events of an operator's own, which never reach Microsoft: to the site's sandbox (`testEndpoint`), or nowhere. */
export function createTestEventOperations({ config, intake, store }: TestEventParts): Operation[] {
  return [
    operation({
      id: 'sendTestEvent',
      method: 'POST',
      path: '/test-events',
      summary:
        'Sends an event the way of all events, but to the sandbox of the site (`testEndpoint`) or, without one, to nowhere; never to Microsoft.',
      tag: 'Test events',
      needs: 'write',
      body: z.strictObject({
        site: z.string(),
        name: z.string().min(1).default('purchase'),
        value: z.number().optional(),
        currency: z.string().optional().describe('ISO 4217.'),
        pageUrl: z.url().optional(),
      }),
      status: 201,
      answer: z.object({
        event: eventSummarySchema.describe(
          'As it is stored; ask for it by its number to see what becomes of it.',
        ),
      }),
      async handle({ body: { site, ...chosen }, now }) {
        if (!config.sites.some(({ id }) => id === site)) return notFound('this site');
        const event = buildTestEvent(chosen, timeOrderedId(now));
        const result = await intake.test(event, site, now);
        if ('refused' in result) return NOT_NOW;
        if (result.status === 'rejected') return refused(result.errors);
        const { events } = await store.search({ sites: [site], id: event.eventId, limit: 1 });
        return events[0] ? { value: { event: events[0] } } : NOT_NOW;
      },
    }),
  ];
}

const NOT_NOW: Problem = {
  status: 503,
  code: 'not_now',
  message: 'nothing can be stored now: try again',
};

function refused([error]: readonly FieldError[]): Problem {
  const { path = '', message = '' } = error ?? {};
  return { status: 422, code: 'refused_event', message: `it would be refused: ${path}: ${message}` };
}
