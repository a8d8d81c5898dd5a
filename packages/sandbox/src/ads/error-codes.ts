/**
 * Microsoft's error names with their numbers. Numbers above 990,000 are invented: Microsoft publishes
 * the name only, or nothing at all, and a client must not lean on them. Of the goals' codes some
 * names are ours, after what Microsoft says that they mean.
 */
export const ERROR_CODES = {
  InternalError: 0,
  NullRequest: 100,
  InvalidCredentials: 105,
  UserIsNotAuthorized: 106,
  AuthenticationTokenExpired: 109,
  RequestMissingHeaders: 116,
  CallRateExceeded: 117,
  CampaignServiceCustomerIdHasToBeSpecified: 1029,
  CampaignServiceAccountIdHasToBeSpecified: 1030,
  CampaignServiceInvalidAccountId: 1102,
  CampaignServiceInvalidCustomerId: 1490,
  OAuthTokenInvalid: 3101,

  InvalidUetTagId: 5300,
  UetTagIdsExceedsLimit: 5304,
  InvalidConversionGoalId: 5314,
  ConversionGoalNameAlreadyExists: 5317,
  ConversionGoalIdArrayExceedsLimit: 5318,
  ConversionGoalNameMissing: 5319,
  ConversionGoalNameInvalid: 5320,
  ConversionGoalsNotPassed: 5321,
  ConversionGoalsExceedsLimit: 5322,
  ConversionGoalIsNull: 5323,
  ConversionGoalIdsNotPassed: 5324,
  ConversionGoalIdMissing: 5325,
  ConversionGoalStatusInvalid: 5328,
  ConversionGoalTypesNotPassed: 5329,
  UetTagIdsNotPassed: 5330,
  ConversionGoalTypeMismatch: 5331,
  ConversionGoalRevenueTypeInvalid: 5332,
  ConversionGoalRevenueValueInvalid: 5333,
  ConversionGoalWindowInvalid: 5337,
  ConversionGoalTypeChanged: 5347,

  OfflineConversionsNullOrEmpty: 5600,
  OfflineConversionsLimitExceeded: 5601,
  OfflineConversionIsNull: 5602,
  OfflineConversionMicrosoftClickIdNullOrEmpty: 5603,
  OfflineConversionMicrosoftClickIdInvalid: 5604,
  OfflineConversionNameNullOrEmpty: 5605,
  OfflineConversionNameInvalid: 5606,
  OfflineConversionTimeInvalid: 5607,
  OfflineConversionTimeNullOrEmpty: 5608,
  OfflineConversionTimeOutOfWindow: 5609,
  OfflineConversionValueInvalid: 5610,
  OfflineConversionCurrencyCodeInvalid: 5611,
  OfflineConversionsApplyFailed: 5612,
  OfflineConversionPilotNotEnabledForCustomer: 5613,
  FutureConversionTimeCannotBeSet: 5614,
  OfflineConversionNotAcceptedForGoal: 5615,
  ConversionTimeEarlierThanClickTime: 5616,
  ClickIdDateTimeOutsideGoalConversionWindow: 5617,
  OfflineConversionInvalidAdjustmentType: 5618,
  OfflineConversionAdjustmentTimeNullOrEmpty: 5619,
  OfflineConversionAdjustmentTimeEarlierThanConversionTime: 5620,
  OfflineConversionAdjustmentTimeInvalid: 5621,
  OfflineConversionFutureAdjustmentTimeCannotBeSet: 5622,
  OfflineConversionAdjustmentTimeOutOfWindow: 5623,
  OfflineConversionAdjustmentValueNotExpected: 5624,
  OfflineConversionAdjustmentValueRequired: 5625,
  OfflineConversionCurrencyValueRequired: 5626,
  OfflineConversionRestateRetractNotSupported: 5627,

  NotEligibleForEnhancedConversions: 990_001,
  ConversionEmailAddressIsNotHashed: 990_002,
  ConversionPhoneNumberIsNotHashed: 990_003,
  GoalNotEligibleForExternalAttribution: 990_004,
  ExternalAttributionRequiredFieldEmpty: 990_005,
  ExternalAttributionModelTooLong: 990_006,
  ExternalAttributionCreditValueInvalid: 990_007,
  OnlineConversionTransactionIdNullOrEmpty: 990_008,
  ConversionGoalCategoryMissing: 990_009,
  ReportDateRangeInvalid: 990_010,
} as const;

export type ErrorName = keyof typeof ERROR_CODES;

/** The wording carries no meaning, and varies, so that nothing comes to depend on it. */
export function errorMessage(name: ErrorName, variant: number): string {
  const words = name.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  const wordings = [`The request is not valid: ${words}.`, `${name}.`, `Please check the value (${words}).`];
  return wordings[variant % wordings.length]!;
}
