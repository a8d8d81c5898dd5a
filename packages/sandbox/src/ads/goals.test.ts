import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ACCOUNT,
  apply,
  CUSTOMER,
  call,
  conversion,
  errorsOf,
  faultOf,
  HOUR_MS,
} from '../test-support/ads.ts';
import { DEFAULT_SEED } from '../world/default-seed.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const query = (changes: Record<string, unknown> = {}) =>
  call(sandbox, 'ConversionGoals/QueryByIds', {
    ConversionGoalIds: null,
    ConversionGoalTypes: 'OfflineConversion',
    ReturnAdditionalFields: null,
    ...changes,
  });
const names = (goals: ({ Name: string } | null)[]) => goals.map((goal) => goal?.Name ?? null);

describe('ConversionGoals/QueryByIds', () => {
  test.each<[string, Record<string, unknown>, (string | null)[]]>([
    ['G1 all of a type', {}, ['Qualified lead', 'Phone sale']],
    ['G1 empty ids are all', { ConversionGoalIds: [] }, ['Qualified lead', 'Phone sale']],
    [
      'G1 types joined by a comma',
      { ConversionGoalTypes: 'Event,OfflineConversion' },
      ['Qualified lead', 'Phone sale', 'Shop purchase'],
    ],
    ['G1 types joined by comma and space', { ConversionGoalTypes: 'Url, Event' }, ['Shop purchase']],
    [
      'G1 ids, with null where there is none',
      { ConversionGoalIds: ['1', '400002', '400003'] },
      [null, 'Phone sale', null],
    ],
    ['G1 ids as numbers', { ConversionGoalIds: [400001] }, ['Qualified lead']],
  ])('%s', async (_rule, change, expected) => {
    const { status, body } = await query(change);
    expect(status).toBe(200);
    expect(names(body.ConversionGoals)).toEqual(expected);
    const missing = expected.flatMap((name, index) => (name === null ? [[index, 5314]] : []));
    expect(errorsOf({ status, body } as never)).toEqual(missing);
  });

  test.each<[string, Record<string, unknown>, unknown[]]>([
    ['G1 no types', { ConversionGoalTypes: null }, [400, 'ApiFaultDetail', 5329]],
    ['G1 more than 100 ids', { ConversionGoalIds: Array(101).fill('1') }, [400, 'ApiFaultDetail', 5318]],
    [
      'types joined by a space, as in SOAP',
      { ConversionGoalTypes: 'Url Event' },
      [400, 'ApiFaultDetail', 100],
    ],
    ['types as a list', { ConversionGoalTypes: ['Url'] }, [400, 'ApiFaultDetail', 100]],
    ['ids as one string', { ConversionGoalIds: '1' }, [400, 'ApiFaultDetail', 100]],
    ['an id that is none', { ConversionGoalIds: ['abc'] }, [400, 'ApiFaultDetail', 100]],
  ])('%s', async (_rule, change, expected) => {
    expect(faultOf(await query(change))).toEqual(expected);
  });

  test('G2 G3 the whole goal; additional fields only when asked for', async () => {
    const plain = {
      AttributionModelType: null,
      ConversionWindowInMinutes: 43200,
      CountType: 'All',
      ExcludeFromBidding: false,
      GoalCategory: null,
      Id: '400001',
      IsAutoGoal: null,
      IsEnhancedConversionsEnabled: null,
      IsExternallyAttributed: null,
      Name: 'Qualified lead',
      Revenue: { CurrencyCode: 'EUR', Type: 'VariableValue', Value: 0 },
      Scope: 'Account',
      Status: 'Active',
      TagId: null,
      TrackingStatus: null,
      Type: 'OfflineConversion',
      ViewThroughConversionWindowInMinutes: null,
    };
    expect((await query()).body.ConversionGoals[0]).toEqual(plain);
    const fields = 'GoalCategory,IsEnhancedConversionsEnabled,IsExternallyAttributed';
    expect((await query({ ReturnAdditionalFields: fields })).body.ConversionGoals[0]).toEqual({
      ...plain,
      GoalCategory: 'SubmitLeadForm',
      IsEnhancedConversionsEnabled: true,
      IsExternallyAttributed: false,
    });
  });

  test('G1 goals of the customer belong to every account of it', async () => {
    const account = { number: 'A', name: 'A', customerId: CUSTOMER };
    sandbox.seed({
      accounts: [
        { ...account, id: ACCOUNT },
        { ...account, id: '300002' },
        { ...account, id: '300003', customerId: '200002' },
      ],
      goals: [
        { id: 1, name: 'own', accountId: ACCOUNT },
        { id: 2, name: 'other account', accountId: 300002 },
        { id: 3, name: 'customer', accountId: 300002, scope: 'Customer' },
        { id: 4, name: 'other customer', accountId: 300003, scope: 'Customer' },
      ],
    });
    expect(names((await query()).body.ConversionGoals)).toEqual(['own', 'customer']);
    expect(errorsOf(await apply(sandbox, conversion({ ConversionName: 'customer' })))).toEqual([]);
  });
});

