import { expect, test } from 'vitest';
import { aliases, cleanParams } from './params.ts';

const CASES: [string, Record<string, unknown>, Record<string, unknown>][] = [
  [
    'names of customData',
    { value: 1, transactionId: 'T', searchTerm: 's' },
    { value: 1, transactionId: 'T', searchTerm: 's' },
  ],
  [
    'names of GA4',
    {
      transaction_id: 'T',
      search_term: 's',
      items: [{ item_id: 'A', item_name: 'N', price: 2, quantity: 1 }],
    },
    { transactionId: 'T', searchTerm: 's', items: [{ id: 'A', name: 'N', price: 2, quantity: 1 }] },
  ],
  ['the first spelling wins', { transactionId: 'T', transaction_id: 'U' }, { transactionId: 'T' }],
  ['unknown names are left out', { foo: 1, constructor: 2 }, {}],
  ['numbers as text', { value: ' 12.50 ', eventValue: '' }, { value: 12.5 }],
  ['text as number', { transactionId: 1001 }, { transactionId: '1001' }],
  [
    'three decimals, as the tag keeps',
    { value: 0.1 + 0.2, ecommTotalValue: 1.23456 },
    { value: 0.3, ecommTotalValue: 1.235 },
  ],
  ['refused numbers', { value: -0.01, eventValue: Number.NaN, ecommTotalValue: 1e12 }, {}],
  ['zero is a value', { value: 0 }, { value: 0 }],
  ['currency in capitals', { currency: 'eur' }, { currency: 'EUR' }],
  ['refused currency', { currency: 'EURO' }, {}],
  ['page type in small letters', { pageType: 'Product' }, { pageType: 'product' }],
  ['refused page type', { pageType: 'products' }, {}],
  ['one product id', { itemIds: 'a' }, { itemIds: ['a'] }],
  ['product ids', { itemIds: ['a', 7, '', 'x'.repeat(51), null] }, { itemIds: ['a', '7'] }],
  ['items without anything', { items: [{}, null, 'x', { foo: 1 }] }, {}],
  ['a broken number of pieces', { items: [{ id: 'a', quantity: 1.5 }] }, { items: [{ id: 'a' }] }],
  [
    'hotel',
    { hotelData: { totalPrice: 9, checkinDate: '2026-01-02', checkoutDate: 'soon', lengthOfStay: 31 } },
    { hotelData: { totalPrice: 9, checkinDate: '2026-01-02' } },
  ],
  ['an id that no order has', { transactionId: 'x'.repeat(256) }, {}],
  ['the longest id of an order', { transactionId: 'x'.repeat(255) }, { transactionId: 'x'.repeat(255) }],
  ['an id that is no number', { transactionId: Number.NaN }, {}],
  [
    'half an emoji, on which the tag throws',
    { searchTerm: 'cut \ud83d', items: [{ id: 'a', name: '\ude00' }], eventLabel: 'whole \ud83d\ude00' },
    { items: [{ id: 'a' }], eventLabel: 'whole \ud83d\ude00' },
  ],
  ['an id that no database takes', { transactionId: 'A\0' }, {}],
  ['empty text', { eventLabel: '' }, {}],
];

test.each(CASES)('%s', (_, params, expected) => {
  const before = structuredClone(params);
  expect(cleanParams(params)).toEqual(expected);
  expect(params).toEqual(before);
});

test('other names are read only where a feature added them', () => {
  const params = { order_id: 'O', total: 5, products: [{ product_id: 'P' }] };
  expect(cleanParams(params)).toEqual({});
  Object.assign(aliases, { transactionId: ['order_id'], value: ['total'], items: ['products'] });
  expect(cleanParams(params)).toEqual({ transactionId: 'O', value: 5, items: [{ id: 'P' }] });
});
