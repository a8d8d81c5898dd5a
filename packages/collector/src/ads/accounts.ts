import { isRecord } from '@uet-capi/protocol';
import type { AdsAccount, AdsAnswer, AdsClient } from './client.ts';
import { describeFailure } from './describe-failure.ts';

/** An ad account that the signed-in user may use. */
export interface ReachableAccount extends AdsAccount {
  /** As shown in Microsoft Advertising, `F1234ABC`. */
  number: string;
  name: string;
  currency: string;
}

export type Reachable = { accounts: ReachableAccount[] } | { problem: string };

/** Accounts per call. */
const PAGE_SIZE = 100;

/** More accounts than an agency has. */
const MAX_PAGES = 100;

/** All accounts of who is signed in. */
export async function listAccounts(client: AdsClient, signal: AbortSignal): Promise<Reachable> {
  const user = await ask(client, 'User/Query', { UserId: null }, signal);
  if ('problem' in user) return user;
  const id = isRecord(user.body.User) ? user.body.User.Id : undefined;
  const accounts: ReachableAccount[] = [];
  for (let page = 0; page < MAX_PAGES; page++) {
    const search = {
      Predicates: [{ Field: 'UserId', Operator: 'Equals', Value: String(id) }],
      Ordering: null,
      PageInfo: { Index: page, Size: PAGE_SIZE },
    };
    const found = await ask(client, 'Accounts/Search', search, signal);
    if ('problem' in found) return found;
    const list = Array.isArray(found.body.Accounts) ? found.body.Accounts.filter(isRecord) : [];
    accounts.push(...list.map(readAccount));
    if (list.length < PAGE_SIZE) break;
  }
  return { accounts };
}

async function ask(
  client: AdsClient,
  operation: string,
  request: object,
  signal: AbortSignal,
): Promise<Extract<AdsAnswer, { kind: 'answered' }> | { problem: string }> {
  const answer = await client.call({ service: 'customer', operation, body: JSON.stringify(request), signal });
  return answer.kind === 'answered' ? answer : { problem: describeFailure(answer) };
}

/** Ids travel as texts, and Microsoft's own clients take numbers too. */
function readAccount({ Id, ParentCustomerId, Number: number, Name, CurrencyCode }: Record<string, unknown>) {
  return {
    accountId: String(Id),
    customerId: String(ParentCustomerId),
    number: String(number),
    name: String(Name),
    currency: String(CurrencyCode),
  };
}
