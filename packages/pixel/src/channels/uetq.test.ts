import { expect, test } from 'vitest';
import { tagParams } from './uetq.ts';

test('the long names of the tag, and the id', () => {
  const data = {
    eventCategory: 'c',
    eventLabel: 'l',
    eventValue: 1,
    value: 2,
    currency: 'EUR',
    transactionId: 'T',
    searchTerm: 's',
    itemIds: ['a'],
    pageType: 'product' as const,
    ecommTotalValue: 3,
    ecommCategory: 'k',
    items: [{ id: 'a' }],
  };
  const params = tagParams(data, 'id');
  expect(params).toEqual({
    event_id: 'id',
    event_category: 'c',
    event_label: 'l',
    event_value: 1,
    revenue_value: 2,
    currency: 'EUR',
    transaction_id: 'T',
    search_term: 's',
    ecomm_prodid: ['a'],
    ecomm_pagetype: 'product',
    ecomm_totalvalue: 3,
    ecomm_category: 'k',
    items: [{ id: 'a' }],
  });
  expect(params.items).not.toBe(data.items);
  expect((params.items as object[])[0]).not.toBe(data.items[0]);
  expect(params.ecomm_prodid).not.toBe(data.itemIds);
});

const hotelData = {
  totalPrice: 9,
  basePrice: 8,
  checkinDate: '2026-01-02',
  lengthOfStay: 2,
  partnerHotelId: 'h',
  bookingHref: 'u',
};

test('hotel data with price and currency', () => {
  expect(tagParams({ currency: 'EUR', hotelData }, 'id')).toEqual({
    event_id: 'id',
    currency: 'EUR',
    hct_total_price: 9,
    hct_base_price: 8,
    hct_checkin_date: '2026-01-02',
    hct_length_of_stay: 2,
    hct_partner_hotel_id: 'h',
    hct_booking_xref: 'u',
  });
});

test('without what a page adds to every object', () => {
  const every = Object.prototype as { pair?: unknown };
  every.pair = () => {};
  try {
    expect(Object.keys(tagParams({ currency: 'EUR', hotelData }, 'id')).join()).not.toMatch(/pair/);
  } finally {
    delete every.pair;
  }
});

test.each([
  ['hotel data without currency', { hotelData }],
  ['hotel data without a total', { currency: 'EUR', hotelData: { basePrice: 8 } }],
  ['hotel data beside revenue', { currency: 'EUR', value: 1, hotelData }],
  [
    'hotel data beside a total that the tag takes for revenue',
    { currency: 'EUR', ecommTotalValue: 1, hotelData },
  ],
  ['product ids without a page type', { itemIds: ['a'] }],
])('left out, since the tag would throw: %s', (_, data) => {
  const names = Object.keys(tagParams(data, 'id')).join();
  expect(names).not.toMatch(/hct_|prodid/);
  expect(names).toMatch(/^event_id/);
});
