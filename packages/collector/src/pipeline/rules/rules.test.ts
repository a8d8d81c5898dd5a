import type { CapiEvent } from '@uet-capi/protocol';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../../config/schema.ts';
import { CLICK, JOHN, NOW, NOW_S, PAGE, PHONE, siteOf } from '../testing/sample-facts.ts';
import type { Filter, RuleFacts, Transform } from './rule.ts';
import { compileRules } from './rules.ts';

const FACTS: RuleFacts = { site: 'site', source: 'pixel', consent: 'granted', receivedAt: NOW };

const event = (fields: Partial<CapiEvent> = {}): CapiEvent => ({
  eventType: 'custom',
  eventName: 'purchase',
  eventId: '100045',
  eventTime: NOW_S,
  eventSourceUrl: 'https://shop.example/thanks',
  pageLoadId: PAGE,
  adStorageConsent: 'G',
  userData: { anonymousId: 'v', em: JOHN, msclkid: CLICK, clientIpAddress: '203.0.113.7' },
  customData: { value: 75.3, currency: 'EUR', transactionId: '100045' },
  ...fields,
});

const apply = (settings: ConfigInput, input = event()) => compileRules(siteOf(settings))(input, input, FACTS);
const filtered = (filter: unknown, input?: CapiEvent) => apply({ filter: filter as Filter }, input);
const transformed = (transform: unknown, input?: CapiEvent) =>
  apply({ transform: transform as Transform }, input);

test('without rules every event stays as it is', () => {
  expect(apply({})).toEqual({ event: event(), skipped: undefined, notes: [] });
});

describe('filters', () => {
  const from = (clientIpAddress: string) => event({ userData: { anonymousId: 'v', clientIpAddress } });
  const ADDRESS = 'filtered: IP address (filters.ips)';

  test.each<[ConfigInput['filters'], CapiEvent, string | undefined]>([
    [{ ips: ['203.0.113.7'] }, from('203.0.113.7'), ADDRESS],
    [{ ips: ['203.0.113.7'] }, from('203.0.113.8'), undefined],
    [{ ips: ['198.51.100.1', '203.0.113.0/24'] }, from('203.0.113.200'), ADDRESS],
    [{ ips: ['203.0.113.0/25'] }, from('203.0.113.200'), undefined],
    [{ ips: ['2001:db8::/32'] }, from('2001:db8:1::9'), ADDRESS],
    [{ ips: ['2001:db8::/32'] }, from('2001:db9::1'), undefined],
    [{ ips: ['203.0.113.0/24'] }, from('::ffff:203.0.113.7'), ADDRESS],
    [{ ips: ['0.0.0.0/0'] }, event({ userData: { anonymousId: 'v' } }), undefined],
    [{ hosts: ['shop.example'] }, event(), 'filtered: host (filters.hosts)'],
    [{ hosts: ['*.shop.example'] }, event(), undefined],
    [{ hosts: ['*.EXAMPLE'] }, event(), 'filtered: host (filters.hosts)'],
    [{ hosts: ['shop.example'] }, event({ eventSourceUrl: 'no address' }), undefined],
    [{ names: ['scroll', 'purchase'] }, event(), 'filtered: event name (filters.names)'],
    [{ names: ['Purchase'] }, event(), undefined],
    [{ names: ['pageLoad'] }, event({ eventType: 'pageLoad' }), 'filtered: event name (filters.names)'],
  ])('%j', (filters, input, reason) => {
    expect(apply({ filters }, input)).toEqual({ event: input, skipped: reason, notes: [] });
  });

  test('the whole address decides, also where it is truncated', () => {
    const settings = { filters: { ips: ['203.0.113.7'] }, privacy: { truncateIp: true } };
    expect(apply(settings)).toMatchObject({
      skipped: ADDRESS,
      event: { userData: { clientIpAddress: '203.0.113.0' } },
    });
  });
});

describe('filter', () => {
  const MUST = 'filter failed: it must return true, false or a reason, and no promise';

  test.each<[string, unknown, string | undefined]>([
    ['true', () => true, undefined],
    ['false', () => false, 'filtered: by the filter'],
    ['a reason', () => 'wholesale', 'filtered: wholesale'],
    ['a reason that quotes', () => 'of\njohn@contoso.com', 'filtered: of removed'],
    ['a reason whose end is an emoji', () => `${'x '.repeat(99)}x😀`, `filtered: ${'x '.repeat(99)}x\ufffd`],
    ['a long reason', () => 'x '.repeat(500), `filtered: ${'x '.repeat(100)}`],
    ['nothing', () => {}, MUST],
    ['an empty reason', () => '', MUST],
    ['an event', (input: CapiEvent) => input, MUST],
    ['a promise', async () => true, MUST],
    [
      'an error',
      () => {
        throw new RangeError('john@contoso.com');
      },
      expect.stringMatching(/^filter failed: RangeError at rules\.test\.ts:\d+:\d+$/),
    ],
    [
      'an error that lies about itself',
      () => {
        const error = new Error('\n    at x (john@contoso.com:1:1)');
        error.name = 'john@contoso.com';
        throw error;
      },
      expect.stringMatching(/^filter failed: Error at rules\.test\.ts:\d+:\d+$/),
    ],
    [
      'an error without a stack',
      () => {
        const error = new Error('x');
        error.stack = 'john@contoso.com';
        throw error;
      },
      'filter failed: Error',
    ],
    [
      'something thrown',
      () => {
        throw 'john@contoso.com';
      },
      'filter failed: it threw something that is no Error',
    ],
  ])('%s', (_, filter, skipped) => {
    expect(filtered(filter)).toEqual({ event: event(), skipped, notes: [] });
  });

  test('it is told what is known, and changes nothing', () => {
    const seen: unknown[] = [];
    const ruled = filtered((input: CapiEvent, facts: RuleFacts) => {
      seen.push(structuredClone(input), facts);
      input.customData!.value = 0;
      input.eventId = 'other';
      return true;
    });
    expect(seen).toEqual([event(), FACTS]);
    expect(ruled.event).toEqual(event());
  });
});

