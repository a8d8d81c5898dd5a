import { afterEach, describe, expect, test } from 'vitest';
import type { ConfigInput } from '../config/schema.ts';
import { CLICK, JOHN, NOW, NOW_S, PAGE } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake, taken } from './testing/intake-under-test.ts';

let current: IntakeUnderTest;
afterEach(() => current.end());

const open = async (settings: ConfigInput = {}) => {
  current = await openIntake(settings);
  return current;
};

const lead = (fields: object = {}) => ({
  eventType: 'custom',
  eventName: 'lead',
  eventId: 'lead-1',
  eventTime: NOW_S,
  consent: 'granted',
  pageLoadId: PAGE,
  userData: { anonymousId: 'visitor-1' },
  ...fields,
});
const pageLoad = (fields: object = {}) => ({
  eventType: 'pageLoad',
  eventTime: NOW_S,
  eventSourceUrl: 'https://shop.example/',
  consent: 'granted',
  pageLoadId: PAGE,
  userData: { anonymousId: 'visitor-1' },
  ...fields,
});
const outcome = (events: Awaited<ReturnType<IntakeUnderTest['events']>>) =>
  events.map(({ eventId, state, code }) => ({ eventId, state, ...(code && { code }) }));

describe('one bad event never takes a good one with it', () => {
  test('good, bad and hostile ones in one batch', async () => {
    const intake = await open();
    const { answer } = taken(
      await intake.pixel([
        lead({ eventId: 'a' }),
        null,
        lead({ eventTime: NOW }),
        lead({ consent: 'yes' }),
        lead({ eventId: 'john@contoso.com' }),
        lead({ userData: { email: { toString: 1, valueOf: 1 } } }),
        lead({ eventId: 'b' }),
        JSON.parse('{"__proto__":{"eventType":"custom"},"constructor":null}'),
      ]),
    );
    expect(answer.accepted).toBe(2);
    expect(
      answer.rejected.map(({ index, errors }) => [index, errors.map(({ path, code }) => [path, code])]),
    ).toEqual([
      [1, [['', 'Empty']]],
      [2, [['eventTime', 'InvalidEventTime']]],
      [3, [['consent', 'InvalidEnumValue']]],
      [4, [['eventId', 'ClearIdentity']]],
      [5, [['userData', 'Empty']]],
      [
        7,
        [
          ['consent', 'InvalidEnumValue'],
          ['eventType', 'InvalidEnumValue'],
          ['eventTime', 'Empty'],
        ],
      ],
    ]);
    expect(JSON.stringify(answer)).not.toContain('contoso');
    expect(outcome(await intake.events())).toEqual([
      { eventId: 'a', state: 'pending' },
      { eventId: 'b', state: 'pending' },
    ]);
  });

  test('nothing good is an answer too', async () => {
    const intake = await open();
    expect(taken(await intake.pixel([{}])).answer).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] });
    expect(taken(await intake.pixel([])).answer).toEqual({ accepted: 0, rejected: [] });
  });

  test('nor does a bad report', async () => {
    const intake = await open();
    const reports = [null, { pageLoadId: '' }, { pageLoadId: PAGE, tagSentPageLoad: true }];
    expect(taken(await intake.pixel([pageLoad()], { reports })).answer.accepted).toBe(1);
    expect(outcome(await intake.events())).toEqual([
      { eventId: PAGE, state: 'skipped', code: 'tag-sent-page-load' },
    ]);
  });
});

describe('the same event again', () => {
  test('counts as accepted; the first content wins', async () => {
    const intake = await open();
    await intake.pixel([lead({ customData: { value: 1 } })]);
    const { answer } = taken(await intake.pixel([lead({ customData: { value: 2 } })], {}, NOW + 5_000));
    expect(answer).toEqual({ accepted: 1, rejected: [] });
    expect(await intake.wires()).toMatchObject([{ eventId: 'lead-1', customData: { value: 1 } }]);
  });

  test('in one batch', async () => {
    const intake = await open();
    expect(taken(await intake.pixel([lead(), lead()])).answer.accepted).toBe(2);
    expect(await intake.events()).toHaveLength(1);
  });

  test('another name is another event', async () => {
    const intake = await open();
    await intake.pixel([lead(), lead({ eventName: 'sign_up' })]);
    expect(await intake.events()).toHaveLength(2);
  });
});

