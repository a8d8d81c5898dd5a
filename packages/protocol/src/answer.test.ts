import { describe, expect, test } from 'vitest';
import { judgeBatch, UNAUTHORIZED } from './answer.ts';
import { custom, type Fields, NOW, NOW_S, pageLoad, withUser } from './testing/sample-events.ts';

const MESSAGE =
  'One or multiple parameters did not pass validation checks, see details. Note that only the first 10 errors and warnings are shown.';

const bad = (): Fields => custom({ eventType: undefined });
const warned = (): Fields => withUser({ em: 'x' });
const judge = (body: unknown) => judgeBatch(body, NOW);

/** The guide's sample of a refusal, event by event. */
const SAMPLE = [
  custom({ eventType: 'x', userData: { anonymousId: 'v', em: 'x' } }),
  custom({ eventTime: 1767793837 }),
];
const SAMPLE_DETAILS = [
  {
    index: 0,
    propertyName: 'data[0].eventType',
    errorMessage: "'eventType' must be one of the following: pageLoad, custom.",
    errorCode: 'InvalidEnumValue',
    isWarning: false,
  },
  {
    index: 0,
    propertyName: 'data[0].userData.em',
    errorMessage: "'em' must be a valid SHA256 string.",
    errorCode: 'InvalidSha256',
    isWarning: true,
  },
  {
    index: 1,
    propertyName: 'data[1].eventTime',
    attemptedValue: 1767793837,
    errorMessage: "'eventTime' must be a valid UNIX UTC timestamp in seconds within last 7 days.",
    errorCode: 'InvalidEventTime',
    isWarning: false,
  },
];

describe('bodies as the guide prints them', () => {
  test('rule 2: 401', () => {
    expect(UNAUTHORIZED).toEqual({
      code: 'Unauthorized',
      message: 'You are not authorized to access this resource.',
    });
  });

  test('rule 18: 400', () => {
    const verdict = judge({ data: SAMPLE });
    expect(verdict.status).toBe(400);
    expect(verdict.body).toEqual({
      error: { code: 'ValidationError', message: MESSAGE, details: SAMPLE_DETAILS },
    });
    expect(Object.keys(verdict.body.error!.details![2]!)).toEqual(Object.keys(SAMPLE_DETAILS[2]!));
  });

  test('rule 17: 200', () => {
    const verdict = judge({ data: [custom(), pageLoad()] });
    expect(verdict).toEqual({
      status: 200,
      body: { eventsReceived: 2 },
      accepted: [
        { index: 0, event: custom(), warnings: [] },
        { index: 1, event: pageLoad(), warnings: [] },
      ],
      details: [],
    });
  });

  test('rule 17: 200 with warnings', () => {
    const detail = SAMPLE_DETAILS[1]!;
    expect(judge({ data: [warned()] })).toEqual({
      status: 200,
      body: {
        eventsReceived: 1,
        error: { code: 'ValidationWarning', message: MESSAGE, details: [detail] },
      },
      accepted: [{ index: 0, event: custom(), warnings: [detail] }],
      details: [detail],
    });
  });
});

