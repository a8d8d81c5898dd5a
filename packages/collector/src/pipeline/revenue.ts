import type { CapiEvent } from '@uet-capi/protocol';

/**
 * A page load cannot carry revenue (CAPI guide). It becomes a second, nameless custom event with
 * only value and currency, of the same page load.
 */
export function splitRevenue(event: CapiEvent): CapiEvent[] {
  const value = event.customData?.value;
  if (event.eventType !== 'pageLoad' || value === undefined) return [event];

  const { value: _, currency, ...rest } = event.customData ?? {};
  const { customData: __, eventName: ___, ...page } = event;
  return [
    { ...page, ...(Object.keys(rest).length > 0 && { customData: rest }) },
    {
      ...page,
      eventType: 'custom',
      eventId: `${event.pageLoadId ?? event.eventId}-revenue`,
      customData: { value, ...(currency !== undefined && { currency }) },
    },
  ];
}
