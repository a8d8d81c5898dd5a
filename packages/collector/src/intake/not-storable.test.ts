import { afterEach, beforeEach, expect, test } from 'vitest';
import { NOW, NOW_S } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake, taken } from './testing/intake-under-test.ts';

/** An event that the database refuses: each way in says so in its own words, and takes the others. */

let intake: IntakeUnderTest;
beforeEach(async () => {
  intake = await openIntake({ consent: { default: 'granted' } });
  intake.refuse("NEW.event_id = 'poison'");
});
afterEach(() => intake.end());

const event = (eventId: string, rest: object = {}) => ({
  eventType: 'custom' as const,
  eventName: 'lead',
  eventId,
  eventTime: NOW_S,
  eventSourceUrl: 'https://shop.example/',
  userData: { anonymousId: `visitor-${eventId}` },
  ...rest,
});
const ids = async () => (await intake.events()).map(({ eventId }) => eventId);
const MESSAGE = 'the database refuses this event; the log of the collector says why';
const ERRORS = [{ path: '', code: 'NotStorable', message: MESSAGE }];

test('a batch of the pixel: rejected by its place, beside what the rules reject', async () => {
  const consent = 'granted';
  const { answer, identity } = taken(
    await intake.pixel([
      event('a', { consent }),
      event('old', { consent, eventTime: 1 }),
      event('poison', { consent }),
      event('denied', { consent: 'denied' }),
      event('b', { consent }),
    ]),
  );
  expect(answer).toMatchObject({
    accepted: 3,
    rejected: [{ index: 1 }, { index: 2, errors: ERRORS }],
  });
  expect(identity).toMatchObject({ anonymousId: 'visitor-b' });
  expect(await ids()).toEqual(['a', 'b']);
  expect(intake.failures).toEqual([]);
  expect(intake.told.filter(([, what]) => what === 'rejected')).toContainEqual([
    'pixel',
    'rejected',
    'NotStorable',
  ]);
});

test('a page load whose revenue is refused is rejected', async () => {
  intake.refuse("NEW.event_id LIKE '%-revenue'");
  const pageLoadId = '0dd0a3a2-5a2c-4e6c-9f3f-6a3a4a1b9c11';
  const customData = { value: 10, currency: 'EUR' };
  const page = event('', {
    eventType: 'pageLoad',
    eventName: '',
    pageLoadId,
    customData,
    consent: 'granted',
  });
  const { answer } = taken(await intake.pixel([page]));
  expect(answer).toEqual({ accepted: 0, rejected: [{ index: 0, errors: ERRORS }] });
});

test("Microsoft's request: refused as a whole, and nothing is stored", async () => {
  const { status, body } = taken(await intake.capi({ data: [event('a'), event('poison'), event('b')] }));
  expect(status).toBe(400);
  expect(body).toEqual({
    error: {
      code: 'ValidationError',
      message: expect.any(String),
      details: [
        {
          index: 0,
          propertyName: 'data',
          errorCode: 'NotStorable',
          errorMessage: expect.stringContaining('none was taken'),
          isWarning: false,
        },
      ],
    },
    traceId: expect.any(String),
  });
  expect(await ids()).toEqual([]);
});

test('alone it is named', async () => {
  const { status, body } = taken(await intake.capi({ data: [event('poison')] }));
  expect(status).toBe(400);
  expect(body.error?.details).toEqual([
    {
      index: 0,
      propertyName: 'data[0]',
      errorCode: 'NotStorable',
      errorMessage: MESSAGE,
      isWarning: false,
    },
  ]);
});

test('with continueOnValidationError: the others are taken, and all flaws are named', async () => {
  const data = [event('old', { eventTime: 1 }), event('a'), event('poison'), event('b')];
  const { status, body } = taken(await intake.capi({ data, continueOnValidationError: true }));
  expect(status).toBe(200);
  expect(body).toMatchObject({
    eventsReceived: 2,
    error: { code: 'ValidationError', details: [{ index: 2, errorCode: 'NotStorable' }, { index: 0 }] },
  });
  expect(await ids()).toEqual(['a', 'b']);
});

test("an event of the site's own code", async () => {
  expect(await intake.track(event('poison'))).toEqual({ status: 'rejected', errors: ERRORS });
  expect(await intake.track(event('a'))).toMatchObject({ status: 'accepted' });
});

test('conversions and corrections', async () => {
  const time = new Date(NOW - 60_000).toISOString();
  const sale = (id: string) => ({ id, goal: 'Sale', time, email: 'jane@shop.example' });
  expect(await intake.conversions(sale('a'), sale('poison'), sale('b'))).toEqual([
    { index: 0, status: 'accepted' },
    { index: 1, status: 'rejected', errors: ERRORS },
    { index: 2, status: 'accepted' },
  ]);
  intake.refuse("NEW.event_id LIKE 'retract:%'");
  expect(await intake.adjustments({ id: 'a', type: 'retract' })).toEqual([
    { index: 0, status: 'rejected', errors: ERRORS },
  ]);
});
