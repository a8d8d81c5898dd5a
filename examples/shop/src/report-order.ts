import type { Collector } from '@uet-capi/collector';
import { type Order, purchaseParams } from './pages.ts';

/** What the order form told: e-mail in clear, and what `capi.context()` gave. */
export interface Buyer {
  email?: string;
  context?: string;
}

/**
 * Reports an order from the shop's server, so that it counts even where the thank-you page was
 * never seen. The page reports it too; both carry the order's id, so it counts once.
 */
export type ReportOrder = (order: Order, buyer: Buyer) => Promise<void>;

/** By the collector in this process. */
export function reportByCollector(collector: Collector): ReportOrder {
  return async (order, { email, context }) => {
    const result = await collector.track(purchaseEvent(order, email), context ? { context } : {});
    if (result.status === 'rejected') console.error(`Order ${order.id} was not reported:`, result.errors);
  };
}

/** By a collector that runs elsewhere, which takes the requests that Microsoft's own API takes. */
export function reportByHttp(collectorUrl: string, tagId: string, serverKey: string): ReportOrder {
  return async (order, { email, context }) => {
    const event = {
      eventType: 'custom',
      eventTime: Math.floor(Date.now() / 1_000),
      ...purchaseEvent(order, email),
      context,
    };
    try {
      const response = await fetch(`${collectorUrl}/v1/${tagId}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${serverKey}` },
        body: JSON.stringify({ data: [event] }),
      });
      if (!response.ok) console.error(`Order ${order.id} was not reported:`, await response.text());
    } catch (error) {
      // An order is taken whether or not it can be counted.
      console.error(`Order ${order.id} was not reported:`, error);
    }
  };
}

function purchaseEvent(order: Order, email: string | undefined) {
  return {
    eventName: 'purchase',
    userData: email ? { email } : {},
    customData: purchaseParams(order),
  };
}
