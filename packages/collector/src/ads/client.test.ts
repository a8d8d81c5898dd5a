import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AccessTokens, TokenResult } from './access-tokens.ts';
import { listAccounts } from './accounts.ts';
import { type AdsAnswer, type AdsCall, type AdsClient, createAdsClient } from './client.ts';
import { describeFailure } from './describe-failure.ts';
import type { ErrorClass } from './error-classes.ts';

const ACCOUNT = { customerId: '200001', accountId: '300001' };
const SIGNAL = new AbortController().signal;
const DEVELOPER_TOKEN = 'sandbox-developer-token';
const GOALS: AdsCall = {
  service: 'campaign',
  operation: 'ConversionGoals/QueryByIds',
  body: JSON.stringify({ ConversionGoalIds: null, ConversionGoalTypes: 'OfflineConversion' }),
  account: ACCOUNT,
  signal: SIGNAL,
};

let sandbox: Sandbox;
let client: AdsClient;
/** Tokens asked for, `get` or the one that was refused. */
let asked: string[];

function accessTokens(first: string, renewed = 'sandbox-access-token'): AccessTokens {
  const give = (reason: string, token: string): Promise<TokenResult> => {
    asked.push(reason);
    return Promise.resolve({ kind: 'good', token });
  };
  return { get: () => give('get', first), renew: (stale) => give(stale, renewed) };
}

function connect(tokens = accessTokens('sandbox-access-token'), developerToken = DEVELOPER_TOKEN) {
  client = createAdsClient({ url: sandbox.url, developerToken, accessTokens: tokens });
}

beforeEach(async () => {
  asked = [];
  sandbox = await createSandbox();
  connect();
});
afterEach(async () => {
  await client.close();
  await sandbox.close();
});

const fault = (Code: number, ErrorCode = 'Name') => ({
  Type: 'AdApiFaultDetail',
  TrackingId: 'tracked',
  Errors: [{ Code, ErrorCode, Message: 'text', Detail: null }],
});

