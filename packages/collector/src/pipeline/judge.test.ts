import { describe, expect, test } from 'vitest';
import { judge } from './judge.ts';
import { NOW, NOW_S } from './testing/sample-facts.ts';

const custom = (fields: object) => ({
  eventType: 'custom',
  eventTime: NOW_S,
  userData: { anonymousId: 'v' },
  ...fields,
});

describe('judge', () => {
  test.each<[string, object, string]>([
    ['an id with an e-mail', { eventId: 'order-john@contoso.com' }, 'eventId'],
    ['an id that is a phone number', { eventId: '+4915112345678' }, 'eventId'],
    ['a name', { eventName: 'lead john@contoso.com' }, 'eventName'],
    ['a transaction', { customData: { transactionId: 'john%40contoso.com' } }, 'customData.transactionId'],
  ])('refuses: %s', (_, fields, path) => {
    const verdict = judge({ event: custom(fields) }, 2, NOW);
    expect(verdict).toEqual({
      errors: [
        {
          index: 2,
          propertyName: `data[2].${path}`,
          errorMessage: `'${path}' must not contain an e-mail address, phone number or token.`,
          errorCode: 'ClearIdentity',
          isWarning: false,
        },
      ],
      warnings: [],
      event: undefined,
    });
  });

  test.each([
    { eventId: 'order-100045', eventName: 'C++', customData: { transactionId: '2026/100045+1' } },
    { eventId: '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90' },
    { eventId: '4915112345678' },
  ])('passes %j', (fields) => expect(judge({ event: custom(fields) }, 0, NOW).event).toEqual(custom(fields)));

  test('what Microsoft refuses is refused in its words', () => {
    const { errors } = judge({ event: custom({ eventType: 'x', eventId: 'john@contoso.com' }) }, 0, NOW);
    expect(errors).toMatchObject([{ errorCode: 'InvalidEnumValue' }]);
  });

  test('warnings stay', () => {
    const { warnings } = judge({ event: custom({ eventId: 'john@contoso.com', referrerUrl: 'x' }) }, 0, NOW);
    expect(warnings).toMatchObject([{ errorCode: 'InvalidUrl' }]);
  });
});
