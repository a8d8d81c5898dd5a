import type { State, Stats } from './port.ts';

/** One site's events for one destination. */
export interface Balance {
  site: string;
  /** Empty for events that were never meant for one. */
  destination: string;
  received: number;
  states: Partial<Record<State, number>>;
  /** When the oldest event that waits arrived, ms. */
  oldestAt?: number;
  /** Received, but in no state (or, below zero, the other way round): 0 unless the store has lost something. */
  missing: number;
}

/** Sets both entries of the store against each other. */
export function balance({ received, states }: Stats): Balance[] {
  const accounts = new Map<string, Balance>();
  const account = ({ site, destination }: { site: string; destination: string }) => {
    const key = `${destination}\n${site}`;
    const known = accounts.get(key) ?? { site, destination, received: 0, states: {}, missing: 0 };
    accounts.set(key, known);
    return known;
  };
  for (const row of received) {
    const one = account(row);
    one.received = row.count;
    one.missing += row.count;
  }
  for (const row of states) {
    const one = account(row);
    one.states[row.state] = row.count;
    one.missing -= row.count;
    if (row.oldestAt !== undefined) one.oldestAt = Math.min(row.oldestAt, one.oldestAt ?? row.oldestAt);
  }
  return [...accounts.values()];
}
