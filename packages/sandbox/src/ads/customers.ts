import type { Account, User } from '../world/seed.ts';
import { type Context, type Outcome, operation } from './operation.ts';

/** Customer Management: who is signed in, and which accounts they may use. Rule G6. */

/** Microsoft's number of the role "super admin". */
const SUPER_ADMIN = 41;

/** `User/Query`; without an id it is who is asking. */
export const userQuery = operation({
  method: 'POST',
  service: 'customer',
  shape: { UserId: 'id' },
  run({ UserId: id }, { state, user: caller }): Outcome {
    const user = id === null ? caller : state.world.users.find((known) => known.id === id);
    if (!user) return notAuthorized();
    return { body: { CustomerRoles: [roleJson(user)], User: userJson(user) } };
  },
});

/** `Accounts/Search`; the sandbox knows the predicates that lead from a user to accounts. */
export const accountSearch = operation({
  method: 'POST',
  service: 'customer',
  shape: {
    Predicates: { list: { object: { Field: 'string', Operator: 'string', Value: 'string' } } },
    Ordering: { list: { object: { Field: 'string', Order: 'string' } } },
    PageInfo: { object: { Index: 'int', Size: 'int' } },
    ReturnAdditionalFields: 'string',
  },
  run({ Predicates: predicates, PageInfo: page }, context): Outcome {
    const [predicate] = predicates ?? [];
    if (predicate?.Operator !== 'Equals' || !page) return malformed();
    const found = select(predicate.Field, predicate.Value ?? '', context);
    if (!found) return notAuthorized();
    const size = page.Size ?? 100;
    const start = (page.Index ?? 0) * size;
    return { body: { Accounts: found.slice(start, start + size).map(accountJson) } };
  },
});

/** `AccountsInfo/Query`. */
export const accountsInfo = operation({
  method: 'POST',
  service: 'customer',
  shape: { CustomerId: 'id', OnlyParentAccounts: 'boolean' },
  run({ CustomerId: customerId }, { state, user }): Outcome {
    const accounts = state.world
      .accountsOf(user)
      .filter((account) => account.customerId === (customerId ?? user.customerId));
    return {
      body: {
        AccountsInfo: accounts.map(({ id, name, number, status }) => ({
          AccountLifeCycleStatus: status,
          Id: id,
          Name: name,
          Number: number,
          PauseReason: null,
        })),
      },
    };
  },
});

function select(field: string | null, value: string, { state, user }: Context): Account[] | undefined {
  const accounts = state.world.accountsOf(user);
  switch (field) {
    case 'UserId':
      return user.id === value ? accounts : undefined;
    case 'CustomerId':
      return accounts.filter(({ customerId }) => customerId === value);
    case 'AccountId':
      return accounts.filter(({ id }) => id === value);
    case 'AccountNumber':
      return accounts.filter(({ number }) => number === value);
    default:
      return undefined;
  }
}

function malformed(): Outcome {
  return { refusal: { kind: 'ApiFaultDetail', status: 400, name: 'NullRequest' } };
}

/** Customer Management has a number of its own for this, without a name. */
const NOT_AUTHORIZED = 1001;

function notAuthorized(): Outcome {
  return {
    refusal: { kind: 'ApiFaultDetail', status: 400, name: 'UserIsNotAuthorized', code: NOT_AUTHORIZED },
  };
}

function roleJson({ customerId, accountIds }: User): object {
  return {
    AccountIds: accountIds ?? null,
    CustomerId: customerId,
    CustomerLinkPermission: null,
    LinkedAccountIds: null,
    RoleId: SUPER_ADMIN,
  };
}

function userJson({ id, userName, customerId }: User): object {
  return {
    AuthenticationToken: null,
    ContactInfo: null,
    CustomerId: customerId,
    ForwardCompatibilityMap: null,
    Id: id,
    JobTitle: null,
    LastModifiedByUserId: null,
    LastModifiedTime: null,
    Lcid: 'EnglishUS',
    Name: null,
    Password: null,
    SecretAnswer: null,
    SecretQuestion: 'None',
    TimeStamp: null,
    UserLifeCycleStatus: 'Active',
    UserName: userName,
  };
}

function accountJson(account: Account): object {
  return {
    AccountFinancialStatus: 'ClearFinancialStatus',
    AccountLifeCycleStatus: account.status,
    AccountMode: null,
    AutoTagType: null,
    BackUpPaymentInstrumentId: null,
    BillToCustomerId: account.customerId,
    BillingThresholdAmount: null,
    BusinessAddress: null,
    CurrencyCode: account.currency,
    ForwardCompatibilityMap: null,
    Id: account.id,
    Language: 'English',
    LastModifiedByUserId: null,
    LastModifiedTime: null,
    LinkedAgencies: null,
    Name: account.name,
    Number: account.number,
    ParentCustomerId: account.customerId,
    PauseReason: null,
    PaymentMethodId: null,
    PaymentMethodType: null,
    PrimaryUserId: null,
    SalesHouseCustomerId: null,
    SoldToPaymentInstrumentId: null,
    TaxCertificate: null,
    TaxInformation: null,
    TimeStamp: null,
    TimeZone: account.timeZone,
  };
}