describe('transform', () => {
  test('changes what is sent', () => {
    const ruled = transformed((input: CapiEvent) => {
      input.customData!.value = 60.2;
      input.customData!.eventLabel = 'net';
      delete input.userData.clientIpAddress;
      return input;
    });
    expect(ruled).toEqual({
      event: event({
        userData: { anonymousId: 'v', em: JOHN, msclkid: CLICK },
        customData: { value: 60.2, currency: 'EUR', transactionId: '100045', eventLabel: 'net' },
      }),
      skipped: undefined,
      notes: [],
    });
  });

  test.each<[string, unknown, unknown]>([
    ['null', () => null, 'filtered: by the transform'],
    ['a reason', () => 'test order', 'filtered: test order'],
    ['nothing', () => {}, 'transform failed: it returned nothing: return the event, null or a reason'],
    ['a number', () => 5, 'transform failed: it must return an event, null or a reason'],
    ['a list', () => [], 'transform failed: it must return an event, null or a reason'],
    ['a promise', async (input: CapiEvent) => input, 'transform failed: it returned a promise'],
    [
      'a cycle',
      (input: CapiEvent) => Object.assign(input, { self: input }),
      expect.stringMatching(/^transform failed: TypeError at /),
    ],
    [
      'an invalid event',
      (input: CapiEvent) => ({ ...input, customData: { value: '75.3' } }),
      'transform failed: its event is not valid: customData.value (InvalidType)',
    ],
    [
      'an event too large',
      (input: CapiEvent) => ({ ...input, pageTitle: 'x'.repeat(10_000) }),
      'transform failed: its event is not valid: pageTitle (TooLong)',
    ],
    [
      'an event of nobody',
      (input: CapiEvent) => ({ ...input, userData: {} }),
      'transform failed: its event is not valid: userData (Empty)',
    ],
    [
      'identity in an id',
      (input: CapiEvent) => ({ ...input, customData: { transactionId: 'john@contoso.com' } }),
      'transform failed: its event is not valid: customData.transactionId (ClearIdentity)',
    ],
  ])('%s: the event is kept as it was, and not sent', (_, transform, skipped) => {
    expect(transformed(transform)).toEqual({ event: event(), skipped, notes: [] });
  });

  test('what identifies the event to Microsoft, and consent, stay', () => {
    const ruled = transformed((input: CapiEvent) => ({
      ...input,
      eventType: 'pageLoad',
      eventName: 'lead',
      eventId: 'other',
      pageLoadId: undefined,
      adStorageConsent: 'D',
    }));
    expect(ruled.event).toEqual(event());
    expect(ruled.notes).toEqual(
      ['eventType', 'eventName', 'eventId', 'pageLoadId', 'adStorageConsent'].map(
        (name) => `transform: ${name} cannot be changed, kept as it was`,
      ),
    );
  });

  test('what it adds is scrubbed, hashed and judged like everything else', () => {
    const ruled = transformed((input: CapiEvent) => ({
      ...input,
      pageTitle: 'for john@contoso.com',
      userData: { email: 'john@contoso.com', phone: '+1 (425) 555-1234', externalId: '+14255551234' },
      customData: { ...input.customData, searchTerm: '+14255551234', currency: 'euro' },
    }));
    expect(ruled).toEqual({
      event: event({
        pageTitle: 'for removed',
        userData: { em: JOHN, ph: PHONE },
        customData: { value: 75.3, transactionId: '100045', searchTerm: 'removed' },
      }),
      skipped: undefined,
      notes: [
        'userData.externalId: looked like an e-mail address, phone number or token, left out',
        expect.stringContaining('transform: customData.currency: '),
      ],
    });
  });

  test('an address that it adds is truncated too', () => {
    const add = (input: CapiEvent) => ({
      ...input,
      userData: { ...input.userData, clientIpAddress: '198.51.100.9' },
    });
    const { event: sent } = apply({ transform: add, privacy: { truncateIp: true } });
    expect(sent.userData.clientIpAddress).toBe('198.51.100.0');
  });

  test('it keeps no hand on what it returned', () => {
    let held: CapiEvent | undefined;
    const ruled = transformed((input: CapiEvent) => {
      held = input;
      return input;
    });
    held!.eventId = 'other';
    expect(ruled.event.eventId).toBe('100045');
  });

  test('it does not run for what a filter holds back', () => {
    const transform = () => {
      throw new Error('must not run');
    };
    expect(apply({ filter: () => false, transform }).skipped).toBe('filtered: by the filter');
  });
});
