import type { IncomingHttpHeaders } from 'node:http';
import { opensApi } from '../oauth/scope.ts';
import type { State } from '../state.ts';
import type { Account, User } from '../world/seed.ts';
import { ERROR_CODES, type ErrorName } from './error-codes.ts';
import type { Refusal } from './errors.ts';

export interface GateCall {
  headers: IncomingHttpHeaders;
  /** Beside the headers, because the log does not keep it. */
  authorization: string | undefined;
  developerToken: string | undefined;
  /** Campaign Management works on one account, Customer Management on a user. */
  service: 'campaign' | 'customer';
}

/** Who calls, and for which account. */
export interface Session {
  user: User;
  /** Always there for Campaign Management. */
  account: Account | undefined;
}

const MINUTE_MS = 60_000;

/** Lets a call in or says why not. Rules A2 to A5, in this order. */
export function pass(call: GateCall, state: State): Session | Refusal {
  const { world } = state;
  const now = state.clock.now();
  const user = identify(call, state, now);
  if ('kind' in user) return user;
  const refusal = refuseDeveloperToken(call.developerToken, state);
  if (refusal) return refusal;
  const account = call.service === 'campaign' ? chooseAccount(call.headers, user, state) : undefined;
  if (account && 'kind' in account) return account;

  const { callsPerUser, callsPerCustomer, throttleStatus, retryAfterS } = world.knobs;
  const byUser = state.calls.count(`user ${user.id}`, now, MINUTE_MS);
  const byCustomer = state.calls.count(`customer ${account?.customerId ?? user.customerId}`, now, MINUTE_MS);
  if (
    (callsPerUser !== null && byUser > callsPerUser) ||
    (callsPerCustomer !== null && byCustomer > callsPerCustomer)
  ) {
    const limit = adFault(throttleStatus, 'CallRateExceeded');
    return retryAfterS === null ? limit : { ...limit, retryAfterS };
  }
  return { user, account };
}

function identify({ authorization, headers }: GateCall, state: State, now: number): User | Refusal {
  const { world, grants } = state;
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const access = token === undefined ? undefined : grants.accessToken(token);
  const user = world.users.find(({ userName }) => userName === access?.grant.userName);
  if (!access || !user) return adFault(401, 'InvalidCredentials');
  if (now >= access.expiresAt) return adFault(401, 'AuthenticationTokenExpired');
  if (access.grant.provider === 'google') {
    const told = headers.identityprovider === 'Google' || !world.knobs.identityProviderHeader;
    return told ? user : adFault(401, 'InvalidCredentials');
  }
  return opensApi(access.grant.scope, world.knobs)
    ? user
    : adFault(world.knobs.scopeStatus, 'OAuthTokenInvalid');
}

/** A developer token of the other environment is as good as none. */
function refuseDeveloperToken(given: string | undefined, { world }: State): Refusal | undefined {
  const { environment, missingDeveloperTokenCode } = world.knobs;
  if (given === undefined || given === '') {
    return missingDeveloperTokenCode === ERROR_CODES.RequestMissingHeaders
      ? adFault(400, 'RequestMissingHeaders')
      : adFault(401, 'InvalidCredentials');
  }
  const known = world.developerTokens.some(
    (entry) => entry.token === given && entry.environment === environment,
  );
  return known ? undefined : adFault(401, 'InvalidCredentials');
}

/** Rule A4. */
function chooseAccount(headers: IncomingHttpHeaders, user: User, { world }: State): Account | Refusal {
  const customerId = header(headers.customerid);
  const accountId = header(headers.customeraccountid);
  if (!customerId) return adFault(400, 'CampaignServiceCustomerIdHasToBeSpecified');
  if (!accountId) return adFault(400, 'CampaignServiceAccountIdHasToBeSpecified');
  if (!world.customerExists(customerId)) return adFault(400, 'CampaignServiceInvalidCustomerId');
  const account = world.accounts.find(({ id }) => id === accountId);
  if (!account) return adFault(400, 'CampaignServiceInvalidAccountId');
  const mayUse = account.customerId === customerId && world.accountsOf(user).includes(account);
  return mayUse ? account : adFault(world.knobs.forbiddenStatus, 'UserIsNotAuthorized');
}

function header(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function adFault(status: number, name: ErrorName): Refusal {
  return { kind: 'AdApiFaultDetail', status, name };
}
