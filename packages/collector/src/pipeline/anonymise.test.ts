import type { CapiEvent } from '@uet-capi/protocol';
import { describe, expect, test } from 'vitest';
import { anonymise } from './anonymise.ts';
import { createClickParameter } from './click-parameter.ts';
import { CLICK, JOHN, NOW_S, OTHER_CLICK, PHONE } from './testing/sample-facts.ts';

const HEX = CLICK.replaceAll('-', '');

const PARAMETER = createClickParameter(['ms_id', 'click[id]']);

const event = (fields: Partial<CapiEvent> = {}): CapiEvent => ({
  eventType: 'custom',
  eventTime: NOW_S,
  userData: { anonymousId: 'v' },
  ...fields,
});

describe('anonymise', () => {
  test('of a user only the user agent is left, under a throw-away id', () => {
    const userData = {
      anonymousId: 'v',
      externalId: 'c',
      em: JOHN,
      ph: PHONE,
      msclkid: CLICK,
      clientIpAddress: '203.0.113.7',
      clientUserAgent: 'Mozilla/5.0',
      idfa: OTHER_CLICK,
      gaid: OTHER_CLICK,
    };
    expect(
      anonymise(event({ userData, adStorageConsent: 'G', eventName: 'lead' }), 'once', PARAMETER),
    ).toEqual(
      event({
        userData: { anonymousId: 'once', clientUserAgent: 'Mozilla/5.0' },
        adStorageConsent: 'D',
        eventName: 'lead',
      }),
    );
  });

  test.each([
    [`https://shop.example/?msclkid=${HEX}`, 'https://shop.example/'],
    [`https://shop.example/?MSCLKID=${HEX}&a=1`, 'https://shop.example/?a=1'],
    [`https://shop.example/?a=1&msclkid=${HEX}`, 'https://shop.example/?a=1'],
    [`https://shop.example/?a=1&msclkid=${HEX}&b=2#c`, 'https://shop.example/?a=1&b=2#c'],
    [`https://shop.example/?msclkid=${HEX}#c`, 'https://shop.example/#c'],
    [`https://shop.example/#msclkid=${HEX}`, 'https://shop.example/#'],
    [`https://shop.example/?_uetmsclkid=_uet${HEX}`, 'https://shop.example/'],
    ['https://shop.example/?msclkid=anything', 'https://shop.example/'],
    [
      `https://sso.example/?back=https%3A%2F%2Fshop.example%2F%3Fmsclkid%3D${HEX}%26a%3D1&b=2`,
      'https://sso.example/?back=https%3A%2F%2Fshop.example%2F%3Fa%3D1&b=2',
    ],
    [`https://shop.example/${CLICK}/${HEX.toUpperCase()}`, 'https://shop.example//'],
    [`https://shop.example/?a=1&ms_id=${HEX}`, 'https://shop.example/?a=1'],
    [`https://shop.example/?click[id]=${HEX}&click%5Bid%5D=${HEX}&a=1`, 'https://shop.example/?a=1'],
    ['https://shop.example/?rooms_id=7', 'https://shop.example/?rooms_id=7'],
    ['https://shop.example/?about=msclkid&a=1', 'https://shop.example/?about=msclkid&a=1'],
    ['https://shop.example/?', 'https://shop.example/?'],
  ])('%s becomes %s', (url, cleaned) => {
    const { eventSourceUrl, referrerUrl, customData } = anonymise(
      event({
        eventSourceUrl: url,
        referrerUrl: url,
        userData: { anonymousId: 'v', msclkid: CLICK },
        customData: { hotelData: { bookingHref: url }, items: [{ name: url }], itemIds: [url] },
      }),
      'once',
      PARAMETER,
    );
    expect([eventSourceUrl, referrerUrl]).toEqual([cleaned, cleaned]);
    expect(customData).toEqual({
      hotelData: { bookingHref: cleaned },
      items: [{ name: cleaned }],
      itemIds: [cleaned],
    });
  });

  test('the event that came in is not changed', () => {
    const original = event({ userData: { anonymousId: 'v', msclkid: CLICK } });
    anonymise(original, 'once', PARAMETER);
    expect(original.userData.msclkid).toBe(CLICK);
  });
});
