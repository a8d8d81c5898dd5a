import { UNTIL_RESUMED } from '../port.ts';
import type { AccountOverview, DestinationOverview } from '../reading.ts';
import { RECEIVED, type TallyRow } from './tally.ts';

export function toAccounts(rows: readonly TallyRow[]): AccountOverview[] {
  const accounts = new Map<string, AccountOverview>();
  for (const { site, destination, state, count } of rows) {
    const key = `${destination}\n${site}`;
    const account = accounts.get(key) ?? { site, destination, received: 0, waiting: 0, ended: {} };
    accounts.set(key, account);
    if (state === RECEIVED) {
      account.received = count;
      account.waiting += count;
    } else {
      account.ended[state] = count;
      account.waiting -= count;
    }
  }
  return [...accounts.values()];
}

/** The destinations of accounts, in order. */
export function destinationsOf(accounts: readonly AccountOverview[]): string[] {
  const destinations = new Set(accounts.map(({ destination }) => destination).filter((one) => one !== ''));
  return [...destinations].sort();
}

/** A destination that is paused, as a row. */
export interface PausedRow {
  reason: string;
  since: number | null;
  probeAt: number;
}

export function toPaused({ reason, since, probeAt }: PausedRow): DestinationOverview['paused'] {
  return { reason, since: since ?? undefined, probeAt: probeAt === UNTIL_RESUMED ? undefined : probeAt };
}
