import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import { ACCOUNT, CUSTOMER, call, errorsOf, faultOf } from '../test-support/ads.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

describe('the way from a sign-in to an account, G6', () => {
  const two = { customerid: undefined, customeraccountid: undefined };
  const customer = (path: string, body: unknown) =>
    call(sandbox, `/CustomerManagement/v13/${path}`, body, two);
  const search = (Field: string, Value: string, PageInfo: unknown = { Index: 0, Size: 10 }) =>
    customer('Accounts/Search', {
      Predicates: [{ Field, Operator: 'Equals', Value }],
      Ordering: null,
      PageInfo,
    });

  test('User/Query, Accounts/Search', async () => {
    const user = await customer('User/Query', { UserId: null });
    expect(user.body).toMatchObject({
      User: { Id: '100001', UserName: 'sam@example.com', CustomerId: CUSTOMER },
      CustomerRoles: [{ CustomerId: CUSTOMER }],
    });
    const accounts = await search('UserId', user.body.User.Id);
    expect(accounts.body.Accounts).toMatchObject([
      {
        Id: ACCOUNT,
        ParentCustomerId: CUSTOMER,
        Number: 'F100SBX1',
        Name: 'Example shop',
        CurrencyCode: 'EUR',
        AccountLifeCycleStatus: 'Active',
      },
    ]);
  });

  test('pages', async () => {
    const accounts = Array.from({ length: 5 }, (_, n) => ({
      id: n + 1,
      number: `N${n}`,
      name: 'n',
      customerId: CUSTOMER,
    }));
    sandbox.seed({ accounts });
    const page = async (Index: number) =>
      (await search('UserId', '100001', { Index, Size: 2 })).body.Accounts;
    expect((await page(0)).map(({ Id }: { Id: string }) => Id)).toEqual(['1', '2']);
    expect((await page(2)).map(({ Id }: { Id: string }) => Id)).toEqual(['5']);
    expect(await page(3)).toEqual([]);
  });

  test('only accounts that the user may see', async () => {
    sandbox.seed({ users: [{ id: 1, userName: 'sam@example.com', customerId: CUSTOMER, accountIds: [] }] });
    expect((await search('UserId', '1')).body.Accounts).toEqual([]);
  });

  test('another user, another predicate, no page', async () => {
    expect(faultOf(await search('UserId', '2'))).toEqual([400, 'ApiFaultDetail', 1001]);
    expect(faultOf(await search('Colour', '2'))).toEqual([400, 'ApiFaultDetail', 1001]);
    expect(faultOf(await search('UserId', '100001', null))).toEqual([400, 'ApiFaultDetail', 100]);
  });

  test('AccountsInfo/Query', async () => {
    expect((await customer('AccountsInfo/Query', {})).body).toEqual({
      AccountsInfo: [
        {
          AccountLifeCycleStatus: 'Active',
          Id: ACCOUNT,
          Name: 'Example shop',
          Number: 'F100SBX1',
          PauseReason: null,
        },
      ],
    });
  });
});

describe('tags', () => {
  const key = (body: unknown) => call(sandbox, 'UetTagAuthKey/Query', body);

  test('G7 the key of a tag, the same each time; it is the one that the Conversions API takes', async () => {
    expect((await key({ UetTagId: '123456' })).body).toEqual({
      UetTagAuthKey: 'sandbox-token',
      PartialErrors: [],
    });
    expect((await key({ UetTagId: '123456' })).body.UetTagAuthKey).toBe('sandbox-token');
    expect(JSON.stringify(sandbox.requests())).not.toContain('sandbox-token');
  });

  test('the other documented shape', async () => {
    sandbox.seed({ knobs: { tagKeyShape: 'TagId' } });
    expect((await key({ TagId: '123456' })).body).toEqual({
      TagAuthKey: { AuthKey: 'sandbox-token' },
      PartialErrors: [],
    });
  });

  test('a tag that does not exist', async () => {
    const strict = await createSandbox({ tags: [{ tagId: '1', token: 't' }] });
    try {
      const request = (id: string) => call(strict, 'UetTagAuthKey/Query', { UetTagId: id });
      expect((await request('1')).body.UetTagAuthKey).toBe('t');
      const missing = await request('2');
      expect([missing.body.UetTagAuthKey, errorsOf(missing)]).toEqual([null, [[0, 5300]]]);
      const tags = await call(strict, 'UetTags/QueryByIds', {
        TagIds: ['2', '1'],
        ReturnAdditionalFields: null,
      });
      expect(tags.body.UetTags.map((tag: { Id: string } | null) => tag?.Id ?? null)).toEqual([null, '1']);
      expect(errorsOf(tags)).toEqual([[0, 5300]]);
    } finally {
      await strict.close();
    }
  });

  test('without ids: the tags that goals name', async () => {
    const { body } = await call(sandbox, 'UetTags/QueryByIds', {
      TagIds: null,
      ReturnAdditionalFields: null,
    });
    expect(body.UetTags).toEqual([
      {
        CustomerShare: null,
        Description: null,
        Id: '123456',
        Industry: null,
        Name: 'Tag 123456',
        TrackingNoScript: null,
        TrackingScript: null,
        TrackingStatus: 'Active',
      },
    ]);
  });
});

test('AccountProperties/Set', async () => {
  const names = { AccountPropertyNames: ['MSCLKIDAutoTaggingEnabled', 'Other'] };
  const value = async () => (await call(sandbox, 'AccountProperties/Query', names)).body.AccountProperties;
  const set = (Value: string) =>
    call(sandbox, 'AccountProperties/Set', {
      AccountProperties: [{ Name: 'MSCLKIDAutoTaggingEnabled', Value }],
    });
  expect(await value()).toEqual([{ Name: 'MSCLKIDAutoTaggingEnabled', Value: 'true' }]);
  expect((await set('false')).body).toEqual({ PartialErrors: [] });
  expect(await value()).toMatchObject([{ Value: 'false' }]);
  await set('true');
  expect(await value()).toMatchObject([{ Value: 'true' }]);
});
