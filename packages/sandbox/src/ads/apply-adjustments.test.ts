import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ACCOUNT,
  adjust,
  adjustment,
  ago,
  apply,
  CLICK_ID,
  call,
  conversion,
  DAY_MS,
  EMAIL_HASH,
  errorsOf,
  faultOf,
  HOUR_MS,
  LEAD,
  SALE,
} from '../test-support/ads.ts';
import type { Seed } from '../world/seed.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const goal = (changes: Partial<NonNullable<Seed['goals']>[number]>): Seed => ({
  goals: [{ id: 1, name: LEAD, accountId: ACCOUNT, ...changes }],
});
const external = goal({
  externallyAttributed: true,
  revenue: { type: 'VariableValue', value: 0, currency: 'EUR' },
});
const retract = { AdjustmentType: 'Retract', AdjustmentValue: null, AdjustmentCurrencyCode: null };
const noCurrency = { AdjustmentCurrencyCode: null };

const SAME_TIME = ago(HOUR_MS / 2);

type Row = [rule: string, change: Record<string, unknown>, codes: (number | string)[], seed?: Seed];

const ROWS: Row[] = [
  ['J2 another word', { AdjustmentType: 'Refund' }, [5618]],
  ['J2 lower case', { AdjustmentType: 'restate' }, [5618]],
  ['J2 type missing', { AdjustmentType: null }, [5618]],
  ['J2 time missing', { AdjustmentTime: null }, [5619]],
  ['J2 time unusable', { AdjustmentTime: '0001-01-01T00:00:00Z' }, [5621]],
  ['J2 before the conversion', { AdjustmentTime: ago(2 * HOUR_MS) }, [5620]],
  ['J2 at the conversion', { ConversionTime: SAME_TIME, AdjustmentTime: SAME_TIME }, []],
  ['J2 in the future', { AdjustmentTime: ago(-HOUR_MS) }, [5622]],
  [
    'J2 older than 90 days',
    { AdjustmentTime: ago(90 * DAY_MS + 5_000), ConversionTime: ago(91 * DAY_MS) },
    [5609, 5623],
  ],
  [
    'J2 older than the knob',
    { AdjustmentTime: ago(2 * DAY_MS), ConversionTime: ago(3 * DAY_MS) },
    [5623],
    { knobs: { adjustmentWindowDays: 1 } },
  ],
  ['J3 restate without value', { AdjustmentValue: null }, [5625]],
  ['J3 restate without value and currency', { AdjustmentValue: null, ...noCurrency }, [5625]],
  ['J3 restate with a bad value', { AdjustmentValue: -1 }, [5610]],
  ['J3 restate to zero', { AdjustmentValue: 0 }, []],
  ['J3 restate without currency, the goal has one', noCurrency, []],
  ['J3 restate without currency, nobody has one', noCurrency, [5626], goal({})],
  ['J3 restate without currency, required', noCurrency, [5626], { knobs: { restateCurrency: 'required' } }],
  ['J3 restate with a bad currency', { AdjustmentCurrencyCode: 'XXX' }, [5611]],
  ['J3 retract', retract, []],
  ['J3 retract with value', { ...retract, AdjustmentValue: 1 }, [5624]],
  ['J3 retract with currency', { ...retract, AdjustmentCurrencyCode: 'XXX' }, []],
  ['J4 name empty', { ConversionName: '' }, [5605]],
  ['J4 name unknown', { ConversionName: 'Nobody' }, [5606]],
  ['J4 conversion time missing', { ConversionTime: null }, [5608]],
  ['J4 conversion older than 90 days', { ConversionTime: ago(90 * DAY_MS + 5_000) }, [5609]],
  ['J4 no identifier', { MicrosoftClickId: null }, [5603]],
  ['J4 click id malformed', { MicrosoftClickId: 'x' }, [5604]],
  ['J4 email not hashed', { HashedEmailAddress: 'a@b.example' }, ['ConversionEmailAddressIsNotHashed']],
  [
    'J4 hashes alone, plain goal',
    { MicrosoftClickId: null, HashedEmailAddress: EMAIL_HASH, ConversionName: SALE },
    ['NotEligibleForEnhancedConversions'],
  ],
  ['J5 no original', {}, []],
  ['J6 externally attributed goal', {}, [5627], external],
  [
    'J6 externally attributed goal, accepted',
    {},
    [],
    { ...external, knobs: { externalAdjustments: 'accept' } },
  ],
  ['A8 a transaction id is none of its properties', { TransactionId: 'order-1' }, []],
];

