import type { Site } from '../config/config.ts';
import type { Day, DayTable } from '../store/day-table.ts';
import { utcDay } from '../utc-day.ts';
import { type DayReport, reportDays } from './day-report.ts';
import { type MatchQuality, matchQualityOf } from './match-quality.ts';
import { purchaseNamesOf } from './purchase-names.ts';

const DAY_MS = 86_400_000;

/** Sums of days are kept so long, days: a year can be set against the one before. They name nobody. */
export const MAX_REPORT_DAYS = 800;

export interface ReportRequest {
  /** How many days, today (UTC) included. */
  days: number;
  /** Default: every site. */
  sites?: readonly string[] | undefined;
  /** ms. */
  now: number;
}

type ReportedSite = Pick<Site, 'id' | 'idFromTransaction' | 'uet'>;

export interface Report {
  /** The newest first. */
  days: DayReport[];
  /** Over all the days. */
  quality: MatchQuality[];
}

/** The last days as they are summed up. */
export async function readReport(
  store: Pick<DayTable, 'readDays'>,
  sites: readonly ReportedSite[],
  { days, sites: wanted, now }: ReportRequest,
): Promise<Report> {
  const range = { since: utcDay(now - (days - 1) * DAY_MS), until: utcDay(now) };
  const all = await store.readDays({ ...range, ...(wanted && { sites: wanted }) });
  const withoutTag = new Set(sites.filter(({ uet }) => uet === 'off').map(({ id }) => id));
  const sums = all.map((day) => (withoutTag.has(day.site) ? withoutCopies(day) : day));
  return { days: reportDays(sums, purchaseNamesOf(sites)).reverse(), quality: matchQualityOf(sums) };
}

/** Where the site has no UET tag, none could be seen. */
function withoutCopies(day: Day): Day {
  const { tagSeen: _, tagNotSeen: __, ...counts } = day.counts;
  return { ...day, counts };
}
