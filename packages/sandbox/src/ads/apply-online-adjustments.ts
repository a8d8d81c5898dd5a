import { checkAdjustmentTime, checkMoney, checkType, isType } from './apply-adjustments.ts';
import type { ErrorName } from './error-codes.ts';
import { keptValue } from './item-checks.ts';
import { applyItems } from './item-list.ts';
import { type Context, operation } from './operation.ts';
import type { Read } from './wire.ts';

const ADJUSTMENT = {
  ConversionName: 'string',
  TransactionId: 'string',
  AdjustmentType: 'string',
  AdjustmentTime: 'dateTime',
  AdjustmentValue: 'double',
  AdjustmentCurrencyCode: 'string',
} as const;

type Item = NonNullable<Read<{ object: typeof ADJUSTMENT }>>;

/**
 * `OnlineConversionAdjustments/Apply`: for conversions that came by a UET tag or the Conversions API,
 * by their transaction id. Microsoft publishes no codes of its own for these; they are refused with
 * those of offline adjustments.
 */
export const applyOnlineAdjustments = operation({
  method: 'POST',
  service: 'campaign',
  shape: { OnlineConversionAdjustments: { list: { object: ADJUSTMENT } } },
  run: ({ OnlineConversionAdjustments }, context) =>
    applyItems(OnlineConversionAdjustments, context, (item) => applyAdjustment(item, context)),
});

function applyAdjustment(item: Item, { state, account, now }: Context): ErrorName[] {
  const { knobs } = state.world;
  const {
    ConversionName: name,
    TransactionId: transactionId,
    AdjustmentType: type,
    AdjustmentTime: time,
  } = item;
  const goal = state.world
    .goalsOf(account)
    .find((known) => known.type !== 'OfflineConversion' && known.name === name);
  const errors: ErrorName[] = [
    ...checkType(type),
    ...checkAdjustmentTime(time, null, knobs, now),
    ...checkMoney(item, goal, knobs),
  ];
  if (!name) errors.push('OfflineConversionNameNullOrEmpty');
  else if (!goal) errors.push('OfflineConversionNameInvalid');
  if (!transactionId) errors.push('OnlineConversionTransactionIdNullOrEmpty');
  if (errors.length > 0 || !isType(type) || !name || !transactionId || !time) return errors;
  state.offline.adjustOnline({
    accountId: account.id,
    conversionName: name,
    transactionId,
    type,
    time: time.text,
    value: keptValue(item.AdjustmentValue, knobs),
    currency: type === 'Restate' ? item.AdjustmentCurrencyCode || (goal?.revenue.currency ?? null) : null,
    acceptedAt: now,
  });
  return [];
}
