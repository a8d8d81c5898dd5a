import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ago,
  apply,
  CUSTOMER,
  call,
  conversion,
  errorsOf,
  faultOf,
  type Headers,
  HOUR_MS,
} from '../test-support/ads.ts';
import type { Seed } from '../world/seed.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const APPLY = 'OfflineConversions/Apply';
const body = () => ({ OfflineConversions: [conversion()] });
const grant = (changes: Partial<NonNullable<Seed['grants']>[number]>): Seed => ({
  grants: [{ userName: 'sam@example.com', clientId: 'sandbox-app', accessToken: 'T', ...changes }],
});
const bearer = { authorization: 'Bearer T' };
const twoCustomers: Seed = {
  accounts: [
    { id: '300001', number: 'A', name: 'A', customerId: CUSTOMER },
    { id: '300002', number: 'B', name: 'B', customerId: '200002' },
  ],
};

/** Headers and seed, and what comes of a valid body. */
type Row = [rule: string, headers: Headers, expected: unknown[], seed?: Seed];

const ROWS: Row[] = [
  ['A2 no Authorization', { authorization: undefined }, [401, 'AdApiFaultDetail', 105]],
  ['A2 without Bearer', { authorization: 'sandbox-access-token' }, [401, 'AdApiFaultDetail', 105]],
  ['A2 another scheme', { authorization: 'Basic sandbox-access-token' }, [401, 'AdApiFaultDetail', 105]],
  ['A2 unknown token', { authorization: 'Bearer x' }, [401, 'AdApiFaultDetail', 105]],
  ['A2 expired token', bearer, [401, 'AdApiFaultDetail', 109], grant({ expiresInS: 0 })],
  [
    'A2 token of a user who is gone',
    bearer,
    [401, 'AdApiFaultDetail', 105],
    grant({ userName: 'nobody@example.com' }),
  ],
  [
    'A2 scope lacking',
    bearer,
    [401, 'AdApiFaultDetail', 3101],
    grant({ scope: 'https://ads.microsoft.com/ads.manage' }),
  ],
  [
    'A2 scope lacking, by knob',
    bearer,
    [403, 'AdApiFaultDetail', 3101],
    { ...grant({ scope: 'openid' }), knobs: { scopeStatus: 403 } },
  ],
  ['A3 no developer token', { developertoken: undefined }, [401, 'AdApiFaultDetail', 105]],
  [
    'A3 no developer token, by knob',
    { developertoken: undefined },
    [400, 'AdApiFaultDetail', 116],
    { knobs: { missingDeveloperTokenCode: 116 } },
  ],
  ['A3 unknown developer token', { developertoken: 'x' }, [401, 'AdApiFaultDetail', 105]],
  ['A3 the sandbox’s on production', { developertoken: 'BBD37VB98' }, [401, 'AdApiFaultDetail', 105]],
  [
    'A3 production’s on the sandbox',
    bearer,
    [401, 'AdApiFaultDetail', 105],
    { ...grant({ scope: 'https://si.ads.microsoft.com/msads.manage' }), knobs: { environment: 'sandbox' } },
  ],
  [
    'A3 the scope of production on the sandbox',
    { developertoken: 'BBD37VB98' },
    [401, 'AdApiFaultDetail', 3101],
    { knobs: { environment: 'sandbox' } },
  ],
  ['A4 no CustomerId', { customerid: undefined }, [400, 'AdApiFaultDetail', 1029]],
  ['A4 no CustomerAccountId', { customeraccountid: undefined }, [400, 'AdApiFaultDetail', 1030]],
  ['A4 the account number', { customeraccountid: 'F100SBX1' }, [400, 'AdApiFaultDetail', 1102]],
  ['A4 unknown account', { customeraccountid: '1' }, [400, 'AdApiFaultDetail', 1102]],
  ['A4 unknown customer', { customerid: '1' }, [400, 'AdApiFaultDetail', 1490]],
  ['A4 customer not digits', { customerid: 'x' }, [400, 'AdApiFaultDetail', 1490]],
  [
    'A4 account under another customer',
    { customeraccountid: '300002' },
    [403, 'AdApiFaultDetail', 106],
    twoCustomers,
  ],
  [
    'A4 without access',
    {},
    [403, 'AdApiFaultDetail', 106],
    { users: [{ id: 1, userName: 'sam@example.com', customerId: CUSTOMER, accountIds: [9] }] },
  ],
  [
    'A4 without access, by knob',
    {},
    [401, 'AdApiFaultDetail', 106],
    {
      users: [{ id: 1, userName: 'sam@example.com', customerId: CUSTOMER, accountIds: [9] }],
      knobs: { forbiddenStatus: 401 },
    },
  ],
];

