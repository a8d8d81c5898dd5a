import { z } from 'zod';
import type { Config } from '../../config/config.ts';
import { MATCH_FIELDS } from '../../insight/match-quality.ts';
import { MAX_REPORT_DAYS, readReport } from '../../insight/read-report.ts';
import type { DayTable } from '../../store/day-table.ts';
import { type Operation, operation } from '../operation.ts';
import { visibleSites } from './visible-sites.ts';

/** A week, in which every day of the week occurs once. */
const DEFAULT_DAYS = 7;

const query = z.object({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_REPORT_DAYS)
    .default(DEFAULT_DAYS)
    .describe('How many days, today (UTC) included.'),
  site: z.string().optional().describe('Default: every site.'),
});

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);

const salesSchema = z.object({
  count,
  value: z
    .record(z.string(), z.number())
    .describe('Sum of the values by currency; the empty one where the events named none.'),
});

const copiesSchema = z
  .object({
    seen: count.describe('Events on pages whose page load the browser tag was seen to send.'),
    unseen: count.describe('Events on pages where it was not.'),
    unknown: count.describe('Events of which no page load is known. Not part of the estimate.'),
    estimatedLostShare: share.optional().describe('unseen ÷ (seen + unseen): an estimate.'),
  })
  .describe('How many the browser tag alone would have told Microsoft: an estimate.');

const sources = <S extends z.ZodType>(schema: S) =>
  z.object({ pixel: schema, noscript: schema, server: schema, code: schema }).partial();

const reportSchema = z.object({
  days: z.array(
    z.object({
      site: z.string(),
      day: z.string().describe('UTC, 2026-11-20.'),
      events: count,
      pageLoads: count,
      heldBack: count.describe("Tests, bots, and what the site's own rules held back: in no other number."),
      hours: z.array(count).describe('Events of each hour, UTC.'),
      purchases: salesSchema,
      channels: sources(z.object({ events: count, purchases: salesSchema })).describe(
        'By the way on which each came first.',
      ),
      browserCopies: copiesSchema,
      purchaseCopies: copiesSchema,
    }),
  ),
});

const qualitySchema = z.object({
  events: z.array(
    z.object({
      site: z.string(),
      name: z.string().describe('`pageLoad` for page loads; empty for the revenue of page loads.'),
      events: count,
      sources: sources(count),
      consent: share.describe('Share with consent for advertising.'),
      shares: z
        .record(z.enum(MATCH_FIELDS), share)
        .describe('Share of those with consent that carries the field.'),
      browserCopies: copiesSchema,
      advice: z.array(z.object({ field: z.string(), message: z.string() })),
    }),
  ),
});

export interface ReportParts {
  config: Pick<Config, 'sites'>;
  store: Pick<DayTable, 'readDays'>;
}

/** What days looked like. Events are in it a minute after their arrival. */
export function createReportOperations({ config, store }: ReportParts): Operation[] {
  return [
    operation({
      id: 'getReport',
      method: 'GET',
      path: '/report',
      summary:
        'What days looked like: events, purchases and revenue by channel, copies that only the server had.',
      tag: 'Report',
      needs: 'read',
      query,
      answer: reportSchema,
      async handle({ query: { days, site }, principal, now }) {
        const sites = visibleSites(principal, site);
        const report = await readReport(store, config.sites, { days, sites, now });
        return { value: { days: report.days } };
      },
    }),
    operation({
      id: 'getMatchQuality',
      method: 'GET',
      path: '/quality',
      summary:
        'How well the events of each name can be matched with people and clicks, and what to do about gaps.',
      tag: 'Report',
      needs: 'read',
      query,
      answer: qualitySchema,
      async handle({ query: { days, site }, principal, now }) {
        const sites = visibleSites(principal, site);
        const report = await readReport(store, config.sites, { days, sites, now });
        return { value: { events: report.quality } };
      },
    }),
  ];
}
