import type { Store } from '../../store/port.ts';
import type { AttributionDay } from './fetch-attribution.ts';

/** What was fetched of attribution, one record a goal and day; a later report of the same day replaces it. */

const KIND = 'attribution';

/** Which account was asked on which day last, so that one process asks for all. */
const FETCHED = 'attribution-fetched';

type Records = Pick<Store, 'readRecord' | 'listRecords' | 'swapRecord'>;

export type StoredAttribution = AttributionDay & { accountId: string };

export async function keepAttribution(
  store: Records,
  accountId: string,
  days: readonly AttributionDay[],
): Promise<void> {
  for (const day of days) {
    const value = JSON.stringify({ accountId, ...day } satisfies StoredAttribution);
    const key = `${accountId} ${day.day} ${day.goalId}`;
    const known = await store.readRecord(KIND, key);
    // Whoever came in between has the same report.
    if (known?.value !== value) await store.swapRecord(KIND, key, known?.version ?? 0, value);
  }
}

/** All that is kept, the oldest first. */
export async function readAttribution(store: Pick<Store, 'listRecords'>): Promise<StoredAttribution[]> {
  const records = await store.listRecords(KIND);
  return records
    .map(({ value }) => JSON.parse(value) as StoredAttribution)
    .sort((a, b) => a.day.localeCompare(b.day) || a.goal.localeCompare(b.goal));
}

/** True for exactly one caller a day. */
export async function claimDay(store: Records, accountId: string, day: string): Promise<boolean> {
  const last = await store.readRecord(FETCHED, accountId);
  return last?.value !== day && store.swapRecord(FETCHED, accountId, last?.version ?? 0, day);
}
