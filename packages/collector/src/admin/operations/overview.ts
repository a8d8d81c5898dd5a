import { z } from 'zod';
import { LATENCY_EVENTS, OVERVIEW_EVENTS, type Reading } from '../../store/reading.ts';
import { type Operation, operation } from '../operation.ts';
import { visibleSites } from './visible-sites.ts';

const count = z.int().nonnegative();
const place = { site: z.string(), destination: z.string().describe('Empty: never meant for one.') };
const newest = { seq: z.int().describe('The newest of them.'), at: z.int() };

const accountSchema = z.object({
  ...place,
  received: count,
  waiting: count,
  ended: z
    .object({ accepted: count, rejected: count, expired: count, dead: count, skipped: count })
    .partial()
    .describe('How many ended how, since the store exists.'),
});

const destinationSchema = z.object({
  destination: z.string(),
  oldestAt: z.int().optional().describe('When the oldest event that waits arrived.'),
  stuckAt: z
    .int()
    .optional()
    .describe('The same of those that wait for no switch of a goal, nor for their original.'),
  paused: z.object({ reason: z.string(), since: z.int().optional(), probeAt: z.int().optional() }).optional(),
});

const distributionSchema = z.object({
  events: count,
  p50: z.number(),
  p95: z.number(),
  p99: z.number(),
  max: z.number(),
  buckets: z.array(z.object({ upTo: z.number().optional(), events: count })),
});

/** How things stand: sums, health of each destination, what went wrong, latency. */
export function createOverviewOperations({ store }: { store: Pick<Reading, 'overview'> }): Operation[] {
  return [
    operation({
      id: 'getOverview',
      method: 'GET',
      path: '/overview',
      summary: 'How things stand: sums, health of each destination, what went wrong lately, latency.',
      tag: 'Overview',
      needs: 'read',
      query: z.object({ site: z.string().optional().describe('Default: every site.') }),
      answer: z.object({
        accounts: z.array(accountSchema),
        destinations: z.array(destinationSchema),
        reasons: z
          .array(
            z.object({
              ...place,
              state: z.enum(['rejected', 'expired', 'dead', 'skipped']),
              code: z.string(),
              count,
              ...newest,
            }),
          )
          .describe(`Among the newest ${OVERVIEW_EVENTS} that ended so.`),
        warnings: z
          .array(z.object({ ...place, code: z.string(), path: z.string(), count, ...newest }))
          .describe(`Among the newest ${OVERVIEW_EVENTS} that were accepted with warnings.`),
        latency: z
          .object({ sinceEvent: distributionSchema, sinceReceipt: distributionSchema })
          .describe(
            `To Microsoft's acceptance, ms; of the newest ${LATENCY_EVENTS} accepted events of browsers.`,
          ),
      }),
      async handle({ query, principal }) {
        const sites = visibleSites(principal, query.site);
        return { value: await store.overview(sites ? { sites } : {}) };
      },
    }),
  ];
}
