import type { Goal } from '../world/seed.ts';
import { attributionAt, type UnattributedReason } from './attribution.ts';
import { type ItemError, partialErrors } from './errors.ts';
import { groupBy } from './group-by.ts';
import { DAY_MS } from './item-checks.ts';
import { type Context, type Outcome, operation } from './operation.ts';
import { isWithinDays } from './report-range.ts';

const MAX_GOALS = 20;
const MAX_RANGE_MS = 7 * DAY_MS;
/** Everything that the sandbox takes comes by the first. */
const CHANNELS = ['CampaignManagementAPI', 'BulkAPI', 'WebUpload', 'Unknown'] as const;

/** One accepted item and what became of it. */
interface Decision {
  goalId: string;
  uploadedAt: number;
  reason: UnattributedReason | undefined;
}

/** `OfflineConversionReport/QueryByGoalIds`: accepted items that were attributed, and why others were not. Rule R5. */
export const reportByGoals = operation({
  method: 'POST',
  service: 'campaign',
  shape: {
    StartDateUtc: 'dateTime',
    EndDateUtc: 'dateTime',
    GoalIds: { list: 'id' },
    UploadChannelFilter: { flags: CHANNELS },
  },
  run(
    { StartDateUtc: start, EndDateUtc: end, GoalIds: ids, UploadChannelFilter: channels },
    context,
  ): Outcome {
    if (!ids || ids.length === 0) return refuse('ConversionGoalIdsNotPassed', context);
    if (ids.length > MAX_GOALS) return refuse('ConversionGoalIdArrayExceedsLimit', context);
    if (!start || !end || end.at < start.at || end.at - start.at > MAX_RANGE_MS) {
      return refuse('ReportDateRangeInvalid', context);
    }
    const goals = ids.map((id) =>
      context.state.world.goalsOf(context.account).find((goal) => goal.id === id),
    );
    const errors = goals.flatMap((goal, index): ItemError[] =>
      goal?.type === 'OfflineConversion' ? [] : [{ index, name: 'InvalidConversionGoalId' }],
    );
    if (errors.length > 0 && context.state.world.knobs.reportErrors === 'fault') {
      return refuse('InvalidConversionGoalId', context);
    }
    const counted = !channels || channels.includes(CHANNELS[0]);
    const decisions = counted
      ? decisionsOf(context).filter(({ uploadedAt }) => isWithinDays(uploadedAt, start, end))
      : [];
    return {
      body: {
        OfflineGoalConversionSummaries: goals.map((goal) =>
          goal?.type === 'OfflineConversion' ? summary(goal, decisions) : null,
        ),
        PartialErrors: partialErrors(errors, context.variant),
      },
    };
  },
});

function refuse(name: ItemError['name'], { state, variant }: Context): Outcome {
  if (state.world.knobs.reportErrors === 'fault') {
    return { refusal: { kind: 'ApiFaultDetail', status: 400, name } };
  }
  return {
    body: {
      OfflineGoalConversionSummaries: null,
      PartialErrors: partialErrors([{ index: 0, name }], variant),
    },
  };
}

/** Every item of the account that is decided by now, repeats included. */
function decisionsOf({ state, account }: Context): Decision[] {
  const { offline } = state;
  const attribution = attributionAt(state);
  const judged = [
    ...offline.conversions().map((item) => ({ item, verdict: attribution.conversion(item) })),
    ...offline.adjustments().map((item) => ({ item, verdict: attribution.adjustment(item) })),
  ];
  const decisions = judged.flatMap(({ item, verdict }): Decision[] => {
    if (item.accountId !== account.id || verdict.status === 'waiting') return [];
    const reason = verdict.status === 'unattributed' ? verdict.reason : undefined;
    return [{ goalId: item.goalId, uploadedAt: item.acceptedAt, reason }];
  });
  for (const { accountId, goalId, at } of offline.repeats()) {
    if (accountId !== account.id || goalId === null || !attribution.isDecided(at)) continue;
    decisions.push({ goalId, uploadedAt: at, reason: 'DuplicateConversionKey' });
  }
  return decisions;
}

function summary({ id, name }: Goal, decisions: readonly Decision[]) {
  const own = decisions.filter(({ goalId }) => goalId === id);
  const days = groupBy(own, ({ uploadedAt }) => Math.floor(uploadedAt / DAY_MS));
  const { success, rate, unattributed, alerts } = totals(own);
  return {
    GoalId: id,
    ConversionName: name,
    OverallSuccessCount: String(success),
    OverallSuccessRate: rate,
    OverallUnattributedCount: String(unattributed),
    OverallAlerts: alerts,
    DailySummaries: [...days.entries()]
      .sort(([a], [b]) => a - b)
      .map(([day, ofDay]) => {
        const counts = totals(ofDay);
        return {
          UploadDate: new Date(day * DAY_MS).toISOString().replace('.000', ''),
          GoalId: id,
          SuccessCount: counts.success,
          SuccessRate: counts.rate,
          UnattributedCount: counts.unattributed,
          Alerts: counts.alerts,
        };
      }),
  };
}

function totals(decisions: readonly Decision[]) {
  const reasons = decisions.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const success = decisions.length - reasons.length;
  const alerts = [...groupBy(reasons, (reason) => reason)].map(([UnattributedReason, same]) => ({
    Count: String(same.length),
    UnattributedReason,
  }));
  // At most six decimals.
  const rate = decisions.length === 0 ? 0 : Math.round((success / decisions.length) * 1e6) / 1e6;
  return { success, rate, unattributed: reasons.length, alerts };
}
