import type { CapiEvent } from '@uet-capi/protocol';
import type { Site } from '../config/config.ts';

/**
 * The id under which Microsoft counts the event once: the explicit one; else, for a page load, the
 * page-load id; else, for the names that the site lists, the transaction id, so that browser, order
 * webhook and import meet without talking to each other; else a fresh one.
 */
export function eventIdOf(
  event: CapiEvent,
  site: Pick<Site, 'idFromTransaction'>,
  newId: () => string,
): string {
  const { eventId, eventType, eventName = '', pageLoadId, customData } = event;
  if (eventId) return eventId;
  // The page on which somebody bought is not the purchase: under its id it would take its place.
  if (eventType === 'pageLoad') return pageLoadId ?? newId();
  if (customData?.transactionId && site.idFromTransaction.includes(eventName))
    return customData.transactionId;
  return newId();
}
