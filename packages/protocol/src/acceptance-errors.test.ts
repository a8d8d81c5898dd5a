import { describe, expect, test } from 'vitest';
import { checkEvent } from './acceptance.ts';
import { custom, NOW, NOW_S, pageLoad, SHA, withData, withUser } from './testing/sample-events.ts';

const WEEK_S = 604_800;
const EVENT_TIME = "'eventTime' must be a valid UNIX UTC timestamp in seconds within last 7 days.";
const NO_IDENTIFIER =
  "'userData' must contain at least one of: anonymousId, externalId, em, ph, msclkid, idfa, gaid.";
const EVENT_TYPE = "'eventType' must be one of the following: pageLoad, custom.";

type ErrorRow = [
  rule: string,
  event: unknown,
  property: string,
  code: string,
  message: string | undefined,
  attempted?: number,
];

const ERRORS: ErrorRow[] = [
  ['7: eventType missing', custom({ eventType: undefined }), 'eventType', 'InvalidEnumValue', EVENT_TYPE],
  ['7: eventType null', custom({ eventType: null }), 'eventType', 'InvalidEnumValue', EVENT_TYPE],
  [
    '7: eventType in another case',
    custom({ eventType: 'Custom' }),
    'eventType',
    'InvalidEnumValue',
    EVENT_TYPE,
  ],
  ['7: eventType of UET', custom({ eventType: 'page_view' }), 'eventType', 'InvalidEnumValue', EVENT_TYPE],
  [
    '8: eventTime missing',
    custom({ eventTime: undefined }),
    'eventTime',
    'Empty',
    "'eventTime' must not be empty.",
  ],
  ['8: eventTime null', custom({ eventTime: null }), 'eventTime', 'Empty', "'eventTime' must not be empty."],
  [
    '8: eventTime in milliseconds',
    custom({ eventTime: NOW }),
    'eventTime',
    'InvalidEventTime',
    EVENT_TIME,
    NOW,
  ],
  [
    '8: eventTime with a fraction',
    custom({ eventTime: NOW_S - 0.5 }),
    'eventTime',
    'InvalidEventTime',
    EVENT_TIME,
    NOW_S - 0.5,
  ],
  ['8: eventTime as text', custom({ eventTime: `${NOW_S}` }), 'eventTime', 'InvalidEventTime', EVENT_TIME],
  [
    '8: eventTime as ISO 8601',
    custom({ eventTime: '2026-09-01T12:00:00Z' }),
    'eventTime',
    'InvalidEventTime',
    EVENT_TIME,
  ],
  [
    '8: eventTime a second too old',
    custom({ eventTime: NOW_S - WEEK_S - 1 }),
    'eventTime',
    'InvalidEventTime',
    EVENT_TIME,
    NOW_S - WEEK_S - 1,
  ],
  [
    '8: eventTime 61 s ahead',
    custom({ eventTime: NOW_S + 61 }),
    'eventTime',
    'InvalidEventTime',
    EVENT_TIME,
    NOW_S + 61,
  ],
  ['8: eventTime 0', custom({ eventTime: 0 }), 'eventTime', 'InvalidEventTime', EVENT_TIME, 0],
  [
    '9: page load without address',
    pageLoad({ eventSourceUrl: undefined }),
    'eventSourceUrl',
    'Empty',
    "'eventSourceUrl' must not be empty.",
  ],
  [
    '9: page load with an empty address',
    pageLoad({ eventSourceUrl: '' }),
    'eventSourceUrl',
    'Empty',
    "'eventSourceUrl' must not be empty.",
  ],
  ...['/cart', 'shop.example', 'ftp://shop.example/', 'https://', 'http://[', 5].map(
    (url): ErrorRow => [
      `9: page load at ${JSON.stringify(url)}`,
      pageLoad({ eventSourceUrl: url }),
      'eventSourceUrl',
      'InvalidUrl',
      "'eventSourceUrl' must be a valid URL.",
    ],
  ),
  ['10: userData missing', custom({ userData: undefined }), 'userData', 'Empty', NO_IDENTIFIER],
  ['10: userData null', custom({ userData: null }), 'userData', 'Empty', NO_IDENTIFIER],
  ['10: userData a list', custom({ userData: ['v'] }), 'userData', 'Empty', NO_IDENTIFIER],
  ['10: userData a text', custom({ userData: 'v' }), 'userData', 'Empty', NO_IDENTIFIER],
  ['10: userData empty', custom({ userData: {} }), 'userData', 'Empty', NO_IDENTIFIER],
  [
    '10: empty text and null do not count',
    custom({ userData: { anonymousId: '', externalId: null, em: '', msclkid: '' } }),
    'userData',
    'Empty',
    NO_IDENTIFIER,
  ],
  [
    '10: address and user agent do not count',
    custom({ userData: { clientIpAddress: '203.0.113.7', clientUserAgent: 'Mozilla/5.0' } }),
    'userData',
    'Empty',
    NO_IDENTIFIER,
  ],
  ...['eventId', 'eventName', 'pageTitle', 'keywords', 'eventSourceUrl'].map(
    (name): ErrorRow => [
      `11: ${name} a number`,
      custom({ [name]: 5 }),
      name,
      'InvalidType',
      `'${name}' must be a string.`,
    ],
  ),
  ...['anonymousId', 'externalId', 'clientUserAgent'].map(
    (name): ErrorRow => [
      `11: ${name} a number`,
      withUser({ em: SHA, [name]: 5 }),
      `userData.${name}`,
      'InvalidType',
      `'${name}' must be a string.`,
    ],
  ),
  ...['eventCategory', 'eventLabel', 'transactionId', 'searchTerm'].map(
    (name): ErrorRow => [
      `11: ${name} an object`,
      withData({ [name]: {} }),
      `customData.${name}`,
      'InvalidType',
      `'${name}' must be a string.`,
    ],
  ),
  ...['value', 'eventValue'].flatMap((name) =>
    ['75.30', '', true, Number.POSITIVE_INFINITY].map(
      (value): ErrorRow => [
        `11: ${name} ${JSON.stringify(value)}`,
        withData({ [name]: value }),
        `customData.${name}`,
        'InvalidType',
        `'${name}' must be a number.`,
      ],
    ),
  ),
  [
    '11: customData a list',
    custom({ customData: [] }),
    'customData',
    'InvalidType',
    "'customData' must be an object.",
  ],
];

