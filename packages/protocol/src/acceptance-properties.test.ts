import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkEvent, unknownFields } from './acceptance.ts';
import { judgeBatch } from './answer.ts';
import { cleanClickId } from './click-id.ts';
import { capiEventSchema, PAGE_TYPES } from './event.ts';
import { asSha256, normaliseEmail, normalisePhone } from './identity.ts';
import { CLICK, type Fields, NOW, NOW_S, PAGE, SHA } from './testing/sample-events.ts';

const oneOf = (...values: unknown[]) => fc.constantFrom(...values);
const junk = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  fc.jsonValue(),
  oneOf('', null, Number.POSITIVE_INFINITY, -0),
);
const mostly = (arbitrary: fc.Arbitrary<unknown>) => fc.oneof({ weight: 9, arbitrary }, junk);
const text = mostly(fc.string({ unit: 'binary' }));
const number = mostly(fc.double({ noNaN: true, noDefaultInfinity: true }));
const url = fc.oneof(fc.webUrl(), junk);

/** Objects with Microsoft's fields, each either plausible or anything at all. */
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    { weight: 9, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: fc.jsonValue() },
  );
const sha = fc.oneof(oneOf(SHA, SHA.toUpperCase()), junk);
const uuid = fc.oneof(oneOf(CLICK, PAGE, CLICK.toUpperCase()), fc.uuid(), junk);
const userData = record({
  anonymousId: fc.oneof(fc.constant('v'), text),
  externalId: text,
  em: sha,
  ph: sha,
  msclkid: uuid,
  clientIpAddress: fc.oneof(fc.ipV4(), fc.ipV6(), fc.ipV4Extended(), text),
  clientUserAgent: text,
  idfa: uuid,
  gaid: uuid,
});
const item = record({ id: text, name: text, price: number, quantity: fc.oneof(fc.integer(), number) });
const date = fc.oneof(oneOf('2026-02-28', '2026-02-29', '0000-00-00', '9999-99-99'), text);
const customData = record({
  eventCategory: text,
  eventLabel: text,
  eventValue: number,
  value: number,
  currency: fc.oneof(oneOf('EUR', 'eur'), text),
  transactionId: text,
  searchTerm: text,
  items: fc.oneof(fc.array(item), junk),
  itemIds: fc.oneof(fc.array(text), junk),
  pageType: fc.oneof(oneOf(...PAGE_TYPES), text),
  ecommTotalValue: number,
  ecommCategory: text,
  hotelData: record({
    totalPrice: number,
    basePrice: number,
    checkinDate: date,
    checkoutDate: date,
    lengthOfStay: fc.oneof(fc.integer(), number),
    partnerHotelId: text,
    bookingHref: url,
  }),
});
const event = record({
  eventType: fc.oneof({ weight: 9, arbitrary: oneOf('custom', 'pageLoad') }, junk),
  eventId: text,
  eventName: text,
  eventTime: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: NOW_S - 604_800, max: NOW_S + 60 }) },
    number,
  ),
  eventSourceUrl: url,
  pageLoadId: uuid,
  referrerUrl: url,
  pageTitle: text,
  keywords: text,
  adStorageConsent: fc.oneof(oneOf('G', 'D'), text),
  userData,
  customData,
});

const RUNS = { numRuns: 300 };

describe('for whatever comes in', () => {
  test('an event that passes has known fields only, passes again unchanged, and is a correct event', () => {
    let passed = 0;
    fc.assert(
      fc.property(event, (input) => {
        const { event: kept, errors } = checkEvent(input, 0, NOW);
        expect(errors.length > 0).toBe(kept === undefined);
        if (!kept) return;
        passed += 1;
        expect(unknownFields(kept)).toEqual([]);
        expect(checkEvent(kept, 0, NOW)).toEqual({ errors: [], warnings: [], event: kept });
        // Hashes and click ids are brought into their form before an event is judged.
        expect(capiEventSchema.parse(inForm(kept))).toEqual(inForm(kept));
      }),
      RUNS,
    );
    expect(passed).toBeGreaterThan(20);
  });

  test('details are well formed and never repeat text', () => {
    fc.assert(
      fc.property(event, (input) => {
        const { errors, warnings } = checkEvent(input, 7, NOW);
        for (const detail of [...errors, ...warnings]) {
          expect(detail.index).toBe(7);
          expect(detail.propertyName).toMatch(/^data\[7\](\.[a-zA-Z]+){0,2}$/);
          expect(detail.errorCode).toMatch(/^[A-Z][A-Za-z0-9]+$/);
          expect(['undefined', 'number']).toContain(typeof detail.attemptedValue);
        }
      }),
      RUNS,
    );
  });

  test('a batch gets an answer in which the counts agree', () => {
    const body = fc.oneof(
      fc.jsonValue(),
      fc.record({
        data: fc.oneof(fc.array(event, { maxLength: 15 }), fc.jsonValue()),
        continueOnValidationError: fc.oneof(fc.boolean(), junk),
        dataProvider: text,
      }),
    );
    fc.assert(
      fc.property(body, (request) => {
        const { status, body: answer, accepted, details } = judgeBatch(request, NOW);
        expect(answer.eventsReceived).toBe(status === 200 ? accepted.length : undefined);
        expect(answer.error?.details ?? []).toEqual(details.slice(0, 10));
        if (status === 400) expect([accepted.length, details.length > 0]).toEqual([0, true]);
        else expect(accepted.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });
});

describe('normal forms are stable and of their shape', () => {
  const raw = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.emailAddress(),
    fc.string({ unit: oneOf(...'+0123456789 ()-./@a.é\u0301') as fc.Arbitrary<string> }),
  );
  test.each([
    ['e-mail', normaliseEmail, /^[^\s@+.]+@[^\s@]+\.[^\s@.]+$/],
    ['phone', normalisePhone, /^\+[1-9]\d{6,14}$/],
    ['hash', asSha256, /^[0-9a-f]{64}$/],
    ['click id', cleanClickId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  ])('%s', (_, normalise, shape) => {
    fc.assert(
      fc.property(raw, (input) => {
        const once = normalise(input);
        if (once === undefined) return;
        expect(once).toMatch(shape);
        expect(normalise(once)).toBe(once);
      }),
      RUNS,
    );
  });
});

function inForm(kept: Fields | { userData: Fields }): Fields {
  const { msclkid, em, ph, ...user } = kept.userData as Record<string, string>;
  return {
    ...kept,
    userData: {
      ...user,
      ...(em && { em: asSha256(em) }),
      ...(ph && { ph: asSha256(ph) }),
      ...(msclkid && { msclkid: cleanClickId(msclkid) }),
    },
  };
}