describe('OfflineConversionAdjustments/Apply', () => {
  test.each(ROWS)('%s', async (_rule, change, codes, seed) => {
    sandbox.seed(seed ?? {});
    expect(errorsOf(await adjust(sandbox, adjustment(change)))).toEqual(codes.map((code) => [0, code]));
    expect(sandbox.adjustments()).toHaveLength(codes.length === 0 ? 1 : 0);
  });

  test.each<[string, unknown, unknown[]]>([
    ['J1 empty', [], [400, 'ApiFaultDetail', 5600]],
    ['J1 missing', undefined, [400, 'ApiFaultDetail', 5600]],
    ['J1 too long', Array.from({ length: 1001 }, () => adjustment()), [400, 'ApiFaultDetail', 5601]],
  ])('%s list', async (_rule, OfflineConversionAdjustments, expected) => {
    const request = { OfflineConversionAdjustments };
    expect(faultOf(await call(sandbox, 'OfflineConversionAdjustments/Apply', request))).toEqual(expected);
  });

  test('J1 a null item', async () => {
    expect(errorsOf(await adjust(sandbox, null, adjustment()))).toEqual([[0, 5602]]);
    expect(sandbox.adjustments()).toHaveLength(1);
  });
});

describe('J6 what an adjustment does', () => {
  const time = ago(HOUR_MS);
  const original = (changes = {}) => conversion({ ConversionTime: time, ...changes });
  const restate = (AdjustmentValue: number, changes = {}) =>
    adjustment({ ConversionTime: time, AdjustmentValue, AdjustmentCurrencyCode: 'USD', ...changes });
  const cancel = () => adjustment({ ConversionTime: time, ...retract });

  test('Restate: value and currency, the count stays', async () => {
    await apply(sandbox, original());
    await adjust(sandbox, restate(80));
    expect(sandbox.offline()).toMatchObject([{ value: 80, currency: 'USD', count: 1, retracted: false }]);
    expect(sandbox.adjustments()).toMatchObject([{ kind: 'offline', type: 'Restate', applied: true }]);
  });

  test('Restate without currency: the goal’s', async () => {
    await apply(sandbox, original({ ConversionCurrencyCode: 'USD' }));
    await adjust(sandbox, restate(80, noCurrency));
    expect(sandbox.offline()).toMatchObject([{ value: 80, currency: 'EUR' }]);
  });

  test.each([
    ['arrival', 20],
    ['time', 10],
  ] as const)('several Restates, by %s', async (restateOrder, value) => {
    sandbox.seed({ knobs: { restateOrder } });
    await apply(sandbox, original());
    await adjust(
      sandbox,
      restate(10, { AdjustmentTime: ago(60_000) }),
      restate(20, { AdjustmentTime: ago(120_000) }),
    );
    expect(sandbox.offline()).toMatchObject([{ value, count: 1 }]);
  });

  test('Retract: count and value are 0, and nothing more changes it', async () => {
    await apply(sandbox, original());
    await adjust(sandbox, restate(80), cancel());
    await adjust(sandbox, restate(90), cancel());
    expect(sandbox.offline()).toMatchObject([{ value: 0, currency: 'EUR', count: 0, retracted: true }]);
    expect(sandbox.adjustments().map(({ applied }) => applied)).toEqual([true, true, false, false]);
  });

  test('the original again after a Retract changes nothing', async () => {
    await apply(sandbox, original());
    await adjust(sandbox, cancel());
    await apply(sandbox, original());
    expect(sandbox.offline()).toMatchObject([{ count: 0, uploads: 2 }]);
  });

  test.each<[string, Record<string, unknown>]>([
    ['click id', { MicrosoftClickId: 'a'.repeat(32) }],
    ['set of identifiers', { HashedEmailAddress: EMAIL_HASH }],
    ['name', { ConversionName: SALE }],
    ['time', { ConversionTime: ago(HOUR_MS + 1000) }],
  ])('J5 another %s is no original', async (_part, change) => {
    await apply(sandbox, original());
    expect(errorsOf(await adjust(sandbox, restate(80, change)))).toEqual([]);
    expect(sandbox.offline()).toMatchObject([{ value: 149.95, currency: 'EUR' }]);
    expect(sandbox.adjustments()).toMatchObject([{ applied: false }]);
  });

  test('J5 before its original', async () => {
    await adjust(sandbox, restate(80));
    await apply(sandbox, original());
    expect(sandbox.offline()).toMatchObject([{ value: 149.95 }]);
  });

  test('the example of the reference', async () => {
    sandbox.setClock({ now: '2026-08-22T10:00:00Z' });
    const key = { ConversionName: LEAD, ConversionTime: '2026-08-20T10:15:30Z', MicrosoftClickId: CLICK_ID };
    await apply(sandbox, { ...key, ConversionValue: 149.95, ConversionCurrencyCode: 'EUR' });
    const reply = await adjust(sandbox, {
      AdjustmentType: 'Restate',
      AdjustmentTime: '2026-08-22T08:00:00Z',
      AdjustmentValue: 99.95,
      AdjustmentCurrencyCode: 'EUR',
      ...key,
      HashedEmailAddress: null,
      HashedPhoneNumber: null,
    });
    expect(reply.body).toEqual({ PartialErrors: [] });
    expect(sandbox.offline()).toMatchObject([{ value: 99.95, currency: 'EUR' }]);
  });
});

