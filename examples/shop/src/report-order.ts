import type { Collector } from '@uet-capi/collector';
import { type Order, purchaseParams } from './pages.ts';

/** What the order form told: e-mail in clear, and what `capi.context()` gave. */
export interface Buyer {
  email?: string;
  context?: string;
}

/**
 * Reports an order from the shop's server, so that it counts even where the thank-you page was
 * never seen. The page reports it too; both carry the order's id, so it counts once. Rejects when
 * the collector did not take it.
 */
export type ReportOrder = (order: Order, buyer: Buyer) => Promise<void>;

/** By the collector in this process. */
export function reportByCollector(collector: Collector): ReportOrder {
  return async (order, { email, context }) => {
    const result = await collector.track(purchaseEvent(order, email), context ? { context } : {});
    if (result.status === 'rejected') throw new Error(JSON.stringify(result.errors));
  };
}

/** By a collector that runs elsewhere, which takes the requests that Microsoft's own API takes. */
export function reportByHttp(collectorUrl: string, tagId: string, serverKey: string): ReportOrder {
  return async (order, { email, context }) => {
    const eventTime = Math.floor(Date.now() / 1_000);
    const event = { eventType: 'custom', eventTime, ...purchaseEvent(order, email), context };
    const response = await fetch(`${collectorUrl}/v1/${tagId}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${serverKey}` },
      body: JSON.stringify({ data: [event] }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
}

function purchaseEvent(order: Order, email: string | undefined) {
  return {
    eventName: 'purchase',
    userData: email ? { email } : {},
    customData: purchaseParams(order),
  };
}
