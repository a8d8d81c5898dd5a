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
 * - `bug`: the request is wrong by our fault, or an item has an error that nobody knows: given up, and told.
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

type Row = readonly [code: number | undefined, names: readonly string[], kind: ErrorClass];

/** Errors of whole requests. */
const REQUEST_ROWS: readonly Row[] = [
  [0, ['InternalError'], 'retry'],
  [100, ['NullRequest'], 'bug'],
  [105, ['InvalidCredentials'], 'refresh'],
  [106, ['UserIsNotAuthorized'], 'config'],
  [108, ['UserCompromised'], 'sign-in'],
  [109, ['AuthenticationTokenExpired'], 'refresh'],
  [113, ['InvalidDateObject'], 'bug'],
  [116, ['RequestMissingHeaders'], 'config'],
  [117, ['CallRateExceeded'], 'wait'],
  [120, ['UserLoginAccessDenied'], 'sign-in'],
  [122, ['PersonalIdentityNotAvailable'], 'sign-in'],
  [123, ['WorkIdentityNotAvailable'], 'sign-in'],
  [124, ['PersonalIdentityMigratedToWork'], 'sign-in'],
  [125, ['PersonalIdentityNotAllowedByCustomer'], 'sign-in'],
  [126, ['IdentityTypeMismatch'], 'sign-in'],
  [207, ['ConcurrentRequestOverLimit'], 'wait'],
  [1001, [], 'config'],
  [1029, ['CampaignServiceCustomerIdHasToBeSpecified'], 'config'],
  [1030, ['CampaignServiceAccountIdHasToBeSpecified'], 'config'],
  [1102, ['CampaignServiceInvalidAccountId'], 'config'],
  [1490, ['CampaignServiceInvalidCustomerId'], 'config'],
  [3101, ['OAuthTokenInvalid'], 'sign-in'],
  [5600, ['OfflineConversionsNullOrEmpty'], 'bug'],
  [5601, ['OfflineConversionsLimitExceeded', 'OfflineConversionBatchSizeExceedsLimit'], 'bug'],
  [5612, ['OfflineConversionsApplyFailed'], 'retry'],
  [5613, ['OfflineConversionPilotNotEnabledForCustomer'], 'config'],
];

/** Errors of single items; second names are those of the daily report. Of the last seven no number is published. */
const ITEM_ROWS: readonly Row[] = [
  [0, ['InternalError'], 'retry'],
  [5602, ['OfflineConversionIsNull'], 'bug'],
  [5603, ['OfflineConversionMicrosoftClickIdNullOrEmpty', 'OfflineConversionMSClickIdNullOrEmpty'], 'drop'],
  [5604, ['OfflineConversionMicrosoftClickIdInvalid', 'OfflineConversionMSClickIdInvalid'], 'drop'],
  [5605, ['OfflineConversionNameNullOrEmpty'], 'bug'],
  [5606, ['OfflineConversionNameInvalid'], 'goal'],
  [5607, ['OfflineConversionTimeInvalid'], 'bug'],
  [5608, ['OfflineConversionTimeNullOrEmpty'], 'bug'],
  [5609, ['OfflineConversionTimeOutOfWindow'], 'drop'],
  [5610, ['OfflineConversionValueInvalid'], 'drop'],
  [5611, ['OfflineConversionCurrencyCodeInvalid'], 'drop'],
  [5612, ['OfflineConversionsApplyFailed'], 'retry'],
  [5613, ['OfflineConversionPilotNotEnabledForCustomer'], 'config'],
  [5614, ['FutureConversionTimeCannotBeSet'], 'defer'],
  [5615, ['OfflineConversionNotAcceptedForGoal', 'OfflineConversionGoalTooRecent'], 'defer'],
  [5616, ['ConversionTimeEarlierThanClickTime'], 'drop'],
  [5617, ['ClickIdDateTimeOutsideGoalConversionWindow'], 'drop'],
  [5618, ['OfflineConversionInvalidAdjustmentType'], 'bug'],
  [5619, ['OfflineConversionAdjustmentTimeNullOrEmpty'], 'bug'],
  [5620, ['OfflineConversionAdjustmentTimeEarlierThanConversionTime'], 'bug'],
  [5621, ['OfflineConversionAdjustmentTimeInvalid'], 'bug'],
  [5622, ['OfflineConversionFutureAdjustmentTimeCannotBeSet'], 'defer'],
  [5623, ['OfflineConversionAdjustmentTimeOutOfWindow'], 'drop'],
  [5624, ['OfflineConversionAdjustmentValueNotExpected'], 'bug'],
  [5625, ['OfflineConversionAdjustmentValueRequired'], 'bug'],
  [5626, ['OfflineConversionCurrencyValueRequired'], 'bug'],
  [5627, ['OfflineConversionRestateRetractNotSupported'], 'drop'],
  [undefined, ['NotEligibleForEnhancedConversions'], 'goal'],
  [undefined, ['ConversionEmailAddressIsNotHashed'], 'drop'],
  [undefined, ['ConversionPhoneNumberIsNotHashed'], 'drop'],
  [undefined, ['GoalNotEligibleForExternalAttribution'], 'goal'],
  [undefined, ['ExternalAttributionRequiredFieldEmpty'], 'drop'],
  [undefined, ['ExternalAttributionModelTooLong'], 'drop'],
  [undefined, ['ExternalAttributionCreditValueInvalid'], 'drop'],
];