describe('an error makes the event invalid', () => {
  test.each(ERRORS)('rule %s', (_, event, property, errorCode, errorMessage, attemptedValue) => {
    expect(checkEvent(event, 3, NOW)).toEqual({
      errors: [
        {
          index: 3,
          propertyName: `data[3].${property}`,
          ...(attemptedValue !== undefined && { attemptedValue }),
          errorMessage,
          errorCode,
          isWarning: false,
        },
      ],
      warnings: [],
      event: undefined,
    });
  });

  test.each([null, undefined, 'event', 5, true, [], [{}]])('an event that is %j', (event) => {
    const { errors, event: kept } = checkEvent(event, 0, NOW);
    expect(errors).toMatchObject([{ propertyName: 'data[0]', errorCode: 'Empty', isWarning: false }]);
    expect(kept).toBeUndefined();
  });

  test('rule 16: a removed field that was the only identifier', () => {
    const { errors, warnings, event } = checkEvent(custom({ userData: { em: 'x' } }), 0, NOW);
    expect(warnings).toMatchObject([{ propertyName: 'data[0].userData.em', errorCode: 'InvalidSha256' }]);
    expect(errors).toMatchObject([{ propertyName: 'data[0].userData', errorCode: 'Empty' }]);
    expect(event).toBeUndefined();
  });
});
