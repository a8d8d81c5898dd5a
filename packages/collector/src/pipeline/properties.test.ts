import { capiEventSchema } from '@uet-capi/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { Facts } from './facts.ts';
import { judge } from './judge.ts';
import { prepare } from './prepare.ts';
import { browserFacts, CLICK, JOHN, NOW, NOW_S, PAGE, serverFacts } from './testing/sample-facts.ts';

const CLEAR = ['john@contoso.com', 'john%40contoso.com', '+4915112345678', '%2B49+151+12345678'];

const oneOf = (...values: unknown[]) => fc.constantFrom(...values);
const text = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(oneOf('', 'a ', 'https://x.example/?q='), oneOf(...CLEAR))
      .map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.jsonValue() },
);
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    { weight: 19, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );

const event = record({
  eventType: oneOf('custom', 'pageLoad'),
  eventName: oneOf('purchase', '', undefined, null),
  eventId: oneOf('e', '', undefined, 5),
  eventTime: oneOf(NOW_S, NOW_S - 5, NOW_S - 5.5, undefined),
  eventSourceUrl: oneOf(`https://x.example/?msclkid=${CLICK}&email=${CLEAR[0]}&tel=015112345678`, ...CLEAR),
  pageLoadId: oneOf(PAGE, 'x', null),
  referrerUrl: text,
  pageTitle: text,
  keywords: text,
  adStorageConsent: oneOf('G', 'D', 'granted', 'denied', 'maybe', '', null),
  consent: oneOf('granted', 'denied'),
  context: oneOf(Buffer.from(`{"v":1,"a":"${CLEAR[0]}","c":"${CLICK}"}`).toString('base64url'), 'x', {}),
  userData: record({
    anonymousId: oneOf('v', 'v', ...CLEAR, null, ''),
    externalId: oneOf('c', ...CLEAR),
    em: oneOf(JOHN, JOHN.toUpperCase(), CLEAR[0], '', null),
    ph: oneOf(JOHN, CLEAR[2], 5),
    email: oneOf(...CLEAR, {}, { toString: 1 }, 5),
    phone: oneOf(...CLEAR, [], 4915112345678),
    msclkid: oneOf(CLICK, CLICK.replaceAll('-', ''), `_uet${CLICK}-1N`, 'x'),
    clientUserAgent: text,
  }),
  customData: record({
    value: oneOf(1, 0, '1'),
    currency: oneOf('eur', 'EUR', 'x'),
    transactionId: oneOf('t', ''),
    searchTerm: text,
    eventLabel: text,
    items: oneOf([{ id: CLEAR[0], name: CLEAR[2] }, {}], [null], 5),
    itemIds: oneOf([CLEAR[0], ''], 'a'),
    hotelData: record({ bookingHref: text, partnerHotelId: text, checkinDate: oneOf('2026-01-01', '') }),
  }),
});

const RUNS = { numRuns: 400 };

/** From what came in to what would be stored; undefined where it is refused or skipped. */
function run(input: unknown, facts: Facts) {
  const prepared = prepare(input, facts);
  const verdict = judge(prepared, 0, NOW);
  if (!verdict.event) return { verdict, decision: undefined };
  return { verdict, decision: decide(verdict.event, prepared, verdict.warnings, [], facts) };
}

describe.each<[string, () => Facts]>([
  ['server', () => serverFacts()],
  ['server, anonymous', () => serverFacts({ consent: { whenDenied: 'anonymous' } })],
  ['browser', () => browserFacts()],
  ['browser, anonymous', () => browserFacts({ consent: { whenDenied: 'anonymous' } })],
])('whatever comes in by %s', (_, facts) => {
  test('what is stored is a correct event with an id and a decision', () => {
    let stored = 0;
    fc.assert(
      fc.property(event, (input) => {
        const { decision } = run(input, facts());
        if (decision?.kind !== 'store') return;
        for (const { wire, eventId } of decision.events) {
          stored += 1;
          const parsed: unknown = JSON.parse(wire);
          expect(capiEventSchema.parse(parsed)).toEqual(parsed);
          expect(parsed).toMatchObject({ eventId, adStorageConsent: expect.stringMatching(/^[GD]$/) });
        }
      }),
      RUNS,
    );
    expect(stored).toBeGreaterThan(5);
  });

  test('clear identity reaches neither the store nor an answer', () => {
    fc.assert(
      fc.property(event, (input) => {
        const { verdict, decision } = run(input, facts());
        const told = JSON.stringify([verdict.errors, verdict.warnings, decision]);
        expect(told).not.toMatch(/john|contoso|5112345678|151\+1234/);
      }),
      RUNS,
    );
  });
});
