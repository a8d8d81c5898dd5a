import { describe, expect, test } from 'vitest';
import { checkEvent } from './acceptance.ts';
import { CLICK, custom, type Fields, NOW, PAGE, SHA, withData, withUser } from './testing/sample-events.ts';

type WarningRow = [rule: string, event: Fields, property: string, code: string, message: string];

const USER_WARNINGS: [rule: string, name: string, bad: unknown[], code: string, what: string][] = [
  [
    '13',
    'em',
    ['abc', SHA.slice(1), `${SHA} `, 'john@contoso.com', 5],
    'InvalidSha256',
    'a valid SHA256 string',
  ],
  ['13', 'ph', ['abc', '+14255551234', 14255551234], 'InvalidSha256', 'a valid SHA256 string'],
  [
    '15',
    'msclkid',
    [`_uet${CLICK}`, `${CLICK}-1`, `${CLICK}-0`, `${CLICK}N`, 'N', CLICK.slice(1), 5],
    'InvalidUuid',
    'a valid UUID',
  ],
  [
    '15',
    'clientIpAddress',
    [
      'unknown',
      '203.0.113.256',
      '203.0.113',
      '203.0.113.7:80',
      '01.2.3.4',
      '::1]/a@[',
      'fe80::1%eth0',
      ':',
      5,
    ],
    'InvalidIpAddress',
    'a valid IP address',
  ],
  ['15', 'idfa', ['x', CLICK.replaceAll('-', '')], 'InvalidUuid', 'a valid UUID'],
  ['15', 'gaid', ['x', 5], 'InvalidUuid', 'a valid UUID'],
];

const DATA_WARNINGS: [name: string, bad: unknown[], code: string, message: string][] = [
  [
    'currency',
    ['eur', 'EURO', 'E1R', 978],
    'InvalidCurrency',
    "'currency' must be an ISO 4217 currency code.",
  ],
  [
    'pageType',
    ['Product', 'checkout', '', 5],
    'InvalidEnumValue',
    "'pageType' must be one of the following: cart, category, home, other, product, purchase, searchresults.",
  ],
  ['ecommTotalValue', ['75.3', true], 'InvalidType', "'ecommTotalValue' must be a number."],
  ['ecommCategory', [5], 'InvalidType', "'ecommCategory' must be a string."],
  ['itemIds', ['a,b', {}], 'InvalidType', "'itemIds' must be a list."],
  ['itemIds', [[5], ['a', null]], 'InvalidType', "'itemIds' must be a string."],
  ['items', ['a', {}], 'InvalidType', "'items' must be a list."],
  ['items', [['a'], [null], [{ id: 'a' }, 5]], 'InvalidType', "'items' must be an object."],
  ['items', [[{ id: 5 }]], 'InvalidType', "'id' must be a string."],
  ['items', [[{ price: '25.1' }], [{ price: '' }]], 'InvalidType', "'price' must be a number."],
  ['items', [[{ quantity: 1.5 }], [{ quantity: 1e300 }]], 'InvalidType', "'quantity' must be an integer."],
  ['hotelData', ['x', []], 'InvalidType', "'hotelData' must be an object."],
  ['hotelData', [{ totalPrice: '9' }], 'InvalidType', "'totalPrice' must be a number."],
  ['hotelData', [{ lengthOfStay: 1.5 }], 'InvalidType', "'lengthOfStay' must be an integer."],
  [
    'hotelData',
    ['2026-2-3', '03.02.2026', '2026-02-30', '2026-13-01', '2026-02-03T00:00Z', 20260203].map(
      (checkinDate) => ({
        checkinDate,
      }),
    ),
    'InvalidDate',
    "'checkinDate' must be a date as YYYY-MM-DD.",
  ],
];

const WARNINGS: WarningRow[] = [
  ...['/back', 'bing.com', 'android-app://com.x', 5].map(
    (url): WarningRow => [
      `12: referrerUrl ${JSON.stringify(url)}`,
      custom({ referrerUrl: url }),
      'referrerUrl',
      'InvalidUrl',
      "'referrerUrl' must be a valid URL.",
    ],
  ),
  ...USER_WARNINGS.flatMap(([rule, name, values, code, what]) =>
    values.map(
      (bad): WarningRow => [
        `${rule}: ${name} ${JSON.stringify(bad)}`,
        withUser({ [name]: bad }),
        `userData.${name}`,
        code,
        `'${name}' must be ${what}.`,
      ],
    ),
  ),
  ...DATA_WARNINGS.flatMap(([name, values, code, message]) =>
    values.map(
      (bad): WarningRow => [
        `14: ${name} ${JSON.stringify(bad)}`,
        withData({ [name]: bad }),
        `customData.${name}`,
        code,
        message,
      ],
    ),
  ),
  ...[PAGE.replaceAll('-', ''), PAGE.replace('-4c', '-1c'), PAGE.replace('-8a', '-7a'), 'page-1', 5].map(
    (id): WarningRow => [
      `15: pageLoadId ${JSON.stringify(id)}`,
      custom({ pageLoadId: id }),
      'pageLoadId',
      'InvalidUuid',
      "'pageLoadId' must be a valid v4 UUID.",
    ],
  ),
  ...['granted', 'g', 'G|D', '', true].map(
    (consent): WarningRow => [
      `15: adStorageConsent ${JSON.stringify(consent)}`,
      custom({ adStorageConsent: consent }),
      'adStorageConsent',
      'InvalidEnumValue',
      "'adStorageConsent' must be one of the following: G, D.",
    ],
  ),
];

describe('a warning removes the field and keeps the event', () => {
  test.each(WARNINGS)('rule %s', (_, event, property, errorCode, errorMessage) => {
    const verdict = checkEvent(event, 0, NOW);
    expect(verdict).toMatchObject({
      errors: [],
      warnings: [{ index: 0, propertyName: `data[0].${property}`, errorMessage, errorCode, isWarning: true }],
    });
    expect(verdict.warnings[0]).not.toHaveProperty('attemptedValue');
    expect(verdict.event).toEqual(without(event, property.split('.')));
  });
});

/** The event without one field; an object that held nothing else goes with it. */
function without(event: Fields, [name, inner]: string[]): Fields {
  const { [name!]: value, ...rest } = event;
  if (inner === undefined) return rest;
  const { [inner]: _, ...others } = value as Fields;
  return Object.keys(others).length > 0 ? { ...rest, [name!]: others } : rest;
}
