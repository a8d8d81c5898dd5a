/**
 * What each error of the Microsoft Advertising API asks for. The number decides; where there is none,
 * the name; where neither is known, where it came from. Source: Microsoft Advertising API "Operation
 * error codes" (August 2026), "ApplyOfflineConversions", "DailySummary".
 */

/**
 * - `drop`: the item is bad for good.
 * - `defer`: the item is good later.
 * - `retry`: the same request again.
 * - `wait`: too many calls; everything rests a minute.
 * - `refresh`: another access token, then the same request.
 * - `sign-in`: a person must sign in.
 * - `config`: a setting or right of the account is missing; everything waits for a person.
 * - `goal`: a setting of the goal is missing; its items wait for a person.
 * - `bug`: the request is wrong by our fault.
 */
export type ErrorClass =
  | 'drop'
  | 'defer'
  | 'retry'
  | 'wait'
  | 'refresh'
  | 'sign-in'
  | 'config'
  | 'goal'
  | 'bug';

export interface ApiError {
  /** Microsoft's number; undefined where none came. */
  code: number | undefined;
  /** Microsoft's name, `OfflineConversionNameInvalid`; may be empty. */
  name: string;
  message: string;
}

/** Errors of whole requests. */
const REQUEST: Record<number, ErrorClass> = {
  0: 'retry',
  100: 'bug',
  105: 'refresh',
  106: 'config',
  108: 'sign-in',
  109: 'refresh',
  113: 'bug',
  116: 'config',
  117: 'wait',
  120: 'sign-in',
  122: 'sign-in',
  123: 'sign-in',
  124: 'sign-in',
  125: 'sign-in',
  126: 'sign-in',
  207: 'wait',
  1001: 'config',
  1029: 'config',
  1030: 'config',
  1102: 'config',
  1490: 'config',
  3101: 'sign-in',
  5600: 'bug',
  5601: 'bug',
  5612: 'retry',
  5613: 'config',
};

/** Errors of single items. */
const ITEM: Record<number, ErrorClass> = {
  0: 'retry',
  5602: 'bug',
  5603: 'drop',
  5604: 'drop',
  5605: 'bug',
  5606: 'goal',
  5607: 'drop',
  5608: 'drop',
  5609: 'drop',
  5610: 'drop',
  5611: 'drop',
  5612: 'retry',
  5613: 'config',
  5614: 'defer',
  5615: 'defer',
  5616: 'drop',
  5617: 'drop',
  5618: 'bug',
  5619: 'bug',
  5620: 'drop',
  5621: 'drop',
  5622: 'defer',
  5623: 'drop',
  5624: 'bug',
  5625: 'bug',
  5626: 'drop',
  5627: 'drop',
};

/** Errors of items whose number Microsoft does not publish, and second spellings of others. */
const ITEM_NAMES: Record<string, ErrorClass> = {
  NotEligibleForEnhancedConversions: 'goal',
  GoalNotEligibleForExternalAttribution: 'goal',
  ConversionEmailAddressIsNotHashed: 'drop',
  ConversionPhoneNumberIsNotHashed: 'drop',
  ExternalAttributionRequiredFieldEmpty: 'drop',
  ExternalAttributionModelTooLong: 'drop',
  ExternalAttributionCreditValueInvalid: 'drop',
  OfflineConversionBatchSizeExceedsLimit: 'bug',
  OfflineConversionGoalTooRecent: 'defer',
  OfflineConversionMSClickIdNullOrEmpty: 'drop',
  OfflineConversionMSClickIdInvalid: 'drop',
};

/** Of a fault. `status` counts only where no error is known. */
export function requestClass(errors: readonly ApiError[], status: number): ErrorClass {
  const classes = errors.flatMap(({ code }) => (code === undefined ? [] : (REQUEST[code] ?? [])));
  const known = REQUEST_ORDER.find((one) => classes.includes(one));
  if (known) return known;
  if (status === 401) return 'refresh';
  if (status === 403) return 'config';
  if (status === 429) return 'wait';
  return 'retry';
}

/** Several errors on one request: what needs a person first counts, then what lets others wait. */
const REQUEST_ORDER: readonly ErrorClass[] = ['sign-in', 'config', 'wait', 'refresh', 'bug', 'retry'];

/** Of one item; an error that nobody knows is for good, and seen. */
export function itemClass(errors: readonly ApiError[]): ErrorClass {
  const classes = errors.map(
    ({ code, name }) => (code === undefined ? undefined : ITEM[code]) ?? ITEM_NAMES[name] ?? 'drop',
  );
  return ITEM_ORDER.find((one) => classes.includes(one)) ?? 'drop';
}

/** Several errors on one item: what is bad for good stays bad, however long it waits. */
const ITEM_ORDER: readonly ErrorClass[] = ['drop', 'bug', 'config', 'goal', 'defer', 'retry'];
