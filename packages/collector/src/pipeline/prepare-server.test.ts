import { describe, expect, test } from 'vitest';
import type { Facts } from './facts.ts';
import { prepare } from './prepare.ts';
import { CLICK, JOHN, NOW, NOW_S, OTHER_CLICK, PAGE, PHONE, serverFacts } from './testing/sample-facts.ts';

type Fields = Record<string, unknown>;

const custom = (fields: Fields = {}): Fields => ({
  eventType: 'custom',
  eventTime: NOW_S - 30,
  userData: { anonymousId: 'v' },
  ...fields,
});
const withUser = (fields: Fields) => custom({ userData: fields });
const withData = (fields: Fields) => custom({ customData: fields });
const context = (fields: Fields) => Buffer.from(JSON.stringify({ v: 1, ...fields })).toString('base64url');

const prepared = (input: unknown, settings = {}) => prepare(input, serverFacts(settings)).event;

describe('ids and hashes get the form that Microsoft documents', () => {
  test.each<[string, Fields, Fields]>([
    ['click id as addresses hold it', { msclkid: CLICK.replaceAll('-', '') }, { msclkid: CLICK }],
    ['click id of the cookie', { msclkid: `_uet${CLICK.replaceAll('-', '')}` }, { msclkid: CLICK }],
    ['click id of a beacon', { msclkid: `${CLICK.toUpperCase()}-1N` }, { msclkid: CLICK }],
    ['click id with blanks', { msclkid: ` ${CLICK} ` }, { msclkid: CLICK }],
    ['no click id', { msclkid: 'N' }, { msclkid: 'N' }],
    ['upper-case hashes', { em: JOHN.toUpperCase(), ph: ` ${PHONE.toUpperCase()}` }, { em: JOHN, ph: PHONE }],
    ['no hash', { em: 'x', ph: 5 }, { em: 'x', ph: 5 }],
    ['null', { em: null, ph: null, msclkid: null }, { em: null, ph: null, msclkid: null }],
    ['clear e-mail', { email: ' John@Contoso.com ' }, { em: JOHN }],
    ['clear phone', { phone: '+1 (425) 555-1234' }, { ph: PHONE }],
    ['clear phone as a number', { phone: 14255551234 }, { ph: PHONE }],
    ['a hash in the clear field', { email: JOHN.toUpperCase() }, { em: JOHN }],
    ['the hash wins over the clear value', { email: 'other@contoso.com', em: JOHN }, { em: JOHN }],
    ['a hash that is none does not', { email: 'john@contoso.com', em: 'john' }, { em: JOHN }],
    ['nor an empty one', { email: 'john@contoso.com', em: '' }, { em: JOHN }],
    ['empty clear values are not given', { email: '', phone: null }, {}],
  ])('%s', (_, user, expected) => {
    const { event, notes } = prepare(withUser(user), serverFacts());
    expect(event).toEqual(withUser(expected));
    expect(notes).toEqual([]);
  });

  test('a national number is dialled in the configured country', () => {
    expect(prepared(withUser({ phone: '425-555-1234' }), { phoneCountry: 'US' })).toEqual(
      withUser({ ph: PHONE }),
    );
  });

  test.each<[string, Fields, string[]]>([
    ['an e-mail that is none', { email: 'john' }, ['userData.em: could not be normalised, left out']],
    ['a phone without country', { phone: '0151 123' }, ['userData.ph: could not be normalised, left out']],
    ...[{}, [], true, { toString: 1, valueOf: 1 }].map((odd): [string, Fields, string[]] => [
      `an e-mail that is ${JSON.stringify(odd)}`,
      { email: odd },
      ['userData.em: could not be normalised, left out'],
    ]),
    [
      'ids that name a person',
      { anonymousId: 'john@contoso.com', externalId: '+14255551234' },
      [
        'userData.anonymousId: looked like an e-mail address, phone number or token, left out',
        'userData.externalId: looked like an e-mail address, phone number or token, left out',
      ],
    ],
  ])('left out with a note: %s', (_, user, expected) => {
    const { event, notes } = prepare(withUser(user), serverFacts());
    expect(event).toEqual(withUser({}));
    expect(notes).toEqual(expected);
  });
});

