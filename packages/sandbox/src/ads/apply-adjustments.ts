import type { Knobs } from '../world/knobs.ts';
import type { Goal } from '../world/seed.ts';
import type { ErrorName } from './error-codes.ts';
import {
  checkCurrency,
  checkGoal,
  checkIdentifiers,
  checkTime,
  checkValue,
  DAY_MS,
  findGoal,
  keptIdentifiers,
  keptValue,
} from './item-checks.ts';
import { applyItems } from './item-list.ts';
import { type Context, operation } from './operation.ts';
import type { DateTime, Read } from './wire.ts';

const ADJUSTMENT = {
  AdjustmentType: 'string',
  AdjustmentTime: 'dateTime',
  AdjustmentValue: 'double',
  AdjustmentCurrencyCode: 'string',
  ConversionName: 'string',
  ConversionTime: 'dateTime',
  MicrosoftClickId: 'string',
  HashedEmailAddress: 'string',
  HashedPhoneNumber: 'string',
} as const;

type Item = NonNullable<Read<{ object: typeof ADJUSTMENT }>>;

/** `OfflineConversionAdjustments/Apply`. Rules J1 to J6: whether there is an original is found out later. */
export const applyAdjustments = operation({
  method: 'POST',
  service: 'campaign',
  shape: { OfflineConversionAdjustments: { list: { object: ADJUSTMENT } } },
  run: ({ OfflineConversionAdjustments }, context) =>
    applyItems(OfflineConversionAdjustments, context, (item) => applyAdjustment(item, context)),
});

function applyAdjustment(item: Item, { state, account, now }: Context): ErrorName[] {
  const { world, offline } = state;
  const { knobs } = world;
  const { AdjustmentType: type, AdjustmentTime: adjustedAt, ConversionTime: time } = item;
  const goal = findGoal(item.ConversionName, account, world);
  const errors = [
    ...checkType(type),
    ...checkAdjustmentTime(adjustedAt, time, knobs, now),
    ...checkMoney(item, goal, knobs),
    ...checkGoal(item.ConversionName, goal, knobs, now),
    ...checkTime(time, knobs, now),
    ...checkIdentifiers(item, goal, knobs),
    ...(goal?.externallyAttributed && knobs.externalAdjustments === 'refuse'
      ? (['OfflineConversionRestateRetractNotSupported'] as const)
      : []),
  ];
  if (errors.length > 0 || !isType(type) || !goal || !time || !adjustedAt) {
    offline.refuse({ accountId: account.id, goalId: goal?.id ?? null, at: now, status: errors[0]! });
    return errors;
  }
  offline.adjust({
    accountId: account.id,
    goalId: goal.id,
    conversionName: goal.name,
    conversionTime: time.text,
    conversionAt: time.at,
    ...keptIdentifiers(item, goal),
    type,
    time: adjustedAt.text,
    at: adjustedAt.at,
    value: keptValue(item.AdjustmentValue, knobs),
    currency: type === 'Restate' ? item.AdjustmentCurrencyCode || goal.revenue.currency : null,
    acceptedAt: now,
  });
  return [];
}

export function isType(type: string | null): type is 'Restate' | 'Retract' {
  return type === 'Restate' || type === 'Retract';
}

export function checkType(type: string | null): ErrorName[] {
  return isType(type) ? [] : ['OfflineConversionInvalidAdjustmentType'];
}

/** Rule J2. Online adjustments have no conversion time. */
export function checkAdjustmentTime(
  time: DateTime | null,
  conversionTime: DateTime | null,
  knobs: Knobs,
  now: number,
): ErrorName[] {
  if (!time) return ['OfflineConversionAdjustmentTimeNullOrEmpty'];
  if (time.at < 0) return ['OfflineConversionAdjustmentTimeInvalid'];
  if (conversionTime && time.at < conversionTime.at) {
    return ['OfflineConversionAdjustmentTimeEarlierThanConversionTime'];
  }
  if (time.at > now + knobs.futureToleranceS * 1000)
    return ['OfflineConversionFutureAdjustmentTimeCannotBeSet'];
  if (time.at < now - knobs.adjustmentWindowDays * DAY_MS)
    return ['OfflineConversionAdjustmentTimeOutOfWindow'];
  return [];
}

/** Rule J3. */
export function checkMoney(
  {
    AdjustmentType: type,
    AdjustmentValue: value,
    AdjustmentCurrencyCode: currency,
  }: Pick<Item, 'AdjustmentType' | 'AdjustmentValue' | 'AdjustmentCurrencyCode'>,
  goal: Goal | undefined,
  knobs: Knobs,
): ErrorName[] {
  if (type === 'Retract') return value === null ? [] : ['OfflineConversionAdjustmentValueNotExpected'];
  if (type !== 'Restate') return [];
  if (value === null) return ['OfflineConversionAdjustmentValueRequired'];
  const fallsBack = knobs.restateCurrency === 'goal' && goal?.revenue.currency;
  return [
    ...checkValue(value, knobs),
    ...(currency === null && goal && !fallsBack ? (['OfflineConversionCurrencyValueRequired'] as const) : []),
    ...checkCurrency(currency, knobs),
  ];
}
