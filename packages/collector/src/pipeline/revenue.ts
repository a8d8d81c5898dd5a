import type { CapiEvent } from '@uet-capi/protocol';

/**
 * A page load cannot carry revenue (CAPI guide). It becomes a second, nameless custom event with
 * only value and currency, of the same page load.
 */
export function splitRevenue(event: CapiEvent): CapiEvent[] {
  if (event.eventType !== 'pageLoad' || event.customData?.value === undefined) return [event];

  const { customData, ...page } = event;
  const { value, currency, ...rest } = customData;
  const { eventName: _, ...nameless } = page;
  return [
    { ...page, ...(Object.keys(rest).length > 0 && { customData: rest }) },
    {
      ...nameless,
      eventType: 'custom',
      eventId: `${event.pageLoadId ?? event.eventId}-revenue`,
      customData: { value, ...(currency !== undefined && { currency }) },
    },
  ];
}
