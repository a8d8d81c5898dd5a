import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AccessTokens, TokenResult } from '../../ads/access-tokens.ts';
import { type AdsAccount, type AdsClient, createAdsClient } from '../../ads/client.ts';
import { conversionItem } from '../../pipeline/offline/conversion-item.ts';
import { StoreUnavailable } from '../../store/unavailable.ts';
import type { Answer, Destination, EventResult } from '../destination.ts';
import { createOfflineDestination } from './destination.ts';

/** Microsoft's error tables, row by row: from the code to what becomes of the item or the upload. */

const ACCOUNT = { customerId: '200001', accountId: '300001' };
const CLICK = '0123456789abcdef0123456789abcdef';
const SIGNAL = new AbortController().signal;
const MINUTE_MS = 60_000;
const GOAL = 'Broken';

let sandbox: Sandbox;
let client: AdsClient;
let destination: Destination;
/** Codes of the errors that are told as faults of ours. */
let bugs: string[];

const accessTokens: AccessTokens = {
  get: () => Promise.resolve({ kind: 'good', token: 'sandbox-access-token' }),
  renew: () => Promise.resolve({ kind: 'good', token: 'sandbox-access-token' }),
};

function connect(tokens = accessTokens, account = () => Promise.resolve<AdsAccount | undefined>(ACCOUNT)) {
  const developerToken = 'sandbox-developer-token';
  client = createAdsClient({ url: sandbox.url, developerToken, accessTokens: tokens });
  destination = createOfflineDestination({
    id: 'offline:shop',
    upload: 'conversions',
    client,
    account,
    onBug: (code) => bugs.push(code),
  });
}

beforeEach(async () => {
  bugs = [];
  sandbox = await createSandbox();
  connect();
});
afterEach(async () => {
  await client.close();
  await sandbox.close();
});

const item = (msclkid = CLICK) =>
  conversionItem({
    goal: GOAL,
    time: Date.now() - MINUTE_MS,
    value: undefined,
    currency: undefined,
    msclkid,
    em: undefined,
    ph: undefined,
  });
const items = (count: number) =>
  Array.from({ length: count }, (_, index) => item(`${index}`.padStart(32, 'a')));

/** An answer in place of the sandbox's own. */
function answerWith(body: unknown, status = 200, headers: Record<string, string> = {}): void {
  sandbox.setFaults([{ match: { path: '/CampaignManagement/*' }, status, headers, body }]);
}
const partial = (...PartialErrors: object[]) => answerWith({ PartialErrors });

function resultsOf(answer: Answer): readonly EventResult[] {
  if (answer.kind !== 'processed') throw new Error(JSON.stringify(answer));
  return answer.results;
}
/** `rejected`, or the minutes after which it is tried again. */
const becomes = (result: EventResult) => ('delayMs' in result ? result.delayMs / MINUTE_MS : result.state);

type Fate = 'rejected' | 'rejected, and told' | 20 | 60 | 2;

