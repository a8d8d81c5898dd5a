import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOW } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake } from './testing/intake-under-test.ts';

/** What metrics are told: one word for each event, and none for what has to come again. */

let intake: IntakeUnderTest;
beforeEach(async () => {
  intake = await openIntake({ consent: { default: 'granted' } });
});
afterEach(() => intake.end());

const event = (eventName: string, rest: object = {}) => ({
  eventType: 'custom' as const,
  eventName,
  eventId: eventName,
  eventTime: NOW / 1_000,
  eventSourceUrl: 'https://shop.example/',
  userData: { anonymousId: 'visitor' },
  ...rest,
});

test('a batch of the pixel: each event by itself', async () => {
  await intake.pixel([
    event('good', { consent: 'granted' }),
    event('good', { consent: 'granted' }),
    event('refused', { consent: 'denied' }),
    event('no decision'),
    event('old', { consent: 'granted', eventTime: 1 }),
    'no event',
  ]);
  expect(intake.told.toSorted()).toEqual([
    ['pixel', 'accepted', undefined],
    ['pixel', 'duplicate', undefined],
    ['pixel', 'rejected', 'Empty'],
    ['pixel', 'rejected', 'InvalidEnumValue'],
    ['pixel', 'rejected', 'InvalidEventTime'],
    ['pixel', 'skipped', 'consent denied'],
  ]);
});

test('a page load with revenue counts once, though it is stored as two', async () => {
  const page = event('', { eventType: 'pageLoad', pageLoadId: '0dd0a3a2-5a2c-4e6c-9f3f-6a3a4a1b9c11' });
  await intake.pixel([{ ...page, consent: 'granted', customData: { value: 10, currency: 'EUR' } }]);
  expect(await intake.events()).toHaveLength(2);
  expect(intake.told).toEqual([['pixel', 'accepted', undefined]]);
});

test('a request of a server that is refused as a whole: the good events were refused with the bad one', async () => {
  await intake.capi({ data: [event('good'), event('bad', { eventTime: 1 }), event('good too')] });
  expect(intake.told).toEqual([
    ['server', 'rejected', 'RefusedWithBatch'],
    ['server', 'rejected', 'InvalidEventTime'],
    ['server', 'rejected', 'RefusedWithBatch'],
  ]);
});

test('with continueOnValidationError only the bad one', async () => {
  const data = [event('good'), event('bad', { eventTime: 1 })];
  await intake.capi({ data, continueOnValidationError: true });
  expect(intake.told).toEqual([
    ['server', 'accepted', undefined],
    ['server', 'rejected', 'InvalidEventTime'],
  ]);
});

test("the site's own code, and browsers without script", async () => {
  await intake.track(event('good'));
  await intake.track({ eventTime: 1 });
  await intake.noscript('https://shop.example/');
  expect(intake.told).toEqual([
    ['code', 'accepted', undefined],
    ['code', 'rejected', 'InvalidEventTime'],
    ['noscript', 'accepted', undefined],
  ]);
});

test('what is stored and goes nowhere was skipped', async () => {
  const shadow = await openIntake({ mode: 'shadow' });
  await shadow.track(event('good'));
  expect(shadow.told).toEqual([['code', 'skipped', 'shadow mode: nothing is delivered']]);
  await shadow.end();
});

test('of what has to come again nothing is told', async () => {
  intake.stop();
  await intake.pixel([event('good', { consent: 'granted' }), 'no event']);
  await intake.capi({ data: [event('good')] });
  expect(intake.told).toEqual([]);
});
