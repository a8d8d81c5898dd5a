import { describe, expect, test } from 'vitest';
import { checkEvent } from './acceptance.ts';
import { custom, NOW, NOW_S, withData, withUser } from './testing/sample-events.ts';

describe('hostile events', () => {
  test('the input is not changed', () => {
    const input = custom({ customData: { items: [{ id: 'a', name: '' }], itemIds: [''] } });
    const before = structuredClone(input);
    checkEvent(input, 0, NOW);
    expect(input).toEqual(before);
  });

  test('keys of the prototype are no fields', () => {
    const event: unknown = JSON.parse(
      `{"eventType":"custom","eventTime":${NOW_S},"__proto__":{"eventId":"x"},"constructor":1,
        "userData":{"anonymousId":"v","__proto__":{"em":"x"},"toString":"y"},
        "customData":{"hasOwnProperty":1,"value":1}}`,
    );
    expect(checkEvent(event, 0, NOW).event).toEqual({
      eventType: 'custom',
      eventTime: NOW_S,
      userData: { anonymousId: 'v' },
      customData: { value: 1 },
    });
    expect(Object.prototype).not.toHaveProperty('eventId');
  });

  test('deep nesting in any place', () => {
    const depth = 50_000;
    const deep: unknown = JSON.parse('['.repeat(depth) + ']'.repeat(depth));
    for (const name of ['eventId', 'userData', 'customData', 'anything']) {
      expect(() => checkEvent(custom({ [name]: deep }), 0, NOW)).not.toThrow();
    }
    expect(
      checkEvent(withData({ items: deep, hotelData: { basePrice: deep } }), 0, NOW).warnings,
    ).toHaveLength(2);
  });

  test('long text is kept where there is no form, and refused where there is one', () => {
    const long = 'a'.repeat(1_000_000);
    expect(checkEvent(custom({ pageTitle: long }), 0, NOW).event?.pageTitle).toBe(long);
    const { warnings } = checkEvent(
      {
        ...withUser({ em: long, msclkid: long, clientIpAddress: `${long}:` }),
        referrerUrl: long,
        pageLoadId: long,
      },
      0,
      NOW,
    );
    expect(warnings).toHaveLength(5);
    expect(JSON.stringify(warnings).length).toBeLessThan(2_000);
  });

  test('what was sent in the wrong field is never repeated', () => {
    const secret = 'john@contoso.com';
    const number = 4915112345678;
    const details = [secret, number].flatMap((bad) => {
      const { errors, warnings } = checkEvent(
        {
          eventType: bad,
          eventTime: secret,
          eventSourceUrl: bad,
          referrerUrl: bad,
          pageLoadId: bad,
          adStorageConsent: bad,
          userData: { em: bad, ph: bad, msclkid: bad, clientIpAddress: bad, externalId: number, idfa: bad },
          customData: { value: secret, currency: bad, pageType: bad, searchTerm: number, items: bad },
        },
        0,
        NOW,
      );
      return [...errors, ...warnings];
    });
    expect(details.length).toBeGreaterThan(20);
    expect(JSON.stringify(details)).not.toMatch(/john|4915112345678/);
  });
});
