import type { CapiEvent } from '@uet-capi/protocol';
import { describe, expect, test } from 'vitest';
import { splitRevenue } from './revenue.ts';
import { NOW_S, PAGE } from './testing/sample-facts.ts';

const page: CapiEvent = {
  eventType: 'pageLoad',
  eventId: 'page-1',
  eventName: 'thanks',
  eventTime: NOW_S,
  eventSourceUrl: 'https://shop.example/thanks',
  pageLoadId: PAGE,
  adStorageConsent: 'G',
  userData: { anonymousId: 'v' },
};

describe('splitRevenue', () => {
  test('a page load without revenue stays one event', () => {
    const event = { ...page, customData: { pageType: 'purchase', currency: 'EUR' } } as CapiEvent;
    expect(splitRevenue(event)).toEqual([event]);
  });

  test('a custom event keeps its revenue', () => {
    const event: CapiEvent = { ...page, eventType: 'custom', customData: { value: 1 } };
    expect(splitRevenue(event)).toEqual([event]);
  });

  test('revenue becomes a nameless event of the same page with nothing but value and currency', () => {
    const event: CapiEvent = {
      ...page,
      customData: { value: 75.3, currency: 'EUR', pageType: 'purchase', transactionId: '1' },
    };
    const { eventName: _, ...nameless } = page;
    expect(splitRevenue(event)).toEqual([
      { ...page, customData: { pageType: 'purchase', transactionId: '1' } },
      {
        ...nameless,
        eventType: 'custom',
        eventId: `${PAGE}-revenue`,
        customData: { value: 75.3, currency: 'EUR' },
      },
    ]);
  });

  test('without a page-load id, the id of the page load serves', () => {
    const { pageLoadId: _, ...unknown } = page;
    const [first, second] = splitRevenue({ ...unknown, customData: { value: 0 } });
    expect(first).toEqual(unknown);
    expect(second).toMatchObject({ eventId: 'page-1-revenue', customData: { value: 0 } });
  });
});
