import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { prepare } from './prepare.ts';
import { browserFacts, NOW, NOW_S, serverFacts } from './testing/sample-facts.ts';

const chars = (count: number) => 'x'.repeat(count);
const list = (count: number, entry: unknown) => Array.from({ length: count }, () => entry);

const sale = (fields: object) => ({
  eventType: 'custom',
  eventTime: NOW_S,
  eventName: 'purchase',
  eventId: 'A-1',
  consent: 'granted',
  userData: { anonymousId: 'v' },
  ...fields,
});

/** What is left of a browser's event, and what its notes say. */
function left(fields: object) {
  const prepared = prepare(sale(fields), browserFacts());
  const { event, errors } = judge(prepared, 0, NOW);
  return { event, errors: errors.map(({ errorCode }) => errorCode), notes: prepared.notes };
}

describe('a browser loses what is too long, not its event', () => {
  test.each<[path: string, given: object, kept: object]>([
    ['pageTitle', { pageTitle: chars(4_097) }, {}],
    ['keywords', { keywords: chars(4_097) }, {}],
    ['eventSourceUrl', { eventSourceUrl: `https://shop.example/${chars(8_192)}` }, {}],
    ['referrerUrl', { referrerUrl: `https://shop.example/${chars(8_192)}` }, {}],
    ['userData.externalId', { userData: { anonymousId: 'v', externalId: chars(256) } }, {}],
    [
      'customData.searchTerm',
      { customData: { value: 5, searchTerm: chars(4_097) } },
      { customData: { value: 5 } },
    ],
    [
      'customData.hotelData.partnerHotelId',
      { customData: { hotelData: { totalPrice: 80, partnerHotelId: chars(256) } } },
      { customData: { hotelData: { totalPrice: 80 } } },
    ],
    [
      'customData.items[].id',
      { customData: { items: [{ id: chars(256), price: 5 }, { id: 'mug' }] } },
      { customData: { items: [{ price: 5 }, { id: 'mug' }] } },
    ],
    [
      'customData.itemIds[]',
      { customData: { itemIds: [chars(256), 'mug', chars(256)] } },
      { customData: { itemIds: ['mug'] } },
    ],
  ])('%s', (path, given, kept) => {
    const { event, errors, notes } = left(given);
    expect(errors).toEqual([]);
    expect(event).toMatchObject({ eventId: 'A-1', ...kept });
    expect(JSON.stringify(event)).not.toContain(chars(256));
    expect(notes).toEqual([
      expect.stringMatching(
        new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}: longer than \\d+ characters, left out$`),
      ),
    ]);
  });

  test('an address loses its query as a whole', () => {
    const page = 'https://shop.example/thanks';
    const { event, notes } = left({
      eventType: 'pageLoad',
      eventSourceUrl: `${page}?cart=${chars(8_192)}#end`,
    });
    expect(event).toMatchObject({ eventType: 'pageLoad', eventSourceUrl: page });
    expect(notes).toEqual(['eventSourceUrl: longer than 8192 characters, its query left out']);
  });

  test('lists keep their first 1,000 entries', () => {
    const { event, notes } = left({
      customData: { items: list(1_001, { id: 'a' }), itemIds: list(1_001, 'a') },
    });
    expect(event?.customData?.items).toHaveLength(1_000);
    expect(event?.customData?.itemIds).toHaveLength(1_000);
    expect(notes).toEqual([
      'customData.items: more than 1000 entries, the others left out',
      'customData.itemIds: more than 1000 entries, the others left out',
    ]);
  });

  test('of an event that is too large as a whole the products go', () => {
    const { event, notes } = left({ customData: { value: 5, items: list(65, { name: chars(4_096) }) } });
    expect(event?.customData).toEqual({ value: 5 });
    expect(notes).toEqual(['customData.items: the event was too large, left out']);
  });
});

test.each([
  ['eventId', { eventId: chars(256) }],
  ['eventName', { eventName: chars(256) }],
  ['customData.transactionId', { customData: { transactionId: chars(256) } }],
])('what both channels must say alike refuses the event: %s', (path, given) => {
  const prepared = prepare(sale(given), browserFacts());
  expect(prepared.excess).toMatchObject({ path, code: 'TooLong' });
});

test('a server is told', () => {
  expect(prepare(sale({ pageTitle: chars(4_097) }), serverFacts()).excess?.path).toBe('pageTitle');
});

test('the input is not changed', () => {
  const event = sale({ pageTitle: chars(4_097), customData: { items: [{ id: chars(256) }] } });
  const before = structuredClone(event);
  prepare(event, browserFacts());
  expect(event).toEqual(before);
});