describe('an error of an item', () => {
  test.each<[code: number | null, name: string, fate: Fate, otherName?: string]>([
    [0, 'InternalError', 2],
    [105, 'InvalidCredentials', 2],
    [106, 'UserIsNotAuthorized', 60],
    [117, 'CallRateExceeded', 2],
    [3101, 'OAuthTokenInvalid', 60],
    [5602, 'OfflineConversionIsNull', 'rejected, and told'],
    [
      5603,
      'OfflineConversionMicrosoftClickIdNullOrEmpty',
      'rejected',
      'OfflineConversionMSClickIdNullOrEmpty',
    ],
    [5604, 'OfflineConversionMicrosoftClickIdInvalid', 'rejected', 'OfflineConversionMSClickIdInvalid'],
    [5605, 'OfflineConversionNameNullOrEmpty', 'rejected, and told'],
    [5606, 'OfflineConversionNameInvalid', 60],
    [5607, 'OfflineConversionTimeInvalid', 'rejected, and told'],
    [5608, 'OfflineConversionTimeNullOrEmpty', 'rejected, and told'],
    [5609, 'OfflineConversionTimeOutOfWindow', 'rejected'],
    [5610, 'OfflineConversionValueInvalid', 'rejected'],
    [5611, 'OfflineConversionCurrencyCodeInvalid', 'rejected'],
    [5612, 'OfflineConversionsApplyFailed', 2],
    [5613, 'OfflineConversionPilotNotEnabledForCustomer', 60],
    [5614, 'FutureConversionTimeCannotBeSet', 20],
    [5615, 'OfflineConversionNotAcceptedForGoal', 20, 'OfflineConversionGoalTooRecent'],
    [5616, 'ConversionTimeEarlierThanClickTime', 'rejected'],
    [5617, 'ClickIdDateTimeOutsideGoalConversionWindow', 'rejected'],
    [5618, 'OfflineConversionInvalidAdjustmentType', 'rejected, and told'],
    [5619, 'OfflineConversionAdjustmentTimeNullOrEmpty', 'rejected, and told'],
    [5620, 'OfflineConversionAdjustmentTimeEarlierThanConversionTime', 'rejected, and told'],
    [5621, 'OfflineConversionAdjustmentTimeInvalid', 'rejected, and told'],
    [5622, 'OfflineConversionFutureAdjustmentTimeCannotBeSet', 20],
    [5623, 'OfflineConversionAdjustmentTimeOutOfWindow', 'rejected'],
    [5624, 'OfflineConversionAdjustmentValueNotExpected', 'rejected, and told'],
    [5625, 'OfflineConversionAdjustmentValueRequired', 'rejected, and told'],
    [5626, 'OfflineConversionCurrencyValueRequired', 'rejected, and told'],
    [5627, 'OfflineConversionRestateRetractNotSupported', 'rejected'],
    [null, 'NotEligibleForEnhancedConversions', 60],
    [null, 'ConversionEmailAddressIsNotHashed', 'rejected'],
    [null, 'ConversionPhoneNumberIsNotHashed', 'rejected'],
    [null, 'GoalNotEligibleForExternalAttribution', 60],
    [null, 'ExternalAttributionRequiredFieldEmpty', 'rejected'],
    [null, 'ExternalAttributionModelTooLong', 'rejected'],
    [null, 'ExternalAttributionCreditValueInvalid', 'rejected'],
  ])('%s %s: %s', async (code, name, fate, otherName) => {
    // As Microsoft answers, then by the number alone, then by each name alone.
    sandbox.seed({ goals: [{ id: 1, name: GOAL, accountId: 300001, refuseWith: name as never }] });
    const answers = [await destination.send([item()], SIGNAL)];
    const forms = [
      ...(code === null ? [] : [{ Code: code, ErrorCode: 'AnotherName' }]),
      ...[name, ...(otherName ? [otherName] : [])].map((ErrorCode) => ({ Code: null, ErrorCode })),
    ];
    for (const form of forms) {
      partial({ Index: 0, Message: 'text', ...form });
      answers.push(await destination.send([item()], SIGNAL));
    }

    const isTold = fate === 'rejected, and told';
    const [one, ...more] = answers.map((answer) => resultsOf(answer)[0]!);
    expect([one!, ...more].map(becomes)).toEqual(answers.map(() => (isTold ? 'rejected' : fate)));
    expect(one).toMatchObject({ code: name });
    expect(bugs).toHaveLength(isTold ? answers.length : 0);
  });

  test('that nobody knows is for good, and told', async () => {
    partial({ Index: 0, Code: 77_777, ErrorCode: 'Unheard', Message: 'text' });
    expect(resultsOf(await destination.send([item()], SIGNAL))).toEqual([
      { state: 'rejected', code: 'Unheard', message: '77777 text' },
    ]);
    expect(bugs).toEqual(['Unheard']);
  });

  test.each<[what: string, codes: number[], fate: Fate]>([
    ['one for good', [5615, 5606, 5604], 'rejected'],
    ['none for good', [5615, 5612, 5606], 60],
    ['all of them later', [5612, 5615], 20],
  ])('with others: %s', async (_, codes, fate) => {
    partial(...codes.map((Code) => ({ Index: 0, Code })));
    expect(resultsOf(await destination.send([item()], SIGNAL)).map(becomes)).toEqual([fate]);
  });
});