describe('page loads', () => {
  const report = (fields: object = {}) => ({
    reports: [{ pageLoadId: PAGE, mid: PAGE, tagSentPageLoad: true, ...fields }],
  });
  const SUPPRESSED = [{ eventId: PAGE, state: 'skipped', code: 'tag-sent-page-load' }];
  const HELD = [{ eventId: PAGE, state: 'held' }];

  test('wait for word of the tag', async () => {
    const intake = await open();
    await intake.pixel([pageLoad()]);
    const events = await intake.events();
    expect(outcome(events)).toEqual(HELD);
    expect(events[0]?.dueAt).toBe(NOW + 10_000);
  });

  test('reported in the same batch', async () => {
    const intake = await open();
    await intake.pixel([pageLoad()], report());
    expect(outcome(await intake.events())).toEqual(SUPPRESSED);
  });

  test('reported later', async () => {
    const intake = await open();
    await intake.pixel([pageLoad()]);
    await intake.pixel([], report());
    expect(outcome(await intake.events())).toEqual(SUPPRESSED);
  });

  test('reported before', async () => {
    const intake = await open();
    await intake.pixel([], report());
    await intake.pixel([pageLoad()]);
    expect(outcome(await intake.events())).toEqual(SUPPRESSED);
  });

  test("under the pixel's own id, where the tag's came too late", async () => {
    const intake = await open();
    await intake.pixel([pageLoad()], report({ mid: CLICK }));
    expect(outcome(await intake.events())).toEqual(SUPPRESSED);
  });

  test.each([{ tagSentPageLoad: false }, { pageLoadId: CLICK, mid: CLICK }, { tagSentPageLoad: 'true' }])(
    'a report that proves nothing: %j',
    async (fields) => {
      const intake = await open();
      await intake.pixel([pageLoad()], report(fields));
      expect(outcome(await intake.events())).toEqual(HELD);
    },
  );

  test('revenue goes the way of its page load, other events of the page do not', async () => {
    const intake = await open();
    await intake.pixel([pageLoad({ customData: { value: 5, currency: 'EUR' } }), lead()], report());
    expect(outcome(await intake.events())).toEqual([
      ...SUPPRESSED,
      { eventId: `${PAGE}-revenue`, state: 'skipped', code: 'tag-sent-page-load' },
      { eventId: 'lead-1', state: 'pending' },
    ]);
  });

  test('always: a report changes nothing', async () => {
    const intake = await open({ pageLoads: 'always' });
    await intake.pixel([pageLoad()], report());
    expect(outcome(await intake.events())).toEqual([{ eventId: PAGE, state: 'pending' }]);
  });
});

describe('time', () => {
  test.each<[string, number | undefined, number]>([
    ['a clock that is an hour slow', NOW - 3_600_000, NOW_S],
    ['a deferred beacon', undefined, NOW_S - 3_600],
  ])('%s', async (_, sentAt, eventTime) => {
    const intake = await open();
    await intake.pixel([lead({ eventTime: NOW_S - 3_600 })], sentAt === undefined ? {} : { sentAt });
    expect(await intake.wires()).toMatchObject([{ eventTime }]);
  });
});

