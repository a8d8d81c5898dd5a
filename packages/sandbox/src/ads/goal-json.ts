import type { Goal } from '../world/seed.ts';

/** Properties that come only when they are asked for; null otherwise. */
export const ADDITIONAL_FIELDS = [
  'ViewThroughConversionWindowInMinutes',
  'IsExternallyAttributed',
  'GoalCategory',
  'InactiveDueToTagUnavailable',
  'AttributionModelType',
  'IsEnhancedConversionsEnabled',
  'IsAutoGoal',
  'DataDrivenAttribute',
  'ApplicationDownloadGoal',
] as const;

/** A goal as the API gives it: every property that its type declares, null where it says nothing. Rules G2, G3. */
export function goalJson(goal: Goal, additional: readonly string[]): object {
  const asked = <T>(name: (typeof ADDITIONAL_FIELDS)[number], value: T) =>
    additional.includes(name) ? value : null;
  const isOffline = goal.type === 'OfflineConversion';
  return {
    AttributionModelType: asked('AttributionModelType', isOffline ? null : 'LastClick'),
    ConversionWindowInMinutes: goal.windowMinutes,
    CountType: goal.countType,
    ExcludeFromBidding: goal.excludeFromBidding,
    GoalCategory: asked('GoalCategory', goal.category),
    Id: goal.id,
    IsAutoGoal: asked('IsAutoGoal', isOffline ? null : false),
    IsEnhancedConversionsEnabled: asked('IsEnhancedConversionsEnabled', goal.enhancedConversions),
    Name: goal.name,
    Revenue: {
      CurrencyCode: goal.revenue.currency,
      Type: goal.revenue.type,
      Value: goal.revenue.value,
    },
    Scope: goal.scope,
    Status: goal.status,
    TagId: goal.tagId ?? null,
    TrackingStatus: isOffline ? null : 'RecordingConversions',
    Type: goal.type,
    ViewThroughConversionWindowInMinutes: null,
    ...ownProperties(goal, asked('IsExternallyAttributed', goal.externallyAttributed)),
  };
}

function ownProperties({ type, action, url }: Goal, externallyAttributed: boolean | null): object {
  switch (type) {
    case 'OfflineConversion':
      return { IsExternallyAttributed: externallyAttributed };
    case 'Event':
      return {
        ActionExpression: action?.expression ?? null,
        ActionOperator: action?.operator ?? null,
        CategoryExpression: null,
        CategoryOperator: null,
        LabelExpression: null,
        LabelOperator: null,
        Value: null,
        ValueOperator: null,
      };
    case 'Url':
      return { UrlExpression: url?.expression ?? null, UrlOperator: url?.operator ?? null };
    case 'Duration':
      return { MinimumDurationInSeconds: null };
    case 'PagesViewedPerVisit':
      return { MinimumPagesViewed: null };
    default:
      return {};
  }
}
