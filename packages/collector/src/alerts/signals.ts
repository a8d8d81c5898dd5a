import type { Config } from '../config/config.ts';
import { hourKey } from '../insight/count-days.ts';
import { purchaseNamesOf } from '../insight/purchase-names.ts';
import { rollUp } from '../insight/roll-up.ts';
import type { Day } from '../store/day-table.ts';
import type { Store } from '../store/port.ts';
import type { Overview } from '../store/reading.ts';
import { readFreeBytes } from '../store/sqlite/free-space.ts';
import { utcDay } from '../utc-day.ts';
import { HISTORY_HOURS, type PurchaseHours } from './purchase-silence.ts';

const HOUR_MS = 3_600_000;

/** What is decided from: how things stand at one moment. */
export interface Signals {
  /** ms. */
  now: number;
  overview: Pick<Overview, 'accounts' | 'destinations' | 'reasons'>;
  /** By site; undefined while the days are not up to date. */
  purchases: ReadonlyMap<string, PurchaseHours> | undefined;
  /** On the file system of the data directory; undefined where there is none, or nobody can tell. */
  freeBytes: number | undefined;
}

export type SignalStore = Pick<Store, 'overview' | 'groupEvents' | 'readDayCursor' | 'addDays' | 'readDays'>;

/** @param now ms */
export async function readSignals(
  store: SignalStore,
  { sites, dataDir, databaseUrl }: Pick<Config, 'sites' | 'dataDir' | 'databaseUrl'>,
  now: number,
): Promise<Signals> {
  const isUpToDate = await rollUp(store, now);
  return {
    now,
    overview: await store.overview({}),
    purchases: isUpToDate ? await readPurchases(store, sites, now) : undefined,
    freeBytes: databaseUrl === undefined ? await readFreeBytes(dataDir).catch(() => undefined) : undefined,
  };
}

async function readPurchases(
  store: SignalStore,
  sites: Config['sites'],
  now: number,
): Promise<Map<string, PurchaseHours>> {
  const namesOf = purchaseNamesOf(sites);
  const ids = sites.map(({ id }) => id);
  const days = await store.readDays({
    since: utcDay(now - HISTORY_HOURS * HOUR_MS),
    until: utcDay(now),
    sites: ids,
    names: [...new Set(ids.flatMap(namesOf))],
  });
  return new Map(
    ids.map((id) => [
      id,
      hoursOf(days.filter(({ site, name }) => site === id && namesOf(id).includes(name))),
    ]),
  );
}

function hoursOf(days: readonly Day[]): PurchaseHours {
  const hours = new Map<number, number>();
  for (const { day, counts } of days) {
    const midnight = Date.parse(day) / HOUR_MS;
    for (let hour = 0; hour < 24; hour++) {
      const count = counts[hourKey(hour)] ?? 0;
      if (count > 0) hours.set(midnight + hour, (hours.get(midnight + hour) ?? 0) + count);
    }
  }
  return hours;
}