describe('an answer to many items', () => {
  test('marks exactly the blamed ones, in whatever order they are blamed', async () => {
    const blamed = new Map([7, 991, 0, 500, 13].map((Index) => [Index, 'rejected']));
    partial(...[...blamed.keys(), 500, 7].map((Index) => ({ Index, Code: 5604 })));
    const results = resultsOf(await destination.send(items(1_000), SIGNAL));
    expect(results.map(({ state }) => state)).toEqual(
      Array.from({ length: 1_000 }, (_, index) => blamed.get(index) ?? 'accepted'),
    );
  });

  test.each([
    ['an empty list', { PartialErrors: [] }],
    ['null', { PartialErrors: null }],
  ])('with %s means that all were taken', async (_, body) => {
    answerWith(body);
    const results = resultsOf(await destination.send(items(2), SIGNAL));
    expect(results.map(({ state }) => state)).toEqual(['accepted', 'accepted']);
  });

  test.each<[what: string, body: unknown]>([
    ['without the list', {}],
    ['that is null', null],
    ['that is no JSON', '<html>'],
    ['whose list is none', { PartialErrors: { Index: 0, Code: 5604 } }],
    ['whose list has no errors', { PartialErrors: ['5604'] }],
    ['that blames an item that is not there', { PartialErrors: [{ Index: 2, Code: 5604 }] }],
    ['that blames the item before the first', { PartialErrors: [{ Index: -1, Code: 5604 }] }],
    ['that blames nobody', { PartialErrors: [{ Index: null, Code: 5604 }] }],
    ['that blames half an item', { PartialErrors: [{ Index: 0.5, Code: 5604 }] }],
  ])('%s says nothing about any: the same bytes are sent again', async (_, body) => {
    answerWith(body);
    expect(await destination.send(items(2), SIGNAL)).toMatchObject({ kind: 'unavailable' });
  });

  test.each([
    [5600, ''],
    [5601, ''],
    [null, 'OfflineConversionBatchSizeExceedsLimit'],
  ])('that refuses the list as a partial error (%s %s) has taken none', async (Code, ErrorCode) => {
    partial({ Index: 0, Code, ErrorCode });
    expect(await destination.send(items(2), SIGNAL)).toMatchObject({ kind: 'refused', rejected: [] });
  });
});

