import { GOAL_TYPES, type Goal, type GoalType } from '../world/seed.ts';
import type { ErrorName } from './error-codes.ts';
import { type ItemError, partialErrors } from './errors.ts';
import { ADDITIONAL_FIELDS, goalJson } from './goal-json.ts';
import { type Context, type Outcome, operation } from './operation.ts';

/** Ids in one query. */
const MAX_IDS = 100;

const FILTERS = {
  ConversionGoalTypes: { flags: GOAL_TYPES },
  ReturnAdditionalFields: { flags: ADDITIONAL_FIELDS },
} as const;

/** `ConversionGoals/QueryByIds`. Rule G1. */
export const goalsByIds = operation({
  method: 'POST',
  service: 'campaign',
  shape: { ConversionGoalIds: { list: 'id' }, ...FILTERS },
  run(
    { ConversionGoalIds: ids, ConversionGoalTypes: types, ReturnAdditionalFields: fields },
    context,
  ): Outcome {
    if (!types) return refuse('ConversionGoalTypesNotPassed');
    if (ids && ids.length > MAX_IDS) return refuse('ConversionGoalIdArrayExceedsLimit');
    const goals = context.state.world.goalsOf(context.account).filter(({ type }) => types.includes(type));
    if (!ids || ids.length === 0) return list(goals, fields, [], context);
    const found = ids.map((id) => goals.find((goal) => goal.id === id));
    const errors = missing(found, 'InvalidConversionGoalId');
    return list(found, fields, errors, context);
  },
});

/** `ConversionGoals/QueryByTagIds`: offline goals have no tag, so they are never among them. Rule G4. */
export const goalsByTagIds = operation({
  method: 'POST',
  service: 'campaign',
  shape: { TagIds: { list: 'id' }, ...FILTERS },
  run({ TagIds: ids, ConversionGoalTypes: types, ReturnAdditionalFields: fields }, context): Outcome {
    if (!ids || ids.length === 0) return refuse('UetTagIdsNotPassed');
    if (ids.length > MAX_IDS) return refuse('UetTagIdsExceedsLimit');
    if (!types) return refuse('ConversionGoalTypesNotPassed');
    const wanted: readonly GoalType[] = types as GoalType[];
    const goals = context.state.world
      .goalsOf(context.account)
      .filter(
        ({ type, tagId }) => type !== 'OfflineConversion' && wanted.includes(type) && ids.includes(tagId!),
      );
    return list(goals, fields, [], context);
  },
});

function list(
  goals: readonly (Goal | undefined)[],
  fields: readonly string[] | null,
  errors: readonly ItemError[],
  { variant }: Context,
): Outcome {
  return {
    body: {
      ConversionGoals: goals.map((goal) => goal && goalJson(goal, fields ?? [])).map((goal) => goal ?? null),
      PartialErrors: partialErrors(errors, variant),
    },
  };
}

function missing(found: readonly unknown[], name: ErrorName): ItemError[] {
  return found.flatMap((item, index) => (item === undefined ? [{ index, name }] : []));
}

function refuse(name: ErrorName): Outcome {
  return { refusal: { kind: 'ApiFaultDetail', status: 400, name } };
}