describe('OnlineConversionAdjustments/Apply', () => {
  const online = (changes: Record<string, unknown> = {}) => ({
    ConversionName: 'Shop purchase',
    TransactionId: 'order-1',
    AdjustmentType: 'Restate',
    AdjustmentTime: ago(60_000),
    AdjustmentValue: 10,
    AdjustmentCurrencyCode: 'EUR',
    ...changes,
  });
  const send = (...OnlineConversionAdjustments: unknown[]) =>
    call(sandbox, 'OnlineConversionAdjustments/Apply', { OnlineConversionAdjustments });

  test.each<Row>([
    ['restate', {}, []],
    ['retract', retract, []],
    ['retract with value', { ...retract, AdjustmentValue: 1 }, [5624]],
    ['without transaction id', { TransactionId: null }, ['OnlineConversionTransactionIdNullOrEmpty']],
    ['for an offline goal', { ConversionName: LEAD }, [5606]],
    ['name empty', { ConversionName: '' }, [5605]],
    ['type', { AdjustmentType: 'Refund' }, [5618]],
    ['time missing', { AdjustmentTime: null }, [5619]],
    ['value missing', { AdjustmentValue: null }, [5625]],
  ])('%s', async (_what, change, codes) => {
    expect(errorsOf(await send(online(change)))).toEqual(codes.map((code) => [0, code]));
    expect(sandbox.adjustments()).toHaveLength(codes.length === 0 ? 1 : 0);
  });

  test('is kept by its transaction', async () => {
    await send(online());
    expect(sandbox.adjustments()).toMatchObject([
      { kind: 'online', transactionId: 'order-1', value: 10, currency: 'EUR', applied: null },
    ]);
  });
});