describe('every call', () => {
  test.each(ROWS)('%s', async (_rule, headers, expected, seed) => {
    sandbox.seed(seed ?? {});
    expect(faultOf(await call(sandbox, APPLY, body(), headers))).toEqual(expected);
    expect(sandbox.offline()).toEqual([]);
  });

  test('A3 the sandbox’s own tokens and scope', async () => {
    sandbox.seed({ knobs: { environment: 'sandbox' }, ...grant({}) });
    const headers = { ...bearer, developertoken: 'BBD37VB98' };
    expect(errorsOf(await call(sandbox, APPLY, body(), headers))).toEqual([]);
  });

  test.each([
    ['A1 wrong path', 'OfflineConversions/apply', 'POST', 404],
    ['A1 an operation of another service', '/CustomerManagement/v13/OfflineConversions/Apply', 'POST', 404],
    ['A1 wrong verb', APPLY, 'PUT', 405],
    ['A1 wrong verb', 'ConversionGoals', 'DELETE', 405],
  ])('%s: %s %s', async (_rule, path, method, status) => {
    expect((await call(sandbox, path, body(), {}, method)).status).toBe(status);
  });

  describe('A5 throttling', () => {
    test.each([
      ['user', { callsPerUser: 2 }, [429, 'AdApiFaultDetail', 117], null],
      ['customer', { callsPerCustomer: 2 }, [429, 'AdApiFaultDetail', 117], null],
      [
        'user, by knobs',
        { callsPerUser: 2, throttleStatus: 400, retryAfterS: 7 },
        [400, 'AdApiFaultDetail', 117],
        '7',
      ],
    ] as const)(
      'per %s; calls made while throttled count; clears after 60 s',
      async (_by, knobs, expected, retryAfter) => {
        sandbox.seed({ knobs });
        sandbox.setClock({ now: '2026-11-01T00:00:00Z' });
        await apply(sandbox, conversion());
        await apply(sandbox, conversion());
        const third = await apply(sandbox, conversion());
        expect(faultOf(third)).toEqual(expected);
        expect(third.headers.get('retry-after')).toBe(retryAfter);
        sandbox.setClock({ now: '2026-11-01T00:00:30Z' });
        await apply(sandbox, conversion());
        await apply(sandbox, conversion());
        sandbox.setClock({ now: '2026-11-01T00:01:10Z' });
        expect(faultOf(await apply(sandbox, conversion()))).toEqual(expected);
        sandbox.setClock({ now: '2026-11-01T00:02:30Z' });
        expect((await apply(sandbox, conversion())).status).toBe(200);
      },
    );
  });

  test('A6 A9 the two kinds of fault, with every property, and TrackingId on all', async () => {
    const authentication = await call(sandbox, APPLY, body(), { authorization: undefined });
    expect(authentication.body).toEqual({
      TrackingId: authentication.headers.get('trackingid'),
      Type: 'AdApiFaultDetail',
      Errors: [{ Code: 105, ErrorCode: 'InvalidCredentials', Message: expect.any(String), Detail: null }],
    });
    const validation = await apply(sandbox);
    expect(validation.body).toEqual({
      TrackingId: validation.headers.get('trackingid'),
      Type: 'ApiFaultDetail',
      BatchErrors: [],
      OperationErrors: [
        {
          Code: 5600,
          ErrorCode: 'OfflineConversionsNullOrEmpty',
          Message: expect.any(String),
          Details: null,
        },
      ],
    });
    expect(validation.headers.get('trackingid')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    sandbox.seed({ knobs: { wrapFaults: true } });
    const wrapped = await apply(sandbox);
    expect(wrapped.body.ApplicationFault.OperationErrors[0].Code).toBe(5600);
  });
});

describe('A7 a body that cannot be read is refused as a whole', () => {
  const one = (changes: Record<string, unknown>) => ({
    OfflineConversions: [conversion(), conversion({ ConversionTime: ago(2 * HOUR_MS), ...changes })],
  });
  test.each<[string, unknown]>([
    ['no JSON', '{'],
    ['empty', ''],
    ['null', 'null'],
    ['an array', []],
    ['a string', '"OfflineConversions"'],
    ['SOAP', '<s:Envelope><s:Body/></s:Envelope>'],
    ['a form', 'OfflineConversions=1'],
    ['the list wrapped as in SOAP', { OfflineConversions: { OfflineConversion: [conversion()] } }],
    ['one item in place of the list', { OfflineConversions: conversion() }],
    ['an item that is a string', { OfflineConversions: ['x'] }],
    ['an item that is a list', { OfflineConversions: [[conversion()]] }],
    ['a number as name', one({ ConversionName: 1 })],
    ['a string as value', one({ ConversionValue: '149.95' })],
    ['NaN as value', one({ ConversionValue: 'NaN' })],
    ['true as value', one({ ConversionValue: true })],
    ['a nil of SOAP', one({ ConversionValue: { '@i:nil': 'true' } })],
    ['a space in the time', one({ ConversionTime: '2026-01-02 03:04:05Z' })],
    ['a local time of the help page', one({ ConversionTime: '1/2/2026 3:04:05 AM' })],
    ['a date alone', one({ ConversionTime: '2026-01-02' })],
    ['the empty string as time', one({ ConversionTime: '' })],
    ['ms as time', one({ ConversionTime: 1_767_323_045_000 })],
    ['a day that does not exist', one({ ConversionTime: '2026-02-30T00:00:00Z' })],
    ['an hour that does not exist', one({ ConversionTime: '2026-02-20T25:00:00Z' })],
    ['eight digits of a second', one({ ConversionTime: '2026-02-20T00:00:00.12345678Z' })],
  ])('%s', async (_what, request) => {
    const reply = await call(sandbox, APPLY, request);
    expect(faultOf(reply)).toEqual([400, 'ApiFaultDetail', 100]);
    expect(sandbox.offline()).toEqual([]);
    expect(sandbox.requests().at(-1)?.notes.join()).toContain('cannot be read');
  });

  test('the knobs of status and code', async () => {
    sandbox.seed({ knobs: { unreadableStatus: 500, unreadableCode: 113 } });
    expect(faultOf(await call(sandbox, APPLY, '{'))).toEqual([500, 'ApiFaultDetail', 113]);
  });

  test.each([
    ['utc', 200],
    ['unreadable', 400],
  ] as const)('a time without a zone is %s', async (zonelessTimes, status) => {
    sandbox.seed({ knobs: { zonelessTimes } });
    const time = ago(HOUR_MS).replace('Z', '');
    expect((await apply(sandbox, conversion({ ConversionTime: time }))).status).toBe(status);
  });
});

describe('A8 properties', () => {
  test('an unknown one is ignored and flagged', async () => {
    expect(errorsOf(await apply(sandbox, conversion({ TransactionId: 'order-1' })))).toEqual([]);
    expect(sandbox.requests().at(-1)?.notes).toEqual([
      'OfflineConversions[0].TransactionId: unknown property, ignored',
    ]);
  });

  test('an unknown one is refused, by knob', async () => {
    sandbox.seed({ knobs: { rejectUnknownProperties: true } });
    expect(faultOf(await apply(sandbox, conversion({ TransactionId: 'order-1' })))).toEqual([
      400,
      'ApiFaultDetail',
      100,
    ]);
  });

  test('a camelCase body looks empty', async () => {
    const request = { offlineConversions: [conversion()] };
    expect(faultOf(await call(sandbox, APPLY, request))).toEqual([400, 'ApiFaultDetail', 5600]);
    sandbox.seed({ knobs: { caseSensitiveProperties: false } });
    expect(errorsOf(await call(sandbox, APPLY, request))).toEqual([]);
  });
});

describe('fault switches work on these routes too', () => {
  test('a status, then as ever', async () => {
    sandbox.setFaults([{ match: { path: '*OfflineConversions/Apply' }, status: 503, body: '', times: 1 }]);
    expect((await apply(sandbox, conversion())).status).toBe(503);
    expect((await apply(sandbox, conversion())).status).toBe(200);
    expect(sandbox.offline()).toMatchObject([{ uploads: 1 }]);
  });

  test('a 401 without a body has none', async () => {
    sandbox.setFaults([{ match: { path: '/CampaignManagement' }, status: 401 }]);
    expect(await apply(sandbox, conversion())).toMatchObject({ status: 401, text: '' });
  });

  test('a 200 without the list', async () => {
    sandbox.setFaults([{ match: { path: '/CampaignManagement' }, storeFirst: true, body: {}, times: 1 }]);
    expect((await apply(sandbox, conversion())).body).toEqual({});
    expect(sandbox.offline()).toHaveLength(1);
  });

  test('secrets are not kept in the log', async () => {
    await apply(sandbox, conversion());
    const log = JSON.stringify(sandbox.requests());
    expect(log).not.toContain('sandbox-access-token');
    expect(log).not.toContain('sandbox-developer-token');
    expect(sandbox.requests()[0]?.headers).toMatchObject({
      authorization: 'Bearer (redacted)',
      customerid: CUSTOMER,
    });
  });
});
