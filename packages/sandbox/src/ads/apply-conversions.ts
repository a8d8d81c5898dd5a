import type { Goal } from '../world/seed.ts';
import type { ErrorName } from './error-codes.ts';
import {
  checkClickTime,
  checkCurrency,
  checkGoal,
  checkIdentifiers,
  checkTime,
  checkValue,
  findGoal,
  keptIdentifiers,
  keptValue,
} from './item-checks.ts';
import { applyItems } from './item-list.ts';
import { type Context, operation } from './operation.ts';
import type { Read } from './wire.ts';

const CONVERSION = {
  ConversionName: 'string',
  ConversionTime: 'dateTime',
  ConversionValue: 'double',
  ConversionCurrencyCode: 'string',
  MicrosoftClickId: 'string',
  HashedEmailAddress: 'string',
  HashedPhoneNumber: 'string',
  ExternalAttributionCredit: 'double',
  ExternalAttributionModel: 'string',
} as const;

type Item = NonNullable<Read<{ object: typeof CONVERSION }>>;

/** Characters of the name of an attribution model. Microsoft does not publish its limit; this one is invented. */
const MAX_MODEL_CHARACTERS = 100;

/** `OfflineConversions/Apply`. Rules V1 to V10. */
export const applyConversions = operation({
  method: 'POST',
  service: 'campaign',
  shape: { OfflineConversions: { list: { object: CONVERSION } } },
  run: ({ OfflineConversions }, context) =>
    applyItems(OfflineConversions, context, (item) => applyConversion(item, context)),
});

function applyConversion(item: Item, { state, account, now }: Context): ErrorName[] {
  const { world, offline } = state;
  const { knobs } = world;
  const { ConversionTime: time } = item;
  const goal = findGoal(item.ConversionName, account, world);
  const timeErrors = checkTime(time, knobs, now);
  const checksClick = knobs.clickTimeErrors === 'now' && goal && time && timeErrors.length === 0;
  const errors = [
    ...checkGoal(item.ConversionName, goal, knobs, now),
    ...timeErrors,
    ...checkIdentifiers(item, goal, knobs),
    ...(checksClick ? checkClickTime(item.MicrosoftClickId, time, goal, account, world.clicks) : []),
    ...checkValue(item.ConversionValue, knobs),
    ...checkCurrency(item.ConversionCurrencyCode, knobs),
    ...(goal ? checkExternal(item, goal) : []),
  ];
  if (errors.length > 0 || !goal || !time) {
    offline.refuse({ accountId: account.id, goalId: goal?.id ?? null, at: now, status: errors[0]! });
    return errors;
  }
  offline.add({
    accountId: account.id,
    goalId: goal.id,
    conversionName: goal.name,
    conversionTime: time.text,
    conversionAt: time.at,
    ...keptIdentifiers(item, goal),
    value: keptValue(item.ConversionValue, knobs),
    currency: item.ConversionCurrencyCode || null,
    acceptedAt: now,
  });
  return [];
}

/** Rule V6. */
function checkExternal(item: Item, { externallyAttributed }: Goal): ErrorName[] {
  const { ExternalAttributionCredit: credit, ExternalAttributionModel: model } = item;
  if (!externallyAttributed) {
    return credit === null && model === null ? [] : ['GoalNotEligibleForExternalAttribution'];
  }
  const errors: ErrorName[] = [];
  if (credit === null || !model) errors.push('ExternalAttributionRequiredFieldEmpty');
  if (credit !== null && (credit <= 0 || credit > 1)) errors.push('ExternalAttributionCreditValueInvalid');
  if (model && model.length > MAX_MODEL_CHARACTERS) errors.push('ExternalAttributionModelTooLong');
  return errors;
}
