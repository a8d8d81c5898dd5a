import { isRecord } from '@uet-capi/protocol';
import type { Config } from '../../config/config.ts';
import { purchaseNamesOf } from '../../insight/purchase-names.ts';
import { BOT, FILTERED } from '../../store/held-back.ts';
import type { EventView, Store } from '../../store/port.ts';
import { about, type Finding, ok, warning } from '../finding.ts';

/** As many of the newest events are looked at: some minutes to days of a shop. */
const NEWEST_EVENTS = 1_000;

/** From so many on, what they have in common is no chance. */
const TELLING_PURCHASES = 5;
const TELLING_TWINS = 3;

/** An order is told by browser and server within this time, ms. A webhook may be late. */
const SAME_ORDER_MS = 3_600_000;

/** What is known of one purchase. */
export interface Purchase {
  site: string;
  eventId: string;
  /** Whether a browser told of it, or a server. */
  isBrowsers: boolean;
  at: number;
  hasTransaction: boolean;
  /** Visitor, page and e-mail hash, as far as known. */
  people: readonly string[];
  amount: string;
}

/** The purchases among the newest events, newest first. */
export async function readPurchases(store: Pick<Store, 'find'>, sites: Config['sites']): Promise<Purchase[]> {
  const namesOf = purchaseNamesOf(sites);
  const known = new Set(sites.map(({ id }) => id));
  const events = await store.find({ limit: NEWEST_EVENTS });
  return events.flatMap((event) => {
    const isHeldBack = event.eventId.startsWith(BOT) || event.eventId.startsWith(FILTERED);
    if (isHeldBack || !known.has(event.site) || !namesOf(event.site).includes(event.name)) return [];
    return event.wire === undefined ? [] : [readPurchase(event, event.wire)];
  });
}

/** Whether the copies of one order meet: Microsoft knows them by their id alone. One finding for each site. */
export function checkPurchases(purchases: readonly Purchase[]): Finding[] {
  const sites = new Set(purchases.map(({ site }) => site));
  return [...sites].flatMap((id) => about(id, checkSite(purchases.filter(({ site }) => site === id))));
}

function checkSite(purchases: readonly Purchase[]): Finding[] {
  if (purchases.length < TELLING_PURCHASES) return [];
  const ofBrowsers = purchases.filter(({ isBrowsers }) => isBrowsers);
  const bare = ofBrowsers.filter(({ hasTransaction }) => !hasTransaction);
  if (ofBrowsers.length >= TELLING_PURCHASES && bare.length > ofBrowsers.length / 2) {
    return [
      warning('purchases', {
        what: `${bare.length} of the last ${ofBrowsers.length} purchases of browsers have no transactionId.`,
        why: 'A thank-you page that is loaded again counts again, and so does the same order told by your server.',
        next: "Pass it: capi.track('purchase', { transactionId: …, value: …, currency: … }). In uetq.push and in dataLayer it is transaction_id.",
      }),
    ];
  }
  const servers = purchases.filter(({ isBrowsers }) => !isBrowsers);
  const twins = ofBrowsers.flatMap((browsers) => {
    const twin = servers.find((other) => isSameOrder(browsers, other));
    return twin ? [`${browsers.eventId} and ${twin.eventId}`] : [];
  });
  if (twins.length >= TELLING_TWINS) {
    return [
      warning('purchases', {
        what: `${twins.length} of the last ${purchases.length} purchases seem to be there twice: the same visitor and amount by browser and by server, under two ids (${twins[0]}).`,
        why: 'Microsoft knows the copies of an order by their id alone: these count twice.',
        next: 'Let browser and server tell the same transactionId, letter by letter: docs/server-events.md.',
      }),
    ];
  }
  return [ok('purchases', `No order among the last ${purchases.length} purchases is there under two ids.`)];
}

/** Each id is stored once: two with the same are none. */
function isSameOrder(one: Purchase, other: Purchase): boolean {
  return (
    one.amount === other.amount &&
    Math.abs(one.at - other.at) <= SAME_ORDER_MS &&
    one.people.some((person) => other.people.includes(person))
  );
}

function readPurchase({ site, eventId, source, receivedAt }: EventView, wire: string): Purchase {
  const event = recordOf(JSON.parse(wire));
  const { anonymousId, em } = recordOf(event.userData);
  const { value, currency, transactionId } = recordOf(event.customData);
  return {
    site,
    eventId,
    isBrowsers: source === 'pixel',
    at: receivedAt,
    hasTransaction: transactionId !== undefined,
    people: [anonymousId, em, event.pageLoadId].filter((key) => typeof key === 'string'),
    amount: `${value} ${currency}`,
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
