import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { excessOf } from './limits.ts';
import { prepare } from './prepare.ts';
import { browserFacts, NOW, NOW_S, serverFacts } from './testing/sample-facts.ts';

const chars = (count: number) => 'x'.repeat(count);
const list = (count: number, entry: unknown) => Array.from({ length: count }, () => entry);

describe('excessOf', () => {
  test.each<[path: string, fits: object, exceeds: object]>([
    ['eventId', { eventId: chars(255) }, { eventId: chars(256) }],
    ['eventName', { eventName: chars(255) }, { eventName: chars(256) }],
    ['eventSourceUrl', { eventSourceUrl: chars(8_192) }, { eventSourceUrl: chars(8_193) }],
    ['referrerUrl', { referrerUrl: chars(8_192) }, { referrerUrl: chars(8_193) }],
    ['pageTitle', { pageTitle: chars(4_096) }, { pageTitle: chars(4_097) }],
    [
      'userData.anonymousId',
      { userData: { anonymousId: chars(255) } },
      { userData: { anonymousId: chars(256) } },
    ],
    ['userData.externalId', { userData: { externalId: '' } }, { userData: { externalId: chars(256) } }],
    ['userData.email', { userData: { email: chars(255) } }, { userData: { email: chars(256) } }],
    [
      'userData.clientUserAgent',
      { userData: { clientUserAgent: chars(4_096) } },
      { userData: { clientUserAgent: chars(4_097) } },
    ],
    [
      'customData.transactionId',
      { customData: { transactionId: chars(255) } },
      { customData: { transactionId: chars(256) } },
    ],
    [
      'customData.searchTerm',
      { customData: { searchTerm: chars(4_096) } },
      { customData: { searchTerm: chars(4_097) } },
    ],
    [
      'customData.hotelData.bookingHref',
      { customData: { hotelData: { bookingHref: chars(8_192) } } },
      { customData: { hotelData: { bookingHref: chars(8_193) } } },
    ],
    [
      'customData.items',
      { customData: { items: list(1_000, {}) } },
      { customData: { items: list(1_001, {}) } },
    ],
    [
      'customData.items[1].id',
      { customData: { items: [{}, { id: chars(255) }] } },
      { customData: { items: [{}, { id: chars(256) }] } },
    ],
    [
      'customData.itemIds',
      { customData: { itemIds: list(1_000, 'a') } },
      { customData: { itemIds: list(1_001, 'a') } },
    ],
    [
      'customData.itemIds[0]',
      { customData: { itemIds: [chars(255)] } },
      { customData: { itemIds: [chars(256)] } },
    ],
    [
      '',
      { customData: { items: list(64, { name: chars(4_096) }) } },
      { customData: { items: list(65, { name: chars(4_096) }) } },
    ],
  ])('%s', (path, fits, exceeds) => {
    expect(excessOf(fits as Record<string, unknown>)).toBeUndefined();
    expect(excessOf(exceeds as Record<string, unknown>)?.path).toBe(path);
  });

  test('what is not read does not count, however large, deep or strange', () => {
    const cycle: Record<string, unknown> = { unknown: chars(1_000_000), userData: 5, customData: [] };
    cycle.self = cycle;
    expect(excessOf(cycle)).toBeUndefined();
    expect(excessOf({ customData: { items: [null, 5, cycle], itemIds: 'x', hotelData: cycle } })).toBe(
      undefined,
    );
  });
});

test('an event beyond a limit is refused with path and code, and no work is spent on it', () => {
  const event = {
    eventType: 'custom',
    eventTime: NOW_S,
    eventId: chars(256),
    pageTitle: 'mail john@contoso.com',
    userData: { anonymousId: 'v' },
  };
  for (const facts of [browserFacts(), serverFacts()]) {
    const prepared = prepare(event, facts);
    expect(prepared.event).toBe(event);
    expect(judge(prepared, 3, NOW)).toEqual({
      event: undefined,
      warnings: [],
      errors: [
        {
          index: 3,
          propertyName: 'data[3].eventId',
          errorCode: 'TooLong',
          errorMessage: "'eventId' must not be longer than 255 characters.",
          isWarning: false,
        },
      ],
    });
  }
});

test.each<[path: string, given: object]>([
  ['pageLoadId', { pageLoadId: chars(256) }],
  ['referrerUrl', { referrerUrl: chars(256) }],
  ['adStorageConsent', { adStorageConsent: chars(256) }],
  ['userData.em', { userData: { anonymousId: 'v', em: chars(256) } }],
  ['userData.ph', { userData: { anonymousId: 'v', ph: chars(256) } }],
  ['userData.msclkid', { userData: { anonymousId: 'v', msclkid: chars(256) } }],
  ['userData.clientIpAddress', { userData: { anonymousId: 'v', clientIpAddress: chars(256) } }],
  ['userData.idfa', { userData: { anonymousId: 'v', idfa: chars(256) } }],
  ['userData.gaid', { userData: { anonymousId: 'v', gaid: chars(256) } }],
  ['customData.currency', { customData: { currency: chars(256) } }],
  ['customData.pageType', { customData: { pageType: chars(256) } }],
  ['customData.hotelData', { customData: { hotelData: { checkinDate: chars(256) } } }],
])('what Microsoft warns about at any length costs a server its field, not its batch: %s', (path, given) => {
  const event = { eventType: 'custom', eventTime: NOW_S, userData: { anonymousId: 'v' }, ...given };
  const verdict = judge(prepare(event, serverFacts()), 0, NOW);
  expect(verdict.errors).toEqual([]);
  expect(verdict.warnings.map(({ propertyName }) => propertyName)).toEqual([`data[0].${path}`]);
  expect(JSON.stringify(verdict.event)).not.toContain(chars(256));
});
