import { afterEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../config/schema.ts';
import { CLICK, JOHN, NOW_S, PAGE } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake, taken } from './testing/intake-under-test.ts';
import type { TrackEvent } from './track.ts';

let current: IntakeUnderTest;
afterEach(() => current.end());

const open = async (settings: ConfigInput = {}) => {
  current = await openIntake(settings);
  return current;
};

const order: TrackEvent = {
  eventName: 'purchase',
  userData: { email: 'john@contoso.com' },
  customData: { value: 75.3, currency: 'EUR', transactionId: '100045' },
};
const context = Buffer.from(
  JSON.stringify({ v: 1, a: 'visitor-1', c: CLICK, p: PAGE, g: 'granted' }),
).toString('base64url');

describe('track', () => {
  test('the least: type and time are filled in, clear values hashed', async () => {
    const intake = await open();
    expect(await intake.track(order)).toEqual({ status: 'accepted', eventId: '100045' });
    expect(await intake.wires()).toEqual([
      {
        eventType: 'custom',
        eventName: 'purchase',
        eventId: '100045',
        eventTime: NOW_S,
        adStorageConsent: 'G',
        userData: { em: JOHN },
        customData: order.customData,
      },
    ]);
  });

  test("the page's context gives it the visitor, the click, the page and the decision", async () => {
    const intake = await open();
    await intake.track(order, context);
    expect(await intake.wires()).toMatchObject([
      { pageLoadId: PAGE, userData: { em: JOHN, anonymousId: 'visitor-1', msclkid: CLICK } },
    ]);
  });

  test('again', async () => {
    const intake = await open();
    await intake.track(order);
    expect(await intake.track({ ...order, eventTime: NOW_S - 9 })).toEqual({
      status: 'duplicate',
      eventId: '100045',
    });
  });

  test('a wrong event is a result', async () => {
    const intake = await open();
    expect(await intake.track({ ...order, userData: { email: 'john' } })).toEqual({
      status: 'rejected',
      errors: [{ path: 'userData', code: 'Empty', message: expect.stringContaining('at least one of') }],
    });
    expect(await intake.track(undefined as unknown as TrackEvent)).toMatchObject({ status: 'rejected' });
    const odd = { eventType: undefined, eventTime: 5n } as unknown as TrackEvent;
    expect(await intake.track({ ...order, ...odd })).toMatchObject({
      status: 'rejected',
      errors: [{ path: 'eventTime', code: 'InvalidEventTime' }],
    });
    expect(await intake.events()).toEqual([]);
  });

  test('a refusal is a result', async () => {
    const intake = await open();
    expect(await intake.track({ ...order, adStorageConsent: 'D' })).toEqual({
      status: 'skipped',
      reason: 'consent denied',
    });
    const { userData: _, ...anonymous } = order;
    const refused = Buffer.from('{"v":1,"g":"denied"}').toString('base64url');
    expect(await intake.track(anonymous, refused)).toEqual({ status: 'skipped', reason: 'consent denied' });
  });

  test('what a rule of the site holds back is a result, and stored', async () => {
    const intake = await open({ filter: () => 'test order' });
    expect(await intake.track(order)).toEqual({ status: 'skipped', reason: 'filtered: test order' });
    expect(await intake.events()).toMatchObject([{ state: 'skipped', eventId: 'filtered:100045' }]);
  });

  test('a store that fails: try again', async () => {
    const intake = await open();
    await intake.closeStore();
    expect(await intake.track(order)).toEqual({ refused: 'busy', retryAfterS: 2 });
  });
});

describe('one sale told by browser, webhook and code is one event', () => {
  const told = {
    pixel: (intake: IntakeUnderTest) =>
      intake.pixel([
        {
          ...order,
          eventType: 'custom',
          eventTime: NOW_S,
          consent: 'granted',
          userData: { anonymousId: 'pixel' },
        },
      ]),
    server: (intake: IntakeUnderTest) =>
      intake.capi({
        data: [{ ...order, eventType: 'custom', eventTime: NOW_S, userData: { anonymousId: 'server' } }],
      }),
    code: (intake: IntakeUnderTest) => intake.track({ ...order, userData: { anonymousId: 'code' } }),
  };
  type Way = keyof typeof told;

  test.each<Way[]>([
    ['pixel', 'server', 'code'],
    ['server', 'code', 'pixel'],
    ['code', 'pixel', 'server'],
  ])('%s first', async (...ways) => {
    const intake = await open();
    for (const way of ways) taken(await told[way](intake));
    expect((await intake.events()).map(({ source, eventId }) => [source, eventId])).toEqual([
      [ways[0], '100045'],
    ]);
    expect(await intake.wires()).toMatchObject([{ userData: { anonymousId: ways[0] } }]);
  });

  test('all at once', async () => {
    const intake = await open();
    await Promise.all([told.code(intake), told.pixel(intake), told.server(intake), told.code(intake)]);
    expect(await intake.events()).toHaveLength(1);
  });

  test('not where the names have their own ids', async () => {
    const intake = await open({ idFromTransaction: [] });
    for (const way of ['pixel', 'server', 'code'] as const) await told[way](intake);
    expect(await intake.events()).toHaveLength(3);
  });
});
