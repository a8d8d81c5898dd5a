import { z } from 'zod';

/** What events look like in answers; the types are those of `store/reading.ts`. */

export const stateSchema = z.enum([
  'held',
  'pending',
  'leased',
  'accepted',
  'rejected',
  'expired',
  'dead',
  'skipped',
]);

export const sourceSchema = z.enum(['pixel', 'noscript', 'server', 'code']);

const time = z.int();

const identity = {
  seq: z.int().describe("The collector's own number of the event, rising in the order of arrival."),
  site: z.string(),
  tagId: z.string(),
  name: z.string().describe('Empty: a page load, or the revenue of one.'),
  eventId: z.string(),
  source: sourceSchema.describe('By which way it came first.'),
  receivedAt: time,
  destination: z.string().describe('Empty: it was never meant for one.'),
  state: stateSchema,
  attempts: z.int(),
  dueAt: time.optional().describe('While it waits: not tried before.'),
  endedAt: time.optional(),
  code: z.string().optional().describe('Why it is in this state.'),
};

export const eventSummarySchema = z.object({
  ...identity,
  warnings: z.int().describe('How many warnings Microsoft gave.'),
  pageUrl: z.string().optional(),
  value: z.number().optional(),
  currency: z.string().optional(),
});

export const eventSchema = z.object({
  ...identity,
  wire: z.string().optional().describe('The JSON that is sent; missing once it was erased or forgotten.'),
  notes: z.array(z.string()).describe('What was corrected, left out or decided on the way.'),
  message: z.string().optional().describe("Microsoft's words, or ours."),
  warnings: z.array(
    z.object({
      path: z.string().describe('The field that Microsoft removed.'),
      code: z.string(),
      message: z.string(),
    }),
  ),
});

export const eventDetailSchema = z.object({
  event: eventSchema,
  expiresAt: time.optional().describe('From then on Microsoft would refuse it.'),
  pageLoadId: z.string().optional(),
  tagSentPageLoadAt: time
    .optional()
    .describe("When the pixel reported that the browser's own tag has sent this page load."),
  history: z
    .array(
      z.object({
        what: z.enum(['retried', 'deferred', 'lapsed', 'ended', 'replayed']),
        at: time,
        lastAt: time,
        count: z.int().describe('How often the same happened in a row.'),
        state: z.enum(['accepted', 'rejected', 'expired', 'dead', 'skipped']).optional(),
        code: z.string().optional(),
        message: z.string().optional(),
        dueAt: time.optional(),
      }),
    )
    .describe('Between arrival and now, oldest first. Empty where it was plainly accepted.'),
  pauses: z
    .array(z.object({ reason: z.string(), from: time, until: time.optional() }))
    .describe('When its destination was paused while it waited.'),
  related: z
    .array(eventSummarySchema.extend({ by: z.enum(['id', 'page-load']) }))
    .describe('With the same id, or of the same page load; newest first.'),
});

export const replayedSchema = z.object({
  replayed: z.int().describe('Events that wait again; in a dry run: would.'),
  tooOld: z.int().describe('Microsoft would refuse them for their age.'),
  erased: z.int().describe('Their content is no longer kept.'),
});