describe('consent', () => {
  test('denied: counted, and nothing is kept', async () => {
    const intake = await open();
    const { answer, identity } = taken(
      await intake.pixel([lead({ consent: 'denied', userData: {} }), lead({ consent: 'denied' })]),
    );
    expect(answer).toEqual({ accepted: 2, rejected: [] });
    expect(identity).toEqual({});
    expect(await intake.events()).toEqual([]);
  });

  test('withdrawn: what waits for the visitor goes', async () => {
    const intake = await open();
    await intake.pixel([lead({ userData: { anonymousId: 'visitor-1', msclkid: CLICK } })]);
    await intake.pixel([lead({ eventId: 'other', userData: { anonymousId: 'visitor-2' } })]);
    const { identity } = taken(await intake.pixel([lead({ eventId: 'last', consent: 'denied' })]));
    expect(identity).toEqual({});
    const events = await intake.events();
    expect(outcome(events)).toEqual([
      { eventId: 'lead-1', state: 'skipped', code: 'consent-withdrawn' },
      { eventId: 'other', state: 'pending' },
    ]);
    expect(events[0]?.wire).toBeUndefined();
    expect(await intake.recall('visitor:visitor-1')).toEqual([
      { key: 'visitor:visitor-1', consent: 'denied' },
    ]);
  });

  test('denied, anonymous: no trace of the visitor on disk', async () => {
    const intake = await open({ consent: { whenDenied: 'anonymous' } });
    const userData = { anonymousId: 'visitor-1', externalId: 'customer-1', em: JOHN, msclkid: CLICK };
    const eventSourceUrl = `https://shop.example/?msclkid=${CLICK}`;
    await intake.pixel([lead({ consent: 'denied', userData, eventSourceUrl })]);
    const events = await intake.events();
    expect(outcome(events)).toEqual([{ eventId: 'lead-1', state: 'pending' }]);
    expect(JSON.stringify(events)).not.toMatch(new RegExp(`visitor-1|customer-1|${JOHN}|${CLICK}|203\\.0`));
  });
});

describe("the visitor's cookies", () => {
  test.each<[string, object[], object]>([
    [
      'hold what was stored',
      [lead({ userData: { anonymousId: 'v', msclkid: CLICK } })],
      { anonymousId: 'v', msclkid: CLICK },
    ],
    [
      'take the click from the address',
      [lead({ eventSourceUrl: `https://shop.example/?msclkid=${CLICK.replaceAll('-', '')}` })],
      { anonymousId: 'visitor-1', msclkid: CLICK },
    ],
    [
      'follow the last event',
      [lead(), lead({ eventId: 'b', userData: { anonymousId: 'w' } })],
      { anonymousId: 'w' },
    ],
    ['are left alone after a refusal', [lead(), lead({ eventId: 'b', consent: 'denied' })], {}],
    [
      'come back with a new consent',
      [lead({ consent: 'denied' }), lead({ eventId: 'b' })],
      { anonymousId: 'visitor-1' },
    ],
    ['are left alone where nothing was good', [lead({ eventTime: 0 })], {}],
    [
      'never hold what is no id',
      [lead({ userData: { anonymousId: 'a; b', msclkid: CLICK } })],
      { msclkid: CLICK },
    ],
    ['nor what is too long', [lead({ userData: { anonymousId: 'a'.repeat(10_000) } })], {}],
  ])('%s', async (_, data, identity) => {
    const intake = await open();
    expect(taken(await intake.pixel(data)).identity).toEqual(identity);
  });
});

describe('when nothing can be stored', () => {
  test('a store that fails: come again', async () => {
    const intake = await open();
    await intake.closeStore();
    expect(await intake.pixel([lead()])).toEqual({ refused: 'busy', retryAfterS: 2 });
    expect(intake.failures).toHaveLength(1);
  });

  test('stopping: come again', async () => {
    const intake = await open();
    intake.stop();
    expect(await intake.pixel([lead()])).toEqual({ refused: 'stopping', retryAfterS: 2 });
  });

  test('a batch without anything to store is answered all the same', async () => {
    const intake = await open();
    await intake.closeStore();
    expect(taken(await intake.pixel([{}])).answer.rejected).toHaveLength(1);
  });
});

test('Global Privacy Control is denied, whatever the event says', async () => {
  const intake = await open();
  const { answer, identity } = taken(await intake.pixel([lead()], {}, NOW, { refuses: true }));
  expect(answer).toEqual({ accepted: 1, rejected: [] });
  expect(identity).toEqual({});
  expect(await intake.events()).toEqual([]);
});
