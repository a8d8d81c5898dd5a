import type { ConsentDecision, Uetq } from '../api.ts';
import { type CustomData, snakeCase } from '../capture/params.ts';
import { say } from '../debug.ts';
import { attempt, guard } from '../guard.ts';

/**
 * The way to the page's UET tag. An invalid value that is queued before `bat.js` has loaded ends its
 * replay for the whole page, and the tag changes the objects it is given: so it gets a copy made
 * here, of values that `params.ts` has checked, without the combinations that it throws on.
 */

/** The tag's names where they are not simply ours in snake case. */
export const TAG_NAMES: Record<string, string> = {
  value: 'revenue_value',
  itemIds: 'ecomm_prodid',
  pageType: 'ecomm_pagetype',
  ecommTotalValue: 'ecomm_totalvalue',
  bookingHref: 'booking_xref',
};

function tagName(name: string): string {
  return TAG_NAMES[name] || snakeCase(name);
}

/** The parameters of one event in the tag's long names (its legacy short ones lose the event id). */
export function tagParams(data: CustomData, eventId: string): Record<string, unknown> {
  const { hotelData, itemIds, ...rest } = data;
  const params: Record<string, unknown> = { event_id: eventId };
  for (const name in rest) params[tagName(name)] = rest[name as keyof typeof rest];
  if (rest.items) params.items = rest.items.map((item) => ({ ...item }));
  if (itemIds) {
    if (rest.pageType) params[tagName('itemIds')] = [...itemIds];
    else say('uetq left out', 'itemIds');
  }
  if (hotelData) {
    // The tag takes hotel data only with price and currency, and never beside revenue, for which it
    // takes the total of a purchase too.
    const revenue = rest.value ?? rest.ecommTotalValue;
    if (hotelData.totalPrice === undefined || !rest.currency || revenue !== undefined) {
      say('uetq left out', 'hotelData');
    } else {
      for (const name in hotelData)
        params[`hct_${tagName(name)}`] = hotelData[name as keyof typeof hotelData];
    }
  }
  return params;
}

const push = guard((...entry: unknown[]) => {
  window.uetq = window.uetq || ([] as unknown as Uetq);
  (window.uetq as unknown as unknown[]).push(...entry);
  say('uetq', ...entry);
});

/** Parameters of events that came from us: for who watches what is pushed. */
export const ours = new WeakSet<object>();

/** The browser's copy of an event: same name, same id. The name may be empty for revenue on a page load. */
export function pushEvent(name: string, data: CustomData, eventId: string): void {
  const params = tagParams(data, eventId);
  ours.add(params);
  push('event', name, params);
}

/** Hashed identity for the tag's later events. */
export function pushIdentity(pid: { em?: string | undefined; ph?: string | undefined }): void {
  push('set', { pid });
}

/**
 * The tag must hear of consent in one way: where TCF was switched on, by the page or by us, it asks
 * the TCF API itself and this would contradict it.
 */
export function pushConsent(decision: ConsentDecision): void {
  const hearsTcf = attempt(() => {
    const { uetq } = window;
    return uetq!.uetConfig ? uetq!.uetConfig.tcf!.enabled : (uetq as unknown as unknown[]).includes('tcf');
  });
  if (!hearsTcf) push('consent', 'update', { ad_storage: decision });
}
