import { describe, expect, test } from 'vitest';
import { prepare } from './prepare.ts';
import { BROWSER, browserFacts, CLICK, JOHN, NOW, NOW_S, PAGE } from './testing/sample-facts.ts';

type Fields = Record<string, unknown>;

const custom = (fields: Fields = {}): Fields => ({
  eventType: 'custom',
  eventTime: NOW_S - 30,
  consent: 'granted',
  userData: { anonymousId: 'v' },
  ...fields,
});
const prepared = (input: unknown, facts = {}) => prepare(input, browserFacts({}, facts)).event as Fields;

describe('what the request tells', () => {
  test('address and user agent, whatever the event says', () => {
    const lie = { anonymousId: 'v', clientIpAddress: '198.51.100.1', clientUserAgent: 'curl/8' };
    expect(prepared(custom({ userData: lie })).userData).toEqual({
      anonymousId: 'v',
      clientIpAddress: '203.0.113.7',
      clientUserAgent: 'Mozilla/5.0',
    });
  });

  test('nothing where the request tells nothing', () => {
    const client = { ...BROWSER, ip: undefined, userAgent: undefined };
    const { userData } = prepared(custom({ userData: { clientIpAddress: '198.51.100.1' } }), { client });
    expect(userData).toEqual({});
  });

  test.each([undefined, null, 'v', []])('userData %j becomes an object', (userData) => {
    expect(prepared(custom({ userData })).userData).toEqual({
      clientIpAddress: '203.0.113.7',
      clientUserAgent: 'Mozilla/5.0',
    });
  });
});

describe('time', () => {
  test.each<[string, unknown, number, unknown]>([
    ['right clock', NOW_S - 30, 0, NOW_S - 30],
    ['slow clock', NOW_S - 3_630, 3_600_000, NOW_S - 30],
    ['fast clock', NOW_S + 3_570, -3_600_000, NOW_S - 30],
    ['never in the future', NOW_S + 30, 0, NOW_S],
    ['milliseconds stay for the rules to refuse', NOW, 0, NOW],
    ['missing', undefined, 3_600_000, undefined],
    ['no number', 'now', 3_600_000, 'now'],
  ])('%s', (_, eventTime, clockShiftMs, expected) => {
    expect(prepared(custom({ eventTime }), { clockShiftMs }).eventTime).toBe(expected);
  });
});

describe('consent', () => {
  test.each<[unknown, string]>([
    ['granted', 'G'],
    ['denied', 'D'],
    ['Granted', 'D'],
    [true, 'D'],
    [undefined, 'D'],
  ])('%j is %s', (consent, code) => {
    expect(prepared(custom({ consent, adStorageConsent: 'G' })).adStorageConsent).toBe(code);
  });

  test('who refuses is told, so that what waits for them goes', () => {
    expect(prepare(custom({ consent: 'denied' }), browserFacts()).refuses).toBe(true);
    expect(prepare(custom(), browserFacts()).refuses).toBe(false);
  });

  test.each([undefined, {}, { anonymousId: '' }, { anonymousId: null }, { anonymousId: 'john@contoso.com' }])(
    'a refusing browser that names nobody (%j) still gets the identifier that Microsoft demands',
    (userData) => {
      const { event, refuses } = prepare(custom({ consent: 'denied', userData }), browserFacts());
      expect(event).toMatchObject({ adStorageConsent: 'D', userData: { anonymousId: 'id-1' } });
      expect(refuses).toBe(false);
    },
  );
});

test('a context is for server routes only', () => {
  const context = Buffer.from(JSON.stringify({ v: 1, a: 'visitor', c: CLICK, p: PAGE, g: 'granted' }));
  const event = prepared(custom({ consent: 'denied', userData: {}, context: context.toString('base64url') }));
  expect(event).toMatchObject({ adStorageConsent: 'D', userData: { anonymousId: 'id-1' } });
  expect(event.userData).not.toHaveProperty('msclkid');
  expect(event).not.toHaveProperty('pageLoadId');
});

test('clear values of a browser that cannot hash', () => {
  const { userData } = prepared(custom({ userData: { anonymousId: 'v', email: 'john@contoso.com' } }));
  expect(userData).toMatchObject({ em: JOHN });
  expect(JSON.stringify(userData)).not.toContain('contoso');
});