describe('ConversionGoals/QueryByTagIds', () => {
  const byTag = (TagIds: unknown, ConversionGoalTypes: unknown = 'Event,OfflineConversion') =>
    call(sandbox, 'ConversionGoals/QueryByTagIds', {
      TagIds,
      ConversionGoalTypes,
      ReturnAdditionalFields: null,
    });

  test('G4 never an offline goal', async () => {
    sandbox.seed({ goals: DEFAULT_SEED.goals.map((goal) => ({ ...goal, tagId: '123456' })) });
    const { body } = await byTag(['123456']);
    expect(body).toMatchObject({
      ConversionGoals: [{ Name: 'Shop purchase', TagId: '123456' }],
      PartialErrors: [],
    });
    expect(body.ConversionGoals[0]).toMatchObject({ ActionExpression: 'purchase', ActionOperator: 'Equals' });
    expect((await byTag(['9'])).body.ConversionGoals).toEqual([]);
  });

  test.each([
    ['no ids', null, 5330],
    ['too many', Array(101).fill('1'), 5304],
  ])('%s', async (_what, ids, code) => {
    expect(faultOf(await byTag(ids))).toEqual([400, 'ApiFaultDetail', code]);
  });
});

describe('ConversionGoals, G5', () => {
  const goal = { Name: 'New', Type: 'OfflineConversion', GoalCategory: 'Purchase' };
  const save = (method: string, ...ConversionGoals: unknown[]) =>
    call(sandbox, 'ConversionGoals', { ConversionGoals }, {}, method);

  test('an added goal takes uploads after two hours; auto-tagging is on', async () => {
    const { body } = await save('POST', goal);
    expect(body).toEqual({ ConversionGoalIds: ['500001'], PartialErrors: [] });
    expect(errorsOf(await apply(sandbox, conversion({ ConversionName: 'New' })))).toEqual([[0, 5615]]);
    sandbox.setClock({ offsetMs: 2 * HOUR_MS + 1000 });
    expect(errorsOf(await apply(sandbox, conversion({ ConversionName: 'New' })))).toEqual([]);
    const names = { AccountPropertyNames: ['MSCLKIDAutoTaggingEnabled'] };
    const properties = await call(sandbox, 'AccountProperties/Query', names);
    expect(properties.body).toEqual({
      AccountProperties: [{ Name: 'MSCLKIDAutoTaggingEnabled', Value: 'true' }],
    });
  });

  test.each<[string, Record<string, unknown>, number | string]>([
    ['category missing', { GoalCategory: null }, 'ConversionGoalCategoryMissing'],
    ['category of no offline goal', { GoalCategory: 'Download' }, 'ConversionGoalCategoryMissing'],
    ['name taken', { Name: 'Phone sale' }, 5317],
    ['name taken by a goal of another type', { Name: 'Shop purchase' }, 5317],
    ['name missing', { Name: null }, 5319],
    ['name too long', { Name: 'n'.repeat(101) }, 5320],
    ['window 0', { ConversionWindowInMinutes: 0 }, 5337],
    ['window above 90 days', { ConversionWindowInMinutes: 129_601 }, 5337],
    ['revenue type', { Revenue: { Type: 'Some' } }, 5332],
    ['no value, and yet one', { Revenue: { Type: 'NoValue', Value: 1 } }, 5333],
    ['fixed without value', { Revenue: { Type: 'FixedValue' } }, 5333],
    ['value too large', { Revenue: { Type: 'VariableValue', Value: 10_000_000 } }, 5333],
    ['customer’s, without currency', { Scope: 'Customer', Revenue: { Type: 'FixedValue', Value: 1 } }, 5333],
    ['status', { Status: 'Deleted' }, 5328],
    ['another type', { Type: 'Url' }, 5331],
  ])('%s', async (_what, change, code) => {
    const reply = await save('POST', { ...goal, ...change }, { ...goal, Name: 'Good' }, null);
    expect(errorsOf(reply)).toEqual([
      [0, code],
      [2, 5323],
    ]);
    expect(reply.body.ConversionGoalIds).toEqual([null, '500001', null]);
  });

  test('a change; what is absent stays', async () => {
    const reply = await save(
      'PUT',
      { Id: '400002', Status: 'Paused' },
      { Id: '1' },
      { Status: 'Paused' },
      { Id: '400002', Type: 'Url' },
    );
    expect(errorsOf(reply)).toEqual([
      [1, 5314],
      [2, 5325],
      [3, 5347],
    ]);
    const [, goal] = (await query()).body.ConversionGoals;
    expect(goal).toMatchObject({ Name: 'Phone sale', Status: 'Paused', Revenue: { Value: 50 } });
  });

  test.each([
    ['empty', [], 5321],
    ['too long', Array(101).fill(goal), 5322],
  ])('%s list', async (_what, list, code) => {
    expect(faultOf(await save('POST', ...list))).toEqual([400, 'ApiFaultDetail', code]);
    expect(faultOf(await save('PUT', ...list))).toEqual([400, 'ApiFaultDetail', code]);
  });
});
