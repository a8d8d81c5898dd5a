import type { Goal } from '../world/seed.ts';
import type { ErrorName } from './error-codes.ts';
import { type ItemError, partialErrors } from './errors.ts';
import { type Context, type Outcome, operation } from './operation.ts';
import type { Read } from './wire.ts';

const MAX_GOALS = 100;
const MAX_NAME_CHARACTERS = 100;
const MAX_WINDOW_MINUTES = 129_600;
const MAX_REVENUE = 9_999_999;
/** The first id that the sandbox gives away. */
const FIRST_ID = 500_001;

/** Complete, for offline goals. */
const CATEGORIES = [
  'AddToCart',
  'BeginCheckout',
  'BookAppointment',
  'Contact',
  'GetDirections',
  'Other',
  'OutboundClick',
  'PageView',
  'Purchase',
  'RequestQuote',
  'Signup',
  'SubmitLeadForm',
  'Subscribe',
];

const GOAL = {
  Id: 'id',
  Name: 'string',
  Type: 'string',
  Status: 'string',
  Scope: 'string',
  CountType: 'string',
  ConversionWindowInMinutes: 'int',
  Revenue: { object: { Type: 'string', Value: 'double', CurrencyCode: 'string' } },
  GoalCategory: 'string',
  ExcludeFromBidding: 'boolean',
  IsEnhancedConversionsEnabled: 'boolean',
  IsExternallyAttributed: 'boolean',
} as const;

const SHAPE = { ConversionGoals: { list: { object: GOAL } } } as const;

type Item = NonNullable<Read<{ object: typeof GOAL }>>;

/** `POST /ConversionGoals`: adds offline goals; the two hours begin here. Rule G5. */
export const addGoals = operation({
  method: 'POST',
  service: 'campaign',
  shape: SHAPE,
  run({ ConversionGoals: items }, context): Outcome {
    const flaw = flawOfList(items);
    if (flaw) return { refusal: { kind: 'ApiFaultDetail', status: 400, name: flaw } };
    const results = items!.map((item) => (item === null ? 'ConversionGoalIsNull' : add(item, context)));
    return {
      body: {
        ConversionGoalIds: results.map((result) => (typeof result === 'string' ? null : result.id)),
        PartialErrors: partialErrors(errorsOf(results), context.variant),
      },
    };
  },
});

/** `PUT /ConversionGoals`: what is absent or null stays as it is. */
export const updateGoals = operation({
  method: 'PUT',
  service: 'campaign',
  shape: SHAPE,
  run({ ConversionGoals: items }, context): Outcome {
    const flaw = flawOfList(items);
    if (flaw) return { refusal: { kind: 'ApiFaultDetail', status: 400, name: flaw } };
    const results = items!.map((item) => (item === null ? 'ConversionGoalIsNull' : update(item, context)));
    return { body: { PartialErrors: partialErrors(errorsOf(results), context.variant) } };
  },
});

function flawOfList(items: readonly unknown[] | null): ErrorName | undefined {
  if (!items || items.length === 0) return 'ConversionGoalsNotPassed';
  return items.length > MAX_GOALS ? 'ConversionGoalsExceedsLimit' : undefined;
}

function errorsOf(results: readonly (Goal | ErrorName)[]): ItemError[] {
  return results.flatMap((name, index) => (typeof name === 'string' ? [{ index, name }] : []));
}

function add(item: Item, context: Context): Goal | ErrorName {
  const { world } = context.state;
  const goal: Goal = {
    id: String(world.goals.reduce((highest, { id }) => Math.max(highest, Number(id)), FIRST_ID - 1) + 1),
    name: '',
    accountId: context.account.id,
    type: 'OfflineConversion',
    scope: item.Scope === 'Customer' ? 'Customer' : 'Account',
    status: 'Active',
    createdAt: context.now,
    windowMinutes: 43_200,
    countType: 'All',
    revenue: { type: 'NoValue', value: null, currency: null },
    category: '',
    excludeFromBidding: false,
    enhancedConversions: false,
    externallyAttributed: false,
  };
  return save(goal, item, context);
}

function update(item: Item, context: Context): Goal | ErrorName {
  if (item.Id === null) return 'ConversionGoalIdMissing';
  const goal = context.state.world.goalsOf(context.account).find(({ id }) => id === item.Id);
  if (!goal) return 'InvalidConversionGoalId';
  if (item.Type !== null && item.Type !== goal.type) return 'ConversionGoalTypeChanged';
  return save(goal, item, context);
}

/** Puts the item's properties into the goal if all of them are valid. */
function save(goal: Goal, item: Item, { state }: Context): Goal | ErrorName {
  const { world } = state;
  const changed: Goal = {
    ...goal,
    name: item.Name ?? goal.name,
    status: (item.Status as Goal['status'] | null) ?? goal.status,
    countType: item.CountType === 'Unique' || item.CountType === 'All' ? item.CountType : goal.countType,
    windowMinutes: item.ConversionWindowInMinutes ?? goal.windowMinutes,
    revenue: item.Revenue
      ? {
          type: (item.Revenue.Type as Goal['revenue']['type'] | null) ?? 'NoValue',
          value: item.Revenue.Value,
          currency: item.Revenue.CurrencyCode,
        }
      : goal.revenue,
    category: item.GoalCategory ?? goal.category,
    excludeFromBidding: item.ExcludeFromBidding ?? goal.excludeFromBidding,
    enhancedConversions: item.IsEnhancedConversionsEnabled ?? goal.enhancedConversions,
    externallyAttributed: item.IsExternallyAttributed ?? goal.externallyAttributed,
  };
  const flaw = flawOfGoal(changed, item, world.goals);
  if (flaw) return flaw;
  world.goals = [...world.goals.filter(({ id }) => id !== goal.id), changed];
  world.autoTagged.set(goal.accountId, true);
  return changed;
}

function flawOfGoal(goal: Goal, { Type: type }: Item, goals: readonly Goal[]): ErrorName | undefined {
  if (type !== null && type !== 'OfflineConversion') return 'ConversionGoalTypeMismatch';
  if (goal.name === '') return 'ConversionGoalNameMissing';
  if (goal.name.length > MAX_NAME_CHARACTERS) return 'ConversionGoalNameInvalid';
  if (goals.some(({ id, name }) => id !== goal.id && name === goal.name))
    return 'ConversionGoalNameAlreadyExists';
  if (!['Active', 'Paused'].includes(goal.status)) return 'ConversionGoalStatusInvalid';
  if (!CATEGORIES.includes(goal.category)) return 'ConversionGoalCategoryMissing';
  if (goal.windowMinutes < 1 || goal.windowMinutes > MAX_WINDOW_MINUTES) return 'ConversionGoalWindowInvalid';
  return flawOfRevenue(goal);
}

function flawOfRevenue({ revenue: { type, value, currency }, scope }: Goal): ErrorName | undefined {
  if (!['NoValue', 'FixedValue', 'VariableValue'].includes(type)) return 'ConversionGoalRevenueTypeInvalid';
  if (type === 'NoValue') return value === null ? undefined : 'ConversionGoalRevenueValueInvalid';
  if (type === 'FixedValue' && value === null) return 'ConversionGoalRevenueValueInvalid';
  if (value !== null && (value < 0 || value > MAX_REVENUE)) return 'ConversionGoalRevenueValueInvalid';
  return scope === 'Customer' && currency === null ? 'ConversionGoalRevenueValueInvalid' : undefined;
}
