import type { CapiEvent } from '@uet-capi/protocol';
import { describe, expect, test } from 'vitest';
import { eventIdOf } from './event-id.ts';
import { NOW_S, PAGE } from './testing/sample-facts.ts';

const custom = (fields: Partial<CapiEvent>): CapiEvent => ({
  eventType: 'custom',
  eventTime: NOW_S,
  userData: { anonymousId: 'v' },
  ...fields,
});
const order = { customData: { transactionId: '100045' } };

describe('eventIdOf', () => {
  test.each<[string, CapiEvent, string[], string]>([
    ['the explicit one', custom({ eventId: 'e', eventName: 'purchase', ...order }), ['purchase'], 'e'],
    ['the transaction', custom({ eventName: 'purchase', ...order }), ['purchase'], '100045'],
    ['of another name', custom({ eventName: 'lead', ...order }), ['purchase', 'lead'], '100045'],
    ['a name that is not listed', custom({ eventName: 'refund', ...order }), ['purchase'], 'fresh'],
    ['names are compared byte for byte', custom({ eventName: 'Purchase', ...order }), ['purchase'], 'fresh'],
    ['no name', custom(order), ['purchase'], 'fresh'],
    ['nothing listed', custom({ eventName: 'purchase', ...order }), [], 'fresh'],
    ['no transaction', custom({ eventName: 'purchase' }), ['purchase'], 'fresh'],
    ['a page load', custom({ eventType: 'pageLoad', pageLoadId: PAGE }), [], PAGE],
    ['a page load without id', custom({ eventType: 'pageLoad' }), [], 'fresh'],
    [
      'the page on which somebody bought is not the purchase',
      custom({ eventType: 'pageLoad', eventName: 'purchase', pageLoadId: PAGE, ...order }),
      ['purchase'],
      PAGE,
    ],
    ['the page is not the event', custom({ eventName: 'lead', pageLoadId: PAGE }), [], 'fresh'],
  ])('%s', (_, event, idFromTransaction, id) => {
    expect(eventIdOf(event, { idFromTransaction }, () => 'fresh')).toBe(id);
  });
});
