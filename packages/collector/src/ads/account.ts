import type { Site } from '../config/config.ts';
import type { Store } from '../store/port.ts';
import type { AdsAccount } from './client.ts';

/** The account that was chosen at sign-in, for sites whose settings name none. */

const KIND = 'ads';
const KEY = 'account';

export async function readChosenAccount(store: Pick<Store, 'readRecord'>): Promise<AdsAccount | undefined> {
  const record = await store.readRecord(KIND, KEY);
  return record && (JSON.parse(record.value) as AdsAccount);
}

/** Replaces an earlier choice. */
export async function chooseAccount(
  store: Pick<Store, 'readRecord' | 'swapRecord'>,
  { customerId, accountId }: AdsAccount,
): Promise<void> {
  const value = JSON.stringify({ customerId, accountId } satisfies AdsAccount);
  let version: number;
  do version = (await store.readRecord(KIND, KEY))?.version ?? 0;
  while (!(await store.swapRecord(KIND, KEY, version, value)));
}

/** Whose goals a site feeds; undefined where nobody has said. The site's own settings win. */
export function accountOf(
  { customerId, accountId }: Pick<Site, 'customerId' | 'accountId'>,
  chosen: AdsAccount | undefined,
): AdsAccount | undefined {
  if (customerId !== undefined && accountId !== undefined) return { customerId, accountId };
  // The account alone is enough where it is the chosen one: the customer is known then.
  return accountId === undefined || accountId === chosen?.accountId ? chosen : undefined;
}
