import { expect, test } from 'vitest';
import type { EventView } from '../../../../src/store/port.ts';
import type { EventDetail } from '../../../../src/store/reading.ts';
import { curlOf } from './curl.ts';
import { halvesOf, type Wire } from './halves.ts';
import { stepsOf } from './timeline.ts';

const ARRIVED = Date.UTC(2026, 10, 23, 12);

const WIRE: Wire = {
  eventType: 'custom',
  eventTime: ARRIVED / 1_000 - 2,
  eventSourceUrl: 'https://shop.example/thanks',
  adStorageConsent: 'G',
  userData: { msclkid: 'x', em: 'y', clientIpAddress: '192.0.2.1' },
};

function detail(event: Partial<EventView> = {}, rest: Partial<EventDetail> = {}): EventDetail {
  return {
    event: {
      ...{
        seq: 1,
        site: 'shop',
        tagId: '1',
        name: 'purchase',
        eventId: 'A-1',
        source: 'pixel',
        receivedAt: ARRIVED,
      },
      ...{
        wire: '{}',
        notes: [],
        destination: 'uet-capi:1',
        state: 'accepted',
        attempts: 1,
        dueAt: undefined,
      },
      ...{ endedAt: ARRIVED + 300, code: undefined, message: undefined, warnings: [] },
      ...event,
    },
    ...{
      expiresAt: undefined,
      pageLoadId: undefined,
      tagSentPageLoadAt: undefined,
      history: [],
      pauses: [],
      related: [],
    },
    ...rest,
  };
}

test.each([
  ['both arrived', detail({}, { tagSentPageLoadAt: ARRIVED }), { browser: true, server: true, counted: 1 }],
  ['no sign of the tag', detail(), { browser: undefined, server: true, counted: 1 }],
  [
    'the server waits',
    detail({ state: 'pending' }, { tagSentPageLoadAt: ARRIVED }),
    { browser: true, server: undefined, counted: 1 },
  ],
  [
    'both failed',
    detail({ state: 'rejected', source: 'server' }),
    { browser: undefined, server: false, counted: 0 },
  ],
])('halves of a conversion: %s', (_, given, expected) => {
  expect(halvesOf(given, WIRE)).toMatchObject(expected);
});

test('a page load that came both ways may count twice; one that the tag sent alone counts once', () => {
  const wire = { eventType: 'pageLoad' };
  const seen = { tagSentPageLoadAt: ARRIVED };
  expect(halvesOf(detail({ name: '' }, seen), wire)).toMatchObject({ counted: 2 });
  expect(halvesOf(detail({ name: '', state: 'skipped' }, seen), wire)).toMatchObject({
    browser: true,
    server: false,
    counted: 1,
  });
});

test('the way of an event that was plainly accepted', () => {
  expect(stepsOf(detail(), WIRE, ARRIVED)).toEqual([
    { at: ARRIVED - 2_000, tone: 'soft', title: 'It happened', reasons: ['https://shop.example/thanks'] },
    {
      at: ARRIVED,
      tone: 'good',
      title: 'Captured from: browser',
      reasons: ['Consent: granted', 'Identity found: click id, e-mail (hashed), IP address'],
    },
    {
      at: ARRIVED + 300,
      tone: 'good',
      title: 'Accepted by UET tag 1',
      reasons: ["Microsoft's answer: accepted"],
    },
  ]);
});

test('failures and pauses stand in their order, with when it goes on', () => {
  const failed = { code: 'Unavailable', message: 'Unavailable: 503' };
  const steps = stepsOf(
    detail(
      { state: 'pending', endedAt: undefined, dueAt: ARRIVED + 60_000, attempts: 3, ...failed },
      {
        history: [
          {
            what: 'retried',
            at: ARRIVED + 1_000,
            lastAt: ARRIVED + 5_000,
            count: 3,
            state: undefined,
            dueAt: ARRIVED + 60_000,
            ...failed,
          },
        ],
        pauses: [{ reason: 'token refused', from: ARRIVED + 500, until: ARRIVED + 900 }],
      },
    ),
    undefined,
    ARRIVED + 10_000,
  );
  expect(steps.map(({ title }) => title)).toEqual([
    'Captured from: browser',
    'The destination was paused',
    'The destination went on',
    'Sent, without success',
    'Waiting, try 4',
  ]);
  expect(steps[3]?.reasons).toEqual([
    'Unavailable: 503',
    expect.stringMatching(/^3 times until /),
    'Next try after 55 s',
  ]);
  expect(steps[4]?.reasons[0]).toBe('Next in 50 s');
});

test('a tag that had sent the page load before the event happened comes first', () => {
  const steps = stepsOf(detail({}, { tagSentPageLoadAt: ARRIVED - 3_000 }), WIRE, ARRIVED);
  expect(steps.map(({ title }) => title)).toEqual([
    "The page's own tag was seen at work",
    'It happened',
    'Captured from: browser',
    'Accepted by UET tag 1',
  ]);
});

test('a refusal is told in the words of Microsoft, a dropped field with its path', () => {
  const refused = stepsOf(
    detail({ state: 'rejected', code: 'InvalidValue', message: 'No such currency' }),
    WIRE,
    ARRIVED,
  ).at(-1);
  expect(refused).toMatchObject({
    tone: 'bad',
    title: 'Refused',
    reasons: ['InvalidValue: No such currency'],
  });
  const warned = stepsOf(
    detail({ warnings: [{ path: 'userData.em', code: 'Bad', message: 'No hash' }] }),
    WIRE,
    ARRIVED,
  ).at(-1);
  expect(warned).toMatchObject({
    tone: 'warn',
    reasons: expect.arrayContaining(['Dropped userData.em: No hash (Bad)']),
  });
});

test('as a command: one quoted body, and no token', () => {
  const command = curlOf('1', `{"pageTitle":"Ann's $(rm)"}`);
  expect(command).toContain(`-d '{"data":[{"pageTitle":"Ann'\\''s $(rm)"}]}'`);
  expect(command).toContain('Bearer $UET_CAPI_TOKEN');
});
