import type { Knobs } from '../world/knobs.ts';
import type { Account, Click, Goal } from '../world/seed.ts';
import type { World } from '../world/world.ts';
import { CURRENCIES } from './currencies.ts';
import type { ErrorName } from './error-codes.ts';
import type { DateTime } from './wire.ts';

/** What conversions and adjustments are both checked for. Rules V3 to V7, V10. Each check is pure. */

const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** How long a new goal takes no uploads. */
const NEW_GOAL_MS = 2 * HOUR_MS;
/** How old a conversion may be. */
export const MAX_AGE_MS = 90 * DAY_MS;
const MAX_VALUE = 999_999_999_999;
const CLICK_ID = /^[0-9a-f]{20,40}$/i;
const SHA256 = /^[0-9a-f]{64}$/i;

export interface Identifiers {
  MicrosoftClickId: string | null;
  HashedEmailAddress: string | null;
  HashedPhoneNumber: string | null;
}

/** The offline goal of a name, as the account sees it. */
export function findGoal(name: string | null, account: Account, world: World): Goal | undefined {
  if (!name) return undefined;
  const anyCase = world.knobs.goalNames === 'any case';
  const same = (other: string) => (anyCase ? other.toLowerCase() === name.toLowerCase() : other === name);
  return world.goalsOf(account).find((goal) => goal.type === 'OfflineConversion' && same(goal.name));
}

export function checkGoal(
  name: string | null,
  goal: Goal | undefined,
  knobs: Knobs,
  now: number,
): ErrorName[] {
  if (!name) return ['OfflineConversionNameNullOrEmpty'];
  if (!goal) return ['OfflineConversionNameInvalid'];
  if (goal.status === 'Paused' && knobs.pausedGoals === 'refuse') return ['OfflineConversionNameInvalid'];
  if (now < goal.createdAt + NEW_GOAL_MS) return ['OfflineConversionNotAcceptedForGoal'];
  return goal.refuseWith ? [goal.refuseWith] : [];
}

export function checkTime(time: DateTime | null, knobs: Knobs, now: number): ErrorName[] {
  if (!time) return ['OfflineConversionTimeNullOrEmpty'];
  // Readable and yet no time of a conversion, such as the default value of a .NET DateTime.
  if (time.at < 0) return ['OfflineConversionTimeInvalid'];
  if (time.at > now + knobs.futureToleranceS * 1000) return ['FutureConversionTimeCannotBeSet'];
  if (time.at < now - MAX_AGE_MS) return ['OfflineConversionTimeOutOfWindow'];
  return [];
}

/** Rule V4. Without a known goal nobody can say whether hashes alone are enough. */
export function checkIdentifiers(item: Identifiers, goal: Goal | undefined, knobs: Knobs): ErrorName[] {
  const { MicrosoftClickId: clickId, HashedEmailAddress: email, HashedPhoneNumber: phone } = item;
  if (!clickId && !email && !phone) return ['OfflineConversionMicrosoftClickIdNullOrEmpty'];
  const errors: ErrorName[] = [];
  const isUpperCase = clickId !== null && clickId !== clickId.toLowerCase();
  if (clickId && (!CLICK_ID.test(clickId) || (isUpperCase && knobs.upperCaseClickIds === 'refuse'))) {
    errors.push('OfflineConversionMicrosoftClickIdInvalid');
  }
  if (email && !SHA256.test(email)) errors.push('ConversionEmailAddressIsNotHashed');
  if (phone && !SHA256.test(phone)) errors.push('ConversionPhoneNumberIsNotHashed');
  if (!clickId && goal && !goal.enhancedConversions) {
    errors.push(
      knobs.hashesOnPlainGoal === '5603'
        ? 'OfflineConversionMicrosoftClickIdNullOrEmpty'
        : 'NotEligibleForEnhancedConversions',
    );
  }
  return errors;
}

/** The identifiers that count: hashes are dropped where the goal does not take them. */
export function keptIdentifiers(item: Identifiers, goal: Goal) {
  const hashes = goal.enhancedConversions;
  return {
    clickId: item.MicrosoftClickId || null,
    hashedEmailAddress: (hashes && item.HashedEmailAddress?.toLowerCase()) || null,
    hashedPhoneNumber: (hashes && item.HashedPhoneNumber?.toLowerCase()) || null,
  };
}

/** Rule V7, for clicks that are known and the account's own; others are accepted here. */
export function checkClickTime(
  clickId: string | null,
  time: DateTime,
  goal: Goal,
  account: Account,
  clicks: readonly Click[],
): ErrorName[] {
  const click = clicks.find(
    ({ id, accountId }) => accountId === account.id && id.toLowerCase() === clickId?.toLowerCase(),
  );
  if (!click) return [];
  if (time.at <= click.time) return ['ConversionTimeEarlierThanClickTime'];
  if (time.at > click.time + goal.windowMinutes * 60_000)
    return ['ClickIdDateTimeOutsideGoalConversionWindow'];
  return [];
}

/** Rule V5. */
export function checkValue(value: number | null, knobs: Knobs): ErrorName[] {
  if (value === null) return [];
  const tooFine = knobs.moreThanThreeDecimals === 'refuse' && rounded(value) !== value;
  return value < 0 || value > MAX_VALUE || tooFine ? ['OfflineConversionValueInvalid'] : [];
}

export function keptValue(value: number | null, knobs: Knobs): number | null {
  return value !== null && knobs.moreThanThreeDecimals === 'round' ? rounded(value) : value;
}

export function checkCurrency(code: string | null, knobs: Knobs): ErrorName[] {
  if (code === null || (code === '' && knobs.emptyCurrency === 'ignore')) return [];
  return CURRENCIES.has(code) ? [] : ['OfflineConversionCurrencyCodeInvalid'];
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