/** The number decides; the name where no number came, or one that is not published. */
function lookUp(rows: readonly Row[]): (error: ApiError) => ErrorClass | undefined {
  const byCode = new Map(rows.map(([code, , kind]) => [code, kind]));
  const byName = new Map(rows.flatMap(([, names, kind]) => names.map((name) => [name, kind] as const)));
  return ({ code, name }) => (code === undefined ? undefined : byCode.get(code)) ?? byName.get(name);
}
const ofRequest = lookUp(REQUEST_ROWS);
const ofItem = lookUp(ITEM_ROWS);

/** Of a fault. `status` counts only where no error is known. */
export function requestClass(errors: readonly ApiError[], status: number): ErrorClass {
  // A fault may also blame an item, since nothing says that it never does.
  const classes = errors.map((error) => ofRequest(error) ?? ofItem(error));
  const known = REQUEST_ORDER.find((one) => classes.includes(one));
  if (known) return known;
  if (status === 401) return 'refresh';
  if (status === 403) return 'config';
  if (status === 429) return 'wait';
  return 'retry';
}

/** Several errors on one request: what needs a person first counts, then what lets others wait. */
const REQUEST_ORDER: readonly ErrorClass[] = [
  'sign-in',
  'config',
  'wait',
  'refresh',
  'bug',
  'drop',
  'goal',
  'defer',
  'retry',
];

/** Of one item; an error that nobody knows is for good, and told. One of a request costs no item. */
export function itemClass(errors: readonly ApiError[]): ErrorClass {
  const classes = errors.map((error) => ofItem(error) ?? ofRequest(error) ?? 'bug');
  return ITEM_ORDER.find((one) => classes.includes(one)) ?? 'bug';
}

/** Several errors on one item: what is bad for good stays bad, however long it waits. */
const ITEM_ORDER: readonly ErrorClass[] = [
  'bug',
  'drop',
  'sign-in',
  'config',
  'goal',
  'defer',
  'wait',
  'refresh',
  'retry',
];

/** The list itself is refused, and nothing in it was applied, wherever that is said. */
export function isOfList(error: ApiError): boolean {
  return ofList(error) !== undefined;
}
const LIST_CODES: readonly (number | undefined)[] = [5600, 5601];
const ofList = lookUp(REQUEST_ROWS.filter(([code]) => LIST_CODES.includes(code)));