describe('the envelope', () => {
  const EMPTY = { errorCode: 'Empty', errorMessage: "'data' must not be empty." };

  test.each<[string, unknown, string, object]>([
    ['3: no JSON', undefined, 'data', EMPTY],
    ['3: null', null, 'data', EMPTY],
    ['3: a list', [custom()], 'data', EMPTY],
    ['3: a text', 'data', 'data', EMPTY],
    ['3: data missing', {}, 'data', EMPTY],
    ['3: data null', { data: null }, 'data', EMPTY],
    ['3: data an object', { data: custom() }, 'data', EMPTY],
    ['3: data empty', { data: [] }, 'data', EMPTY],
    [
      '4: more than 1,000 events, whatever the flag',
      { data: Array.from({ length: 1_001 }, () => custom()), continueOnValidationError: true },
      'data',
      { errorCode: 'TooManyEvents', errorMessage: "'data' must contain at most 1000 events." },
    ],
    ...['true', 1, [], {}].map((flag): [string, unknown, string, object] => [
      `5: continueOnValidationError ${JSON.stringify(flag)}`,
      { data: [custom()], continueOnValidationError: flag },
      'continueOnValidationError',
      { errorCode: 'InvalidType', errorMessage: "'continueOnValidationError' must be a boolean." },
    ]),
    ...[5, [], {}].map((provider): [string, unknown, string, object] => [
      `5: dataProvider ${JSON.stringify(provider)}`,
      { data: [custom()], dataProvider: provider },
      'dataProvider',
      { errorCode: 'InvalidType', errorMessage: "'dataProvider' must be a string." },
    ]),
  ])('rule %s', (_, body, propertyName, flaw) => {
    const details = [{ index: 0, propertyName, ...flaw, isWarning: false }];
    expect(judge(body)).toEqual({
      status: 400,
      body: { error: { code: 'ValidationError', message: MESSAGE, details } },
      accepted: [],
      details,
    });
  });

  test.each<[string, Fields]>([
    ['1,000 events', { data: Array.from({ length: 1_000 }, () => custom()) }],
    ['options that are null', { data: [custom()], continueOnValidationError: null, dataProvider: null }],
    ['options given', { data: [custom()], continueOnValidationError: false, dataProvider: 'x' }],
    ['a field that nobody knows', { data: [custom()], testEventCode: 'x' }],
    ['rule 24: duplicates', { data: [custom(), custom()] }],
  ])('%s pass', (_, body) => {
    expect(judge(body)).toMatchObject({ status: 200, body: { eventsReceived: (body.data as []).length } });
  });
});

describe('rule 18: which events are taken', () => {
  const options = (value: unknown) => ({ continueOnValidationError: value });

  test.each<[string, Fields, 200 | 400, number[]]>([
    ['flag missing, one bad', { data: [custom(), bad()] }, 400, []],
    ['flag null, one bad', { data: [custom(), bad()], ...options(null) }, 400, []],
    ['flag false, one bad', { data: [custom(), bad()], ...options(false) }, 400, []],
    ['flag true, one bad', { data: [custom(), bad(), warned()], ...options(true) }, 200, [0, 2]],
    ['flag true, all bad', { data: [bad(), bad()], ...options(true) }, 400, []],
    ['flag false, only warnings', { data: [warned(), warned()], ...options(false) }, 200, [0, 1]],
    ['flag inside the events', { data: [{ ...custom(), ...options(true) }, bad()] }, 400, []],
  ])('%s', (_, body, status, indexes) => {
    const verdict = judge(body);
    expect(verdict.status).toBe(status);
    expect(verdict.accepted.map(({ index }) => index)).toEqual(indexes);
    expect(verdict.body.eventsReceived).toBe(status === 200 ? indexes.length : undefined);
  });

  test('a skipped event makes the answer an error, beside warnings', () => {
    const { body } = judge({ data: [warned(), bad()], ...options(true) });
    expect(body).toMatchObject({ eventsReceived: 1, error: { code: 'ValidationError' } });
    expect(body.error?.details?.map(({ index, isWarning }) => [index, isWarning])).toEqual([
      [0, true],
      [1, false],
    ]);
  });
});

describe('rule 19: at most ten details, in order of the events', () => {
  test('errors behind ten warnings are not shown, but known here', () => {
    const data = [...Array.from({ length: 10 }, warned), bad(), bad()];
    const { status, body, details } = judge({ data });
    expect(status).toBe(400);
    expect(body.error?.code).toBe('ValidationError');
    expect(body.error?.details?.map(({ index, isWarning }) => [index, isWarning])).toEqual(
      Array.from({ length: 10 }, (_, index) => [index, true]),
    );
    expect(details).toHaveLength(12);
  });

  test('several details of one event stand together, errors first', () => {
    const twice = custom({ eventTime: NOW_S * 1_000, referrerUrl: 'x', userData: { ph: 'x', gaid: 'x' } });
    const { body } = judge({ data: [custom(), twice, twice, twice, twice] });
    expect(body.error?.details?.map(({ propertyName }) => propertyName)).toEqual(
      [1, 2, 3]
        .flatMap((index) => [
          `data[${index}].eventTime`,
          `data[${index}].userData`,
          `data[${index}].referrerUrl`,
          `data[${index}].userData.ph`,
          `data[${index}].userData.gaid`,
        ])
        .slice(0, 10),
    );
  });

  test('1,000 invalid events make a short answer', () => {
    const { body } = judge({ data: Array.from({ length: 1_000 }, bad) });
    expect(body.error?.details).toHaveLength(10);
  });
});