test('every text is Unicode that any database and JSON parser takes', () => {
  const cut = 'a\ud83d\0';
  const whole = 'a\ufffd\ufffd';
  const fields = { eventId: cut, eventName: cut, pageTitle: cut };
  const { event } = prepare(
    {
      ...fields,
      userData: { externalId: cut },
      customData: { transactionId: cut, items: [{ name: cut }], itemIds: [cut, '😀'] },
    },
    serverFacts(),
  );
  expect(event).toEqual({
    eventId: whole,
    eventName: whole,
    pageTitle: whole,
    userData: { externalId: whole },
    customData: { transactionId: whole, items: [{ name: whole }], itemIds: [whole, '😀'] },
  });
});

test.each([
  ['half of a pair', 'a\ud83d'],
  ['the null character', 'a\0'],
])('text with nothing else wrong than %s', (_, pageTitle) => {
  expect(prepare({ pageTitle }, serverFacts()).event).toEqual({ pageTitle: 'a\ufffd' });
});

describe('parameters', () => {
  test.each<[string, Fields, Fields]>([
    ['currency', { currency: ' eur' }, { currency: 'EUR' }],
    ['page type', { pageType: 'Purchase ' }, { pageType: 'purchase' }],
    ['nothing to correct', { value: '75.3', currency: 5 }, { value: '75.3', currency: 5 }],
    [
      'lists that are none',
      { items: 'a', itemIds: {}, hotelData: [] },
      { items: 'a', itemIds: {}, hotelData: [] },
    ],
  ])('%s', (_, data, expected) => expect(prepared(withData(data))).toEqual(withData(expected)));
});

describe('clear identity is cut out of every text', () => {
  const CLEAR = 'john@contoso.com';

  test.each<[string, Fields, Fields]>([
    ...['eventSourceUrl', 'referrerUrl', 'pageTitle', 'keywords'].map((name): [string, Fields, Fields] => [
      name,
      custom({ [name]: `https://x.example/?q=${CLEAR}` }),
      custom({ [name]: 'https://x.example/?q=removed' }),
    ]),
    ...['searchTerm', 'eventCategory', 'eventLabel', 'ecommCategory'].map(
      (name): [string, Fields, Fields] => [
        name,
        withData({ [name]: `a ${CLEAR}` }),
        withData({ [name]: 'a removed' }),
      ],
    ),
    [
      'items',
      withData({
        items: [{ id: CLEAR, name: `gift for ${CLEAR}`, price: 1 }, null, 'x'],
        itemIds: [CLEAR, 5],
      }),
      withData({
        items: [{ id: 'removed', name: 'gift for removed', price: 1 }, null, 'x'],
        itemIds: ['removed', 5],
      }),
    ],
    [
      'hotel',
      withData({ hotelData: { partnerHotelId: CLEAR, bookingHref: 'https://x.example/?tel=015112345678' } }),
      withData({ hotelData: { partnerHotelId: 'removed', bookingHref: 'https://x.example/?tel=removed' } }),
    ],
    [
      'user agent',
      withUser({ clientUserAgent: `bot (${CLEAR})` }),
      withUser({ clientUserAgent: 'bot (removed)' }),
    ],
  ])('%s', (_, input, expected) => expect(prepared(input)).toEqual(expected));
});

describe('context of the page', () => {
  const all = context({ a: 'visitor', c: CLICK, p: PAGE, g: 'denied' });

  test('fills what the event does not have', () => {
    expect(prepared({ eventType: 'custom', context: all })).toMatchObject({
      pageLoadId: PAGE,
      adStorageConsent: 'D',
      userData: { anonymousId: 'visitor', msclkid: CLICK },
    });
  });

  test.each([null, ''])('%j is not given either', (nothing) => {
    const input = custom({
      context: all,
      pageLoadId: nothing,
      adStorageConsent: nothing,
      userData: { anonymousId: nothing, msclkid: nothing },
    });
    expect(prepared(input)).toMatchObject({
      pageLoadId: PAGE,
      adStorageConsent: 'D',
      userData: { anonymousId: 'visitor', msclkid: CLICK },
    });
  });

  test("the event's own values win", () => {
    const own = {
      pageLoadId: 'p',
      adStorageConsent: 'G',
      userData: { anonymousId: 'v', msclkid: OTHER_CLICK, externalId: 'c' },
    };
    expect(prepared(custom({ context: all, ...own }))).toMatchObject(own);
  });

  test.each(['x', 5, {}, 'a'.repeat(3_000)])('%j is ignored with a note', (text) => {
    const { event, notes } = prepare(custom({ context: text }), serverFacts());
    expect(event).toMatchObject({ userData: { anonymousId: 'v' } });
    expect(notes).toEqual(['context: not a context of this pixel, ignored']);
  });

  test.each([undefined, null, ''])('%j is none', (text) => {
    expect(prepare(custom({ context: text }), serverFacts()).notes).toEqual([]);
  });

  test('an e-mail as visitor id goes no further', () => {
    expect(prepared({ context: context({ a: 'john@contoso.com' }) })).toMatchObject({
      userData: { anonymousId: undefined },
    });
  });
});

