import { isRecord } from '@uet-capi/protocol';
import type { AdsAccount, AdsClient } from '../client.ts';
import { describeFailure } from '../describe-failure.ts';

/** A conversion goal as Microsoft has it, as far as it matters here. */
export interface AccountGoal {
  id: string;
  name: string;
  /** `OfflineConversion`, `Event`, `Url`, … */
  type: string;
  /** A goal that is not `Active` counts nothing. */
  status: string;
  /** ISO 4217; undefined: the account's. */
  currency: string | undefined;
  /** Takes hashes in place of a click id. */
  isEnhanced: boolean;
  /** Takes only uploads with credits of an attribution model, which are not sent here. */
  isExternallyAttributed: boolean;
  /** Not used for bidding, and not in the column "Conversions". */
  isExcludedFromBidding: boolean;
  /** UET tag of a goal that is no offline one. */
  tagId: string | undefined;
  /** Of an `Event` goal: which names of events it waits for; undefined: any. */
  action: { operator: string; expression: string } | undefined;
}

export type GoalList = { goals: AccountGoal[] } | { problem: string };

export interface GoalsQuery {
  client: AdsClient;
  account: AdsAccount;
  signal: AbortSignal;
}

/** Left out of the answer unless they are asked for. */
const ADDITIONAL_FIELDS = 'IsEnhancedConversionsEnabled,IsExternallyAttributed';

/** All offline goals that the account can feed. */
export function listOfflineGoals(query: GoalsQuery): Promise<GoalList> {
  return ask(query, 'ConversionGoals/QueryByIds', { ConversionGoalIds: null }, 'OfflineConversion');
}

/** Goals that UET tags feed. One type a call: not every account has every type, and then a call for all fails. */
const TAG_GOAL_TYPES = ['Event', 'Url', 'Duration', 'PagesViewedPerVisit'];

/** Tags of one call (code 5304 beyond it). */
const MAX_TAGS = 100;

/** The goals of UET tags. */
export async function listTagGoals(query: GoalsQuery, tagIds: readonly string[]): Promise<GoalList> {
  const goals: AccountGoal[] = [];
  for (let start = 0; start < tagIds.length; start += MAX_TAGS) {
    const request = { TagIds: tagIds.slice(start, start + MAX_TAGS) };
    for (const type of TAG_GOAL_TYPES) {
      const list = await ask(query, 'ConversionGoals/QueryByTagIds', request, type);
      if ('problem' in list) return list;
      goals.push(...list.goals);
    }
  }
  return { goals };
}

async function ask(
  { client, account, signal }: GoalsQuery,
  operation: string,
  request: object,
  type: string,
): Promise<GoalList> {
  const body = JSON.stringify({
    ...request,
    ConversionGoalTypes: type,
    ReturnAdditionalFields: ADDITIONAL_FIELDS,
  });
  const answer = await client.call({ service: 'campaign', operation, body, account, signal });
  if (answer.kind !== 'answered') return { problem: describeFailure(answer) };
  const { ConversionGoals: list } = answer.body;
  if (!Array.isArray(list)) return { problem: `the answer to ${operation} has no goals` };
  return { goals: list.filter(isRecord).map(readGoal) };
}

/** Ids travel as texts, and Microsoft's own clients take numbers too. */
function readGoal(goal: Record<string, unknown>): AccountGoal {
  const { Id, Name, Type, Status, TagId, Revenue, ActionExpression, ActionOperator } = goal;
  return {
    id: String(Id),
    name: String(Name),
    // Some clients write and read the longer form.
    type: Type === 'OfflineConversionGoal' ? 'OfflineConversion' : String(Type),
    status: String(Status),
    currency: textOf(isRecord(Revenue) ? Revenue.CurrencyCode : undefined),
    isEnhanced: goal.IsEnhancedConversionsEnabled === true,
    isExternallyAttributed: goal.IsExternallyAttributed === true,
    isExcludedFromBidding: goal.ExcludeFromBidding === true,
    tagId: typeof TagId === 'number' ? String(TagId) : textOf(TagId),
    action: textOf(ActionExpression)
      ? { operator: textOf(ActionOperator) ?? 'Equals', expression: String(ActionExpression) }
      : undefined,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
