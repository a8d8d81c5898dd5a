import { describe, expect, test } from 'vitest';
import { checkEvent, unknownFields } from './acceptance.ts';
import {
  CLICK,
  custom,
  type Fields,
  NOW,
  NOW_S,
  PAGE,
  pageLoad,
  SHA,
  withData,
  withUser,
} from './testing/sample-events.ts';

const WEEK_S = 604_800;

describe('what passes is kept as it came', () => {
  test.each<[string, Fields]>([
    ['the least custom event', { eventType: 'custom', eventTime: NOW_S, userData: { externalId: 'c' } }],
    ['the least page load', pageLoad()],
    ['rule 8: exactly seven days old', custom({ eventTime: NOW_S - WEEK_S })],
    ['rule 8: 60 s ahead', custom({ eventTime: NOW_S + 60 })],
    ['rule 9: any text as address of a custom event', custom({ eventSourceUrl: 'app://cart' })],
    ...['em', 'ph'].map((name): [string, Fields] => [
      `rule 13: ${name} in upper case`,
      withUser({ [name]: SHA.toUpperCase() }),
    ]),
    ...[CLICK, CLICK.toUpperCase(), CLICK.replaceAll('-', '')].map((msclkid): [string, Fields] => [
      `rule 15: msclkid ${msclkid}`,
      withUser({ msclkid }),
    ]),
    ...['203.0.113.7', '0.0.0.0', '255.255.255.255', '2001:db8::7', '::', '::ffff:203.0.113.7'].map(
      (clientIpAddress): [string, Fields] => [`rule 15: ${clientIpAddress}`, withUser({ clientIpAddress })],
    ),
    ...['idfa', 'gaid', 'msclkid', 'externalId'].map((name): [string, Fields] => [
      `rule 10: ${name} is identifier enough`,
      custom({ userData: { [name]: CLICK } }),
    ]),
    ['values that are zero or negative', withData({ value: 0, eventValue: -1.5 })],
    ['rule 25: consent denied', custom({ adStorageConsent: 'D' })],
    [
      'all the rest',
      pageLoad({
        eventId: PAGE,
        eventName: 'name',
        pageLoadId: PAGE,
        referrerUrl: 'http://www.bing.com',
        pageTitle: 'Wall clocks',
        keywords: 'clocks,wall',
        adStorageConsent: 'G',
        customData: {
          eventCategory: 'ecommerce',
          eventLabel: 'web',
          eventValue: 75.3,
          value: 75.3,
          currency: 'EUR',
          transactionId: '100045',
          searchTerm: 'clock',
          items: [{ id: 'a', name: 'A', price: 25.1, quantity: 2 }, {}],
          itemIds: ['a', 'b'],
          pageType: 'purchase',
          ecommTotalValue: 75.3,
          ecommCategory: '7',
          hotelData: {
            totalPrice: 9.5,
            basePrice: 9,
            checkinDate: '2028-02-29',
            checkoutDate: '2028-03-01',
            lengthOfStay: 1,
            partnerHotelId: 'h',
            bookingHref: 'https://x.example/b',
          },
        },
      }),
    ],
  ])('%s', (_, event) => {
    expect(checkEvent(event, 0, NOW)).toEqual({ errors: [], warnings: [], event });
  });
});

describe('what is not given', () => {
  test('null and empty text are dropped without a word', () => {
    const { event, warnings } = checkEvent(
      custom({
        eventId: '',
        pageTitle: null,
        referrerUrl: '',
        pageLoadId: '',
        userData: { anonymousId: 'v', em: null, ph: '', clientIpAddress: '' },
        customData: {
          currency: '',
          value: null,
          itemIds: ['a', ''],
          items: [{ id: 'a', name: '', price: null, brand: 'b' }],
          hotelData: { partnerHotelId: '', checkinDate: '', rooms: 2 },
        },
      }),
      0,
      NOW,
    );
    expect(warnings).toEqual([]);
    expect(event).toEqual({
      eventType: 'custom',
      eventName: 'purchase',
      eventTime: NOW_S,
      userData: { anonymousId: 'v' },
      customData: { itemIds: ['a'], items: [{ id: 'a' }], hotelData: {} },
    });
  });

  test.each([{}, { value: null }, null])('customData %j is no customData', (customData) => {
    expect(checkEvent(custom({ customData }), 0, NOW).event).not.toHaveProperty('customData');
  });
});

describe('rule 21: unknown fields', () => {
  const stray = custom({
    dataProvider: 'SEGMENT',
    continueOnValidationError: false,
    userData: { anonymousId: 'v', city: 'Bonn' },
    customData: { value: 1, contents: [] },
  });

  test('are ignored', () => {
    expect(checkEvent(stray, 0, NOW)).toEqual({
      errors: [],
      warnings: [],
      event: custom({ customData: { value: 1 } }),
    });
  });

  test('rule 5: are told to who asks, options among them', () => {
    expect(unknownFields(stray)).toEqual([
      'dataProvider',
      'continueOnValidationError',
      'userData.city',
      'customData.contents',
    ]);
  });

  test.each([null, 5, [], { userData: 5, customData: [] }])('%j has none', (input) => {
    expect(unknownFields(input)).toEqual([]);
  });
});
