import { isRecord } from '@uet-capi/protocol';
import { utcDay } from '../../utc-day.ts';
import { describeFailure } from '../describe-failure.ts';
import { type GoalsQuery, listOfflineGoals } from '../goals/account-goals.ts';

/** What Microsoft made of the uploads of one goal on one day: accepted is not counted. */
export interface AttributionDay {
  goalId: string;
  /** Its name. */
  goal: string;
  /** UTC, `2026-08-20`: when the items were uploaded. */
  day: string;
  attributed: number;
  unattributed: number;
  /** Why not, `NoMatchingClickFound`, and how many. */
  reasons: Record<string, number>;
}

export type AttributionReport = { days: AttributionDay[] } | { problem: string };

/** Longest range of one report, days; the last of them is today. Decisions come up to six hours after an upload. */
const RANGE_DAYS = 7;

/** Goals of one report. */
const MAX_GOALS = 20;

const DAY_MS = 86_400_000;

/**
 * The last seven days of every offline goal of the account.
 *
 * @param now ms since 1970
 */
export async function fetchAttribution(query: GoalsQuery, now: number): Promise<AttributionReport> {
  const goals = await listOfflineGoals(query);
  if ('problem' in goals) return goals;
  const days: AttributionDay[] = [];
  for (let start = 0; start < goals.goals.length; start += MAX_GOALS) {
    const ids = goals.goals.slice(start, start + MAX_GOALS).map(({ id }) => id);
    const report = await ask(query, ids, now);
    if ('problem' in report) return report;
    days.push(...report.days);
  }
  return { days };
}

async function ask(
  { client, account, signal }: GoalsQuery,
  goalIds: readonly string[],
  now: number,
): Promise<AttributionReport> {
  const body = JSON.stringify({
    StartDateUtc: `${utcDay(now - (RANGE_DAYS - 1) * DAY_MS)}T00:00:00Z`,
    EndDateUtc: `${utcDay(now)}T00:00:00Z`,
    GoalIds: goalIds,
    UploadChannelFilter: null,
  });
  const operation = 'OfflineConversionReport/QueryByGoalIds';
  const answer = await client.call({ service: 'campaign', operation, body, account, signal });
  if (answer.kind !== 'answered') return { problem: describeFailure(answer) };
  const { OfflineGoalConversionSummaries: list } = answer.body;
  if (!Array.isArray(list)) return { problem: `the answer to ${operation} has no summaries` };
  return { days: list.filter(isRecord).flatMap(readSummary) };
}

function readSummary({ GoalId, ConversionName, DailySummaries }: Record<string, unknown>): AttributionDay[] {
  const list = Array.isArray(DailySummaries) ? DailySummaries.filter(isRecord) : [];
  return list.map(({ UploadDate, SuccessCount, UnattributedCount, Alerts }) => ({
    goalId: String(GoalId),
    goal: String(ConversionName),
    day: String(UploadDate).slice(0, 'yyyy-mm-dd'.length),
    attributed: countOf(SuccessCount),
    unattributed: countOf(UnattributedCount),
    reasons: readReasons(Alerts),
  }));
}

function readReasons(alerts: unknown): Record<string, number> {
  const list = Array.isArray(alerts) ? alerts.filter(isRecord) : [];
  return Object.fromEntries(
    list.map(({ UnattributedReason, Count }) => [String(UnattributedReason), countOf(Count)]),
  );
}

/** Some counts travel as texts. */
function countOf(value: unknown): number {
  const count = Number(value);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