describe('consent', () => {
  test.each<[unknown, unknown]>([
    ['G', 'G'],
    ['D', 'D'],
    ['granted', 'G'],
    ['Denied', 'D'],
    [' d ', 'D'],
    ['', undefined],
    [null, null],
    [undefined, undefined],
    ['G|D', 'G|D'],
    ['__proto__', '__proto__'],
    [true, true],
  ])('%j becomes %j', (adStorageConsent, expected) => {
    expect((prepared(custom({ adStorageConsent })) as Fields).adStorageConsent).toEqual(expected);
  });

  test.each<[string, Fields, boolean]>([
    ['a visitor who refuses', { adStorageConsent: 'denied' }, true],
    ['a visitor who agrees', { adStorageConsent: 'G' }, false],
    ['nobody asked', {}, false],
    ['a customer who refuses', { adStorageConsent: 'D', userData: { externalId: 'c' } }, true],
    ['a refusal in the context', { userData: {}, context: context({ a: 'w', g: 'denied' }) }, true],
  ])('whether somebody takes it back: %s', (_, fields, refuses) => {
    expect(prepare(custom(fields), serverFacts()).refuses).toBe(refuses);
  });

  test('a missing identifier is for the rules to find', () => {
    expect(prepared({ eventType: 'custom', adStorageConsent: 'D' })).not.toHaveProperty('userData');
  });

  test.each<[string, Fields, Partial<Facts>]>([
    ["in a page's context, which has no ids then", { context: context({ g: 'denied' }) }, {}],
    ['told by code', { adStorageConsent: 'denied' }, { source: 'code' }],
    [
      'with an e-mail that is none',
      { context: context({ g: 'denied' }), userData: { email: 'n/a', anonymousId: '' } },
      {},
    ],
  ])('who refuses may name nobody: %s', (_, fields, facts) => {
    const { event, refuses } = prepare({ eventType: 'custom', ...fields }, serverFacts({}, facts));
    expect(event).toMatchObject({ adStorageConsent: 'D', userData: { anonymousId: 'id-1' } });
    expect(refuses).toBe(false);
  });

  test('who agrees, or was not asked, must be named', () => {
    for (const g of ['granted', undefined]) {
      expect(prepared({ eventType: 'custom', context: context({ g }) })).toMatchObject({
        userData: { anonymousId: undefined },
      });
    }
  });
});

describe('nothing is taken from the caller, and nothing is judged', () => {
  test.each<[string, unknown]>([
    ['time in the future', custom({ eventTime: NOW_S + 500 })],
    ['time in milliseconds', custom({ eventTime: NOW })],
    ['no time', { eventType: 'custom', userData: {} }],
    ['address and user agent', withUser({ clientIpAddress: '198.51.100.1', clientUserAgent: 'curl/8' })],
    ['options inside the event', custom({ continueOnValidationError: true, dataProvider: 'SEGMENT' })],
    ['userData that is none', custom({ userData: 'v', customData: [] })],
    ['no event', null],
    ['a list', [custom()]],
    ['a text', 'event'],
  ])('%s', (_, input) => expect(prepared(input)).toEqual(input));

  test('code may leave the time out', () => {
    const { event } = prepare({ eventType: 'custom' }, serverFacts({}, { source: 'code', now: NOW + 999 }));
    expect(event).toEqual({ eventType: 'custom', eventTime: NOW_S });
  });

  test('the input is not changed', () => {
    const input = custom({
      context: context({ a: 'visitor' }),
      userData: { email: 'john@contoso.com', msclkid: CLICK.toUpperCase() },
      customData: {
        items: [{ name: 'john@contoso.com' }],
        hotelData: { bookingHref: 'a@b.com' },
        currency: 'eur',
      },
    });
    const before = structuredClone(input);
    prepare(input, serverFacts());
    expect(input).toEqual(before);
  });
});