describe('an upload that is refused as a whole', () => {
  type Kind = Answer['kind'];
  test.each<[code: number, status: number, name: string, kind: Kind]>([
    [0, 500, 'InternalError', 'unavailable'],
    [100, 400, 'NullRequest', 'refused'],
    [105, 401, 'InvalidCredentials', 'unauthorized'],
    [106, 403, 'UserIsNotAuthorized', 'unauthorized'],
    [108, 401, 'UserCompromised', 'unauthorized'],
    [109, 401, 'AuthenticationTokenExpired', 'unauthorized'],
    [113, 400, 'InvalidDateObject', 'refused'],
    [116, 400, 'RequestMissingHeaders', 'unauthorized'],
    [117, 429, 'CallRateExceeded', 'throttled'],
    [120, 401, 'UserLoginAccessDenied', 'unauthorized'],
    [122, 401, 'PersonalIdentityNotAvailable', 'unauthorized'],
    [123, 401, 'WorkIdentityNotAvailable', 'unauthorized'],
    [124, 401, 'PersonalIdentityMigratedToWork', 'unauthorized'],
    [125, 401, 'PersonalIdentityNotAllowedByCustomer', 'unauthorized'],
    [126, 401, 'IdentityTypeMismatch', 'unauthorized'],
    [207, 400, 'ConcurrentRequestOverLimit', 'throttled'],
    [1029, 400, 'CampaignServiceCustomerIdHasToBeSpecified', 'unauthorized'],
    [1030, 400, 'CampaignServiceAccountIdHasToBeSpecified', 'unauthorized'],
    [1102, 400, 'CampaignServiceInvalidAccountId', 'unauthorized'],
    [1490, 400, 'CampaignServiceInvalidCustomerId', 'unauthorized'],
    [3101, 401, 'OAuthTokenInvalid', 'unauthorized'],
    [5600, 400, 'OfflineConversionsNullOrEmpty', 'refused'],
    [5601, 400, 'OfflineConversionsLimitExceeded', 'refused'],
    [5612, 500, 'OfflineConversionsApplyFailed', 'unavailable'],
    [5613, 400, 'OfflineConversionPilotNotEnabledForCustomer', 'unauthorized'],
    [5604, 400, 'OfflineConversionMicrosoftClickIdInvalid', 'refused'],
    [5606, 400, 'OfflineConversionNameInvalid', 'unavailable'],
  ])('%i (%i) %s: %s', async (Code, status, ErrorCode, kind) => {
    // By the number, at the status that it comes with and at the one of SOAP; then by the name.
    const forms: [error: object, status: number][] = [
      [{ Code, ErrorCode, Message: 'text' }, status],
      [{ Code, ErrorCode: '' }, 500],
      [{ Code: null, ErrorCode }, 500],
    ];
    for (const [error, answered] of forms) {
      // A client that was told of too many calls makes none for a while.
      await client.close();
      connect();
      answerWith({ Type: 'AdApiFaultDetail', TrackingId: 'x', Errors: [error] }, answered);
      expect(await destination.send(items(2), SIGNAL)).toMatchObject({ kind });
    }
  });

  test.each<[status: number, kind: Kind]>([
    [400, 'unavailable'],
    [401, 'unauthorized'],
    [403, 'unauthorized'],
    [404, 'unavailable'],
    [429, 'throttled'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
  ])('without a code, %i: %s', async (status, kind) => {
    for (const body of ['', '<html>', { Errors: [{ Code: 77_777, ErrorCode: 'Unheard' }] }]) {
      answerWith(body, status);
      expect(await destination.send([item()], SIGNAL)).toMatchObject({ kind });
    }
  });

  test.each<[header: string | undefined, ms: number]>([
    [undefined, 60_000],
    ['5', 60_000],
    ['90', 90_000],
  ])('for too many calls rests a minute at least (Retry-After %s)', async (header, retryAfterMs) => {
    answerWith({ Errors: [{ Code: 117 }] }, 429, header === undefined ? {} : { 'retry-after': header });
    expect(await destination.send([item()], SIGNAL)).toMatchObject({ kind: 'throttled', retryAfterMs });
  });

  test('by a fault of ours is told where it costs an item', async () => {
    answerWith({ OperationErrors: [{ Code: 113, ErrorCode: 'InvalidDateObject' }] }, 400);
    await destination.send(items(2), SIGNAL);
    expect(bugs).toEqual([]);
    expect(await destination.send([item()], SIGNAL)).toMatchObject({ kind: 'refused' });
    expect(bugs).toEqual(['RequestRefused']);
  });

  test('for its token is sent once more, no third time', async () => {
    answerWith({ Errors: [{ Code: 109 }] }, 401);
    await destination.send([item()], SIGNAL);
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('or cut off may have been taken: the same bytes again', async () => {
    sandbox.setFaults([{ reset: true, storeFirst: true }]);
    expect(await destination.send([item()], SIGNAL)).toMatchObject({ kind: 'unavailable' });
  });
});

test.each<[why: Exclude<TokenResult, { kind: 'good' }>, kind: Answer['kind']]>([
  [{ kind: 'sign-in-needed', message: 'sign in' }, 'unauthorized'],
  [{ kind: 'misconfigured', message: 'set it' }, 'unauthorized'],
  [{ kind: 'unavailable', message: 'later', retryAfterMs: 5_000 }, 'unavailable'],
])('without a token: $kind', async (why, kind) => {
  connect({ ...accessTokens, get: () => Promise.resolve(why) });
  expect(await destination.send([item()], SIGNAL)).toMatchObject({ kind, message: why.message });
  expect(sandbox.requests()).toHaveLength(0);
});

test('without an account nothing is sent, and what to do is told', async () => {
  connect(accessTokens, () => Promise.resolve(undefined));
  const message = expect.stringContaining('uet-capi auth login');
  expect(await destination.send([item()], SIGNAL)).toEqual({ kind: 'unauthorized', message });
  expect(await destination.probe(SIGNAL)).toEqual({ kind: 'bad', message });
  expect(sandbox.requests()).toHaveLength(0);
});

test('where the store fails to tell the account it is tried again, and not paused', async () => {
  connect(accessTokens, () => Promise.reject(new StoreUnavailable('database is locked')));
  expect(await destination.send([item()], SIGNAL)).toMatchObject({ kind: 'unavailable' });
  expect(await destination.probe(SIGNAL)).toMatchObject({ kind: 'unknown' });
  expect(sandbox.requests()).toHaveLength(0);
});

test('what is no fault of the store as a whole is not taken for one', async () => {
  connect(accessTokens, () => Promise.reject(new SyntaxError('a bug')));
  await expect(destination.send([item()], SIGNAL)).rejects.toThrow('a bug');
});

test.each<[status: number, body: unknown, kind: string]>([
  [200, { ConversionGoals: [], PartialErrors: [] }, 'good'],
  [403, { Errors: [{ Code: 106 }] }, 'bad'],
  [429, { Errors: [{ Code: 117 }] }, 'unknown'],
  [503, '', 'unknown'],
])('a probe that is answered %i: %s', async (status, body, kind) => {
  answerWith(body, status);
  expect(await destination.probe(SIGNAL)).toMatchObject({ kind });
});
