import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type IntakeUnderTest, openIntake } from '../../intake/testing/intake-under-test.ts';
import { NOW_S, siteOf } from '../../pipeline/testing/sample-facts.ts';
import { checkPurchases, type Purchase, readPurchases } from './purchases.ts';

/** Purchases of visitors of their own; the browser's or the server's. */
const bought = (count: number, more: (index: number) => Partial<Purchase> = () => ({})): Purchase[] =>
  Array.from({ length: count }, (_, index) => ({
    site: 'site',
    eventId: `${1_000 + index}`,
    isBrowsers: true,
    at: NOW_S * 1_000 + index,
    hasTransaction: true,
    people: [`visitor-${index}`, `page-${index}`],
    amount: '75.3 EUR',
    ...more(index),
  }));
const told = (count: number, more: (index: number) => Partial<Purchase> = () => ({})) =>
  bought(count, (index) => ({ eventId: `WC-${1_000 + index}`, isBrowsers: false, ...more(index) }));

const judged = (purchases: readonly Purchase[]) =>
  checkPurchases(purchases).map(({ id, site, status, what }) => ({ id, site, status, what }));
const warned = (what: RegExp) => [
  { id: 'purchases', site: 'site', status: 'warning', what: expect.stringMatching(what) },
];
const FINE = [{ id: 'purchases', site: 'site', status: 'ok', what: expect.any(String) }];

test('few purchases say nothing', () => {
  expect(judged(bought(4, () => ({ hasTransaction: false })))).toEqual([]);
});

test('browsers that tell no transaction', () => {
  const bare = (index: number) => ({ hasTransaction: index % 3 === 0 });
  expect(judged(bought(9, bare))).toEqual(warned(/^6 of the last 9 purchases of browsers/));
  expect(judged(bought(9, (index) => ({ hasTransaction: index % 3 !== 0 })))).toEqual(FINE);
  expect(judged([...told(4), ...bought(2, () => ({ hasTransaction: false }))])).toEqual(FINE);
});

describe('one order under two ids', () => {
  test.each<[string, (index: number) => Partial<Purchase>]>([
    ['by the visitor', () => ({})],
    ['by the page', (index) => ({ people: [`page-${index}`] })],
    ['by a late webhook', (index) => ({ at: NOW_S * 1_000 + index + 3_000_000 })],
  ])('%s', (_, more) => {
    expect(judged([...told(3, more), ...bought(3)])).toEqual(
      warned(/^3 of the last 6 purchases .* \(1000 and WC-1000\)/),
    );
  });

  test.each<[string, Purchase[]]>([
    ['other visitors', told(3, (index) => ({ people: [`visitor-${index + 9}`] }))],
    ['other amounts', told(3, () => ({ amount: '9 EUR' }))],
    ['the next day', told(3, () => ({ at: NOW_S * 1_000 + 86_400_000 }))],
    ['nobody is known', told(3, () => ({ people: [] }))],
    ['a coincidence or two', told(2)],
    ['of another site', told(3, () => ({ site: 'other' }))],
  ])('not: %s', (_, servers) => expect(judged([...servers, ...bought(5)])).toEqual(FINE));
});

describe('what is read', () => {
  let intake: IntakeUnderTest;
  beforeAll(async () => {
    intake = await openIntake({ filter: ({ customData }) => customData?.value !== 1 });
  });
  afterAll(() => intake.end());

  test('purchases as both ways store them, but none that a rule holds back', async () => {
    const event = { eventType: 'custom', eventTime: NOW_S, userData: { anonymousId: 'v' } } as const;
    const order = { ...event, eventName: 'purchase' };
    await intake.pixel([
      { ...order, consent: 'granted', eventId: 'random', customData: { value: 5, currency: 'EUR' } },
      { ...order, consent: 'granted', customData: { value: 1, transactionId: 'held-back' } },
      { ...event, consent: 'granted', eventName: 'lead', eventId: 'lead' },
    ]);
    await intake.capi({
      data: [{ ...order, customData: { value: 5, currency: 'EUR', transactionId: '7' } }],
    });
    const find = () => intake.events();
    const shared = { site: 'site', people: ['v'], amount: '5 EUR', at: expect.any(Number) };
    expect(await readPurchases({ find }, [siteOf()])).toEqual([
      { ...shared, eventId: 'random', isBrowsers: true, hasTransaction: false },
      { ...shared, eventId: '7', isBrowsers: false, hasTransaction: true },
    ]);
    expect(await readPurchases({ find }, [])).toEqual([]);
  });
});