describe('a call', () => {
  test('names the account, and gives the body of the answer', async () => {
    const answer = await client.call(GOALS);
    expect(answer).toMatchObject({ kind: 'answered', trackingId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect((answer as Extract<AdsAnswer, { kind: 'answered' }>).body.ConversionGoals).toHaveLength(2);
    expect(asked).toEqual(['get']);
  });

  test('of Customer Management finds the accounts of who is signed in', async () => {
    const account = { ...ACCOUNT, number: 'F100SBX1', name: 'Example shop', currency: 'EUR' };
    expect(await listAccounts(client, SIGNAL)).toEqual({ accounts: [account] });
  });

  test('of a user with more accounts than a page holds finds all', async () => {
    const accounts = Array.from({ length: 250 }, (_, i) => ({
      id: i + 1,
      number: `F${i}`,
      name: `Account ${i}`,
      customerId: '200001',
    }));
    sandbox.seed({ accounts });
    expect(await listAccounts(client, SIGNAL)).toHaveProperty('accounts.length', 250);
  });

  test('with an expired token is repeated once with another', async () => {
    connect(accessTokens('expired'));
    expect(await client.call(GOALS)).toMatchObject({ kind: 'answered' });
    expect(asked).toEqual(['get', 'expired']);
  });

  test('that a fresh token does not open needs a person, and is not tried a third time', async () => {
    connect(accessTokens('expired', 'wrong too'));
    expect(await client.call(GOALS)).toMatchObject({ kind: 'fault', class: 'sign-in' });
    expect(sandbox.requests()).toHaveLength(2);
  });

  test('without a token is not made', async () => {
    const why = { kind: 'sign-in-needed', message: 'sign in' } as const;
    connect({ get: async () => why, renew: async () => why });
    expect(await client.call(GOALS)).toEqual({ kind: 'no-token', why });
    expect(sandbox.requests()).toHaveLength(0);
  });

  test.each<[code: number, status: number, expected: ErrorClass]>([
    [0, 500, 'retry'],
    [100, 400, 'bug'],
    [106, 403, 'config'],
    [106, 401, 'config'],
    [108, 401, 'sign-in'],
    [113, 400, 'bug'],
    [116, 400, 'config'],
    [117, 429, 'wait'],
    [117, 400, 'wait'],
    [120, 401, 'sign-in'],
    [126, 401, 'sign-in'],
    [207, 429, 'wait'],
    [1001, 400, 'config'],
    [1029, 400, 'config'],
    [1030, 400, 'config'],
    [1102, 400, 'config'],
    [1490, 400, 'config'],
    [3101, 401, 'sign-in'],
    [5600, 400, 'bug'],
    [5601, 400, 'bug'],
    [5612, 500, 'retry'],
    [5613, 400, 'config'],
    [99_999, 429, 'wait'],
    [99_999, 403, 'config'],
    [99_999, 500, 'retry'],
  ])('fault %i with status %i: %s', async (code, status, expected) => {
    sandbox.setFaults([{ match: { path: '/CampaignManagement/*' }, status, body: fault(code) }]);
    expect(await client.call(GOALS)).toMatchObject({ kind: 'fault', class: expected });
  });

  test.each<[what: string, body: unknown, expected: ErrorClass]>([
    ['wrapped', { ApplicationFault: fault(117) }, 'wait'],
    [
      'of operations',
      { Type: 'ApiFaultDetail', OperationErrors: [{ Code: 1102 }], BatchErrors: [] },
      'config',
    ],
    ['with several errors', { Errors: [{ Code: 0 }, { Code: 106 }] }, 'config'],
    ['that is no JSON', '<html>', 'retry'],
    ['that is empty', '', 'retry'],
  ])('a fault %s', async (_, body, expected) => {
    sandbox.setFaults([{ match: { path: '/CampaignManagement/*' }, status: 500, body }]);
    expect(await client.call(GOALS)).toMatchObject({ kind: 'fault', class: expected });
  });

  test('with an answer that is no JSON, or with none, has an unknown outcome', async () => {
    const path = '/CampaignManagement/*';
    sandbox.setFaults([{ match: { path }, status: 200, body: 'ok', times: 1 }]);
    expect(await client.call(GOALS)).toMatchObject({ kind: 'unknown' });
    sandbox.setFaults([{ match: { path }, reset: true, storeFirst: true, times: 1 }]);
    expect(await client.call(GOALS)).toMatchObject({ kind: 'unknown' });
  });

  test('obeys Retry-After, and tells the tracking id', async () => {
    const headers = { 'retry-after': '90' };
    sandbox.setFaults([{ match: { path: '/CampaignManagement/*' }, status: 429, headers, body: fault(117) }]);
    const answer = await client.call(GOALS);
    expect(answer).toMatchObject({
      retryAfterMs: 90_000,
      message: expect.stringContaining('tracking id tracked'),
    });
  });

  test('after too many calls rests for all accounts of the user: calls that come too soon count as well', async () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      const throttled = { match: { path: '/CampaignManagement/*' }, status: 429, body: fault(117), times: 1 };
      sandbox.setFaults([throttled]);
      expect(await client.call(GOALS)).toMatchObject({ class: 'wait', retryAfterMs: 60_000 });
      vi.advanceTimersByTime(59_000);
      const others = { ...GOALS, account: { customerId: '200001', accountId: '300009' } };
      expect(await client.call(others)).toMatchObject({
        class: 'wait',
        retryAfterMs: 1_000,
        message: expect.stringContaining('117'),
      });
      expect(sandbox.requests()).toHaveLength(1);
      vi.advanceTimersByTime(1_000);
      expect(await client.call(GOALS)).toMatchObject({ kind: 'answered' });
    } finally {
      vi.useRealTimers();
    }
  });

  test('with a developer token that is refused says so: no other sign-in would help', async () => {
    connect(undefined, 'of-another-environment');
    const answer = await client.call(GOALS);
    if (answer.kind === 'answered') throw new Error('answered');
    expect(describeFailure(answer)).toMatch(/105 InvalidCredentials.*check the developer token/s);
  });

  test('tells no token, also where the answer repeats it', async () => {
    const body = fault(106, `sandbox-access-token ${DEVELOPER_TOKEN}`);
    sandbox.setFaults([{ match: { path: '/CampaignManagement/*' }, status: 403, body }]);
    const answer = await client.call(GOALS);
    if (answer.kind === 'answered') throw new Error('answered');
    expect(JSON.stringify(answer) + describeFailure(answer)).not.toMatch(/sandbox-(access|developer)-token/);
    expect(describeFailure(answer)).toContain('check the customer and account id');
  });
});
