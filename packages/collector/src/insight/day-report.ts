import type { Day } from '../store/day-table.ts';
import type { Source } from '../store/port.ts';
import { type BrowserCopies, browserCopiesOf } from './browser-copies.ts';
import { hourKey, PAGE_LOAD } from './count-days.ts';
import { groupBy, revenueOf, sumOf } from './sum.ts';

/** What one site's day looked like, however it was delivered. */
export interface DayReport {
  site: string;
  /** UTC, `2026-11-20`. */
  day: string;
  /** All events but those that were held back. */
  events: number;
  pageLoads: number;
  /** Tests, bots, and what the site's own rules held back: in no other number. */
  heldBack: number;
  /** Events of each hour, UTC. */
  hours: number[];
  purchases: Sales;
  /** The same by the way on which each came first. */
  channels: Partial<Record<Source, { events: number; purchases: Sales }>>;
  /** Of custom events: whether the browser's tag was seen on their page. */
  browserCopies: BrowserCopies;
  /** Of purchases alone. */
  purchaseCopies: BrowserCopies;
}

export interface Sales {
  count: number;
  /** By currency; empty where the event named none. */
  value: Record<string, number>;
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/**
 * @param days sums of days
 * @param purchaseNames what the site calls a purchase
 */
export function reportDays(
  days: readonly Day[],
  purchaseNames: (site: string) => readonly string[],
): DayReport[] {
  return [...groupBy(days, ({ site, day }) => JSON.stringify([day, site])).values()].map((all) => {
    const { site, day } = all[0]!;
    const bought = all.filter(({ name }) => purchaseNames(site).includes(name));
    const channels = [...groupBy(all, ({ source }) => source)].map(([source, rows]) => [
      source,
      {
        events: sumOf(rows, 'events'),
        purchases: salesOf(rows.filter((row) => bought.includes(row))),
      },
    ]);
    return {
      site,
      day,
      events: sumOf(all, 'events'),
      pageLoads: sumOf(all.filter(isPageLoad), 'events'),
      heldBack: sumOf(all, 'heldBack'),
      hours: HOURS.map((hour) => sumOf(all, hourKey(hour))),
      purchases: salesOf(bought),
      channels: Object.fromEntries(channels) as DayReport['channels'],
      browserCopies: browserCopiesOf(all.filter((row) => !isPageLoad(row))),
      purchaseCopies: browserCopiesOf(bought),
    };
  });
}

function isPageLoad({ name }: Day): boolean {
  return name === PAGE_LOAD;
}

function salesOf(days: readonly Day[]): Sales {
  return { count: sumOf(days, 'events'), value: revenueOf(days) };
}
