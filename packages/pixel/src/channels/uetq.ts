import type { ConsentDecision, Uetq } from '../api.ts';
import { attempt } from '../attempt.ts';
import { type CustomData, snakeCase } from '../capture/params.ts';
import { say } from '../debug.ts';
import { guard } from '../guard.ts';

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
  hct_bookingHref: 'hct_booking_xref',
};

/** The parameters of one event in the tag's long names (its legacy short ones lose the event id). */
export function tagParams(data: CustomData, eventId: string): Record<string, unknown> {
  const { hotelData, ...copy } = JSON.parse(JSON.stringify(data));
  if (copy.itemIds && !copy.pageType) {
    delete copy.itemIds;
    say('uetq left out', 'itemIds');
  }
  if (hotelData) {
    // The tag takes hotel data only with price and currency, and never beside revenue, for which it
    // takes the total of a purchase too.
    if ('totalPrice' in hotelData && copy.currency && !('value' in copy || 'ecommTotalValue' in copy))
      for (const name of Object.keys(hotelData)) copy[`hct_${name}`] = hotelData[name];
    else say('uetq left out', 'hotelData');
  }
  const params: Record<string, unknown> = { event_id: eventId };
  for (const name of Object.keys(copy)) params[TAG_NAMES[name] || snakeCase(name)] = copy[name];
  return params;
}

/** Pushes to the tag, or to the list where it will find it. */
export function push(...entry: unknown[]): void {
  guard(() => {
    window.uetq = window.uetq || ([] as unknown as Uetq);
    say('uetq', ...entry);
    (window.uetq as unknown as unknown[]).push(...entry);
  })();
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
