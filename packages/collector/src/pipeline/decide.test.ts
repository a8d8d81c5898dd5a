import type { CapiEvent, Detail } from '@uet-capi/protocol';
import { describe, expect, test } from 'vitest';
import type { ConfigInput } from '../config/schema.ts';
import type { Memory } from '../store/port.ts';
import { type Decision, decide } from './decide.ts';
import type { Facts } from './facts.ts';
import {
  BROWSER,
  browserFacts,
  CLICK,
  JOHN,
  NOW,
  NOW_S,
  OTHER_CLICK,
  PAGE,
  PHONE,
  serverFacts,
} from './testing/sample-facts.ts';

type Stored = Extract<Decision, { kind: 'store' }>;

const IDENTITY = {
  anonymousId: 'visitor-1',
  externalId: 'customer-1',
  em: JOHN,
  ph: PHONE,
  msclkid: CLICK,
  clientIpAddress: '203.0.113.7',
  idfa: 'dd4afccc-b1c9-4a4c-ad95-44dd7e500600',
};
const SECRETS = new RegExp(
  [...Object.values(IDENTITY), CLICK.replaceAll('-', ''), OTHER_CLICK].join('|').replaceAll('.', '\\.'),
  'i',
);

const purchase = (fields: Partial<CapiEvent> = {}): CapiEvent => ({
  eventType: 'custom',
  eventName: 'purchase',
  eventTime: NOW_S - 60,
  eventSourceUrl: `https://shop.example/?msclkid=${CLICK.replaceAll('-', '')}`,
  pageLoadId: PAGE,
  userData: { ...IDENTITY, clientUserAgent: 'Mozilla/5.0' },
  customData: { value: 75.3, currency: 'EUR', transactionId: '100045' },
  ...fields,
});

interface Given {
  settings?: ConfigInput;
  memories?: Memory[];
  warnings?: Detail[];
  refuses?: boolean;
  notes?: string[];
  facts?: Facts;
}

/** Whose refusal the event is: a browser can speak for its visitor alone. */
const refusingKeys = ({ client }: Facts) =>
  client ? ['visitor:visitor-1'] : ['visitor:visitor-1', 'customer:customer-1', `em:${JOHN}`, `ph:${PHONE}`];

function decided(event: CapiEvent, given: Given = {}): Decision {
  const { settings = {}, memories = [], warnings = [], refuses = false, notes = [], facts } = given;
  const prepared = { event, refuses, notes };
  return decide(event, prepared, warnings, memories, facts ?? serverFacts(settings));
}

function stored(event: CapiEvent, given: Given = {}): Stored {
  const decision = decided(event, given);
  if (decision.kind !== 'store') throw new Error(decision.reason);
  return decision;
}

const wires = ({ events }: Stored) => events.map(({ wire }) => JSON.parse(wire) as CapiEvent);
const warning = (propertyName: string): Detail => ({
  index: 0,
  propertyName,
  errorMessage: 'wrong',
  errorCode: 'X',
  isWarning: true,
});
const unreadable = [warning('data[0].adStorageConsent')];

test('an event whose server is a little ahead happened now, not in the future', () => {
  expect(wires(stored(purchase({ eventTime: NOW_S + 30 }))).map(({ eventTime }) => eventTime)).toEqual([
    NOW_S,
  ]);
  expect(wires(stored(purchase({ eventTime: NOW_S - 30 })))[0]?.eventTime).toBe(NOW_S - 30);
});

describe('consent: the own word, else the remembered decision, else the setting', () => {
  const granted: Memory = { key: 'visitor:visitor-1', consent: 'granted' };
  const denied: Memory = { key: 'visitor:visitor-1', consent: 'denied' };
  const server = (value: 'granted' | 'denied') => ({ consent: { server: value } });

  test.each<[string, CapiEvent['adStorageConsent'], Given, 'G' | 'D']>([
    ['explicit', 'G', {}, 'G'],
    ['explicit', 'D', {}, 'D'],
    ['explicit over remembered', 'G', { memories: [denied] }, 'G'],
    ['explicit over remembered', 'D', { memories: [granted] }, 'D'],
    ['explicit over the setting', 'G', { settings: server('denied') }, 'G'],
    ['explicit over the setting', 'D', { settings: server('granted') }, 'D'],
    ['unreadable is no permission', undefined, { warnings: unreadable, memories: [granted] }, 'D'],
    ['another warning says nothing', undefined, { warnings: [warning('data[0].referrerUrl')] }, 'G'],
    ['remembered', undefined, { memories: [granted], settings: server('denied') }, 'G'],
    ['remembered', undefined, { memories: [denied] }, 'D'],
    ['one refusal among memories', undefined, { memories: [granted, { ...denied, key: 'customer:c' }] }, 'D'],
    ['a memory without decision', undefined, { memories: [{ key: 'customer:c' }] }, 'G'],
    ['setting', undefined, {}, 'G'],
    ['setting', undefined, { settings: server('denied') }, 'D'],
  ])('%s %s', (_, adStorageConsent, given, code) => {
    const { adStorageConsent: _unset, ...event } = purchase();
    const asked = adStorageConsent ? { ...event, adStorageConsent } : event;
    const decision = decided(asked, given);
    expect(decision.kind).toBe(code === 'G' ? 'store' : 'skip');

    const consent = { ...given.settings?.consent, whenDenied: 'anonymous' as const };
    const anonymous = stored(asked, { ...given, settings: { consent } });
    expect(wires(anonymous).map((wire) => wire.adStorageConsent)).toEqual([code]);
  });

  test.each([
    ['pixel', browserFacts()],
    ['server', serverFacts()],
    ['code', serverFacts({}, { source: 'code' })],
  ])('denied, drop: nothing is stored or remembered (%s)', (_, facts) => {
    expect(decided(purchase({ adStorageConsent: 'D' }), { facts, refuses: true })).toEqual({
      kind: 'skip',
      reason: 'consent denied',
      withdrawnBy: refusingKeys(facts),
    });
  });

  test('denied, by an event that names no visitor: refused under what it names', () => {
    const event = purchase({ adStorageConsent: 'D', userData: { em: JOHN } });
    expect(decided(event, { refuses: true }).withdrawnBy).toEqual([`em:${JOHN}`]);
  });
});

describe('denied, anonymous: delivered without any identity', () => {
  const settings: ConfigInput = { consent: { whenDenied: 'anonymous', server: 'denied' } };
  const sources: [string, Facts, CapiEvent['adStorageConsent']][] = [
    ['pixel', browserFacts(settings), 'D'],
    ['server, explicit', serverFacts(settings), 'D'],
    ['server, by the setting', serverFacts(settings), undefined],
    ['code', serverFacts(settings, { source: 'code' }), 'D'],
  ];

  test.each(sources)('%s', (_, facts, adStorageConsent) => {
    const { adStorageConsent: _unset, ...event } = purchase({
      referrerUrl: `https://x.example/?u=%3Fmsclkid%3D${CLICK}`,
      customData: { transactionId: '100045', hotelData: { bookingHref: `https://x.example/${CLICK}` } },
    });
    const memories: Memory[] = [{ key: 'customer:customer-1', msclkid: OTHER_CLICK, clickedAt: NOW }];
    const asked = adStorageConsent ? { ...event, adStorageConsent } : event;
    const decision = stored(asked, { facts, memories, refuses: true });
    expect(JSON.stringify(decision.events)).not.toMatch(SECRETS);
    expect(wires(decision)).toMatchObject([
      {
        adStorageConsent: 'D',
        eventId: '100045',
        userData: { anonymousId: 'id-1', clientUserAgent: 'Mozilla/5.0' },
      },
    ]);
    expect(decision.events[0]).toMatchObject({ keys: [] });
    expect(decision.memories).toEqual([]);
    expect(decision.withdrawnBy).toEqual(refusingKeys(facts));
  });

  test("the pixel's notice of a withdrawal is no event", () => {
    const { eventId: _, ...notice } = purchase({ eventName: 'consent', adStorageConsent: 'D' });
    const facts = browserFacts(settings);
    expect(decided(notice, { facts, refuses: true })).toEqual({
      kind: 'skip',
      reason: 'consent withdrawn',
      withdrawnBy: ['visitor:visitor-1'],
    });
    expect(decided({ ...notice, eventId: 'e' }, { facts }).kind).toBe('store');
    expect(decided(notice, { settings }).kind).toBe('store');
  });

  test('each event gets an id of its own', () => {
    const facts = browserFacts(settings);
    const ids = [1, 2].map(
      () => stored(purchase({ adStorageConsent: 'D' }), { facts }).event.userData.anonymousId,
    );
    expect(new Set(ids).size).toBe(2);
  });

  test('a page load with revenue is anonymous in both parts', () => {
    const event = purchase({ eventType: 'pageLoad', adStorageConsent: 'D' });
    const decision = stored(event, { settings });
    expect(decision.events).toHaveLength(2);
    expect(JSON.stringify(decision.events)).not.toMatch(SECRETS);
  });
});

describe('click id', () => {
  const { msclkid: _, ...unclicked } = IDENTITY;
  const memories: Memory[] = [
    { key: 'visitor:visitor-1', msclkid: CLICK, clickedAt: NOW - 9_000 },
    { key: `em:${JOHN}`, msclkid: OTHER_CLICK, clickedAt: NOW - 5_000 },
  ];
  const url = 'https://shop.example/';

  test.each<[string, Partial<CapiEvent>, string | undefined, number | undefined]>([
    ["the event's own", { userData: IDENTITY }, CLICK, (NOW_S - 60) * 1_000],
    ['of the landing address', { userData: unclicked }, CLICK, (NOW_S - 60) * 1_000],
    [
      'in any case',
      { userData: unclicked, eventSourceUrl: `${url}?MsClkId=${CLICK}#a` },
      CLICK,
      (NOW_S - 60) * 1_000,
    ],
    ['the newest remembered', { userData: unclicked, eventSourceUrl: url }, OTHER_CLICK, NOW - 5_000],
    [
      'an address with a click id that is none',
      { userData: unclicked, eventSourceUrl: `${url}?msclkid=x` },
      OTHER_CLICK,
      NOW - 5_000,
    ],
  ])('%s', (_, fields, msclkid, clickedAt) => {
    const decision = stored(purchase(fields), { memories });
    expect(wires(decision)[0]?.userData.msclkid).toBe(msclkid);
    expect(decision.memories.map((memory) => [memory.msclkid, memory.clickedAt])).toEqual(
      Array.from({ length: 4 }, () => [msclkid, clickedAt]),
    );
  });

  test('none is known', () => {
    const event = purchase({ userData: unclicked, eventSourceUrl: url, adStorageConsent: 'G' });
    const decision = stored(event);
    expect(wires(decision)[0]?.userData).not.toHaveProperty('msclkid');
    expect(decision.memories[0]).toEqual({ site: 'site', key: 'visitor:visitor-1', consent: 'granted' });
  });

  test('what stood in for a decision is not remembered as one', () => {
    const { memories: kept } = stored(purchase());
    expect(kept).toHaveLength(4);
    for (const memory of kept) expect(memory).not.toHaveProperty('consent');
  });
});

describe('what is stored', () => {
  test('the event as Microsoft will get it, and where it goes', () => {
    const decision = stored(purchase({ adStorageConsent: 'G' }), {
      notes: ['a note'],
      warnings: [warning('data[4].userData.ph')],
    });
    const { wire, ...event } = decision.events[0]!;
    expect(decision.events).toHaveLength(1);
    expect(event).toEqual({
      site: 'site',
      tagId: '1',
      name: 'purchase',
      eventId: '100045',
      source: 'server',
      receivedAt: NOW,
      expiresAt: (NOW_S - 60 + 604_800 - 300) * 1_000,
      keys: ['visitor:visitor-1', 'customer:customer-1', `em:${JOHN}`, `ph:${PHONE}`],
      notes: ['a note', 'userData.ph: wrong'],
      route: { destination: 'uet-capi:1', dueAt: NOW, held: false },
    });
    expect(JSON.parse(wire)).toEqual({ ...purchase({ adStorageConsent: 'G' }), eventId: '100045' });
    expect(decision.event).toEqual(JSON.parse(wire));
  });

  test('a page load of a browser and its revenue wait together', () => {
    const event = purchase({ eventType: 'pageLoad', adStorageConsent: 'G' });
    const { events } = stored(event, { facts: browserFacts() });
    expect(
      events.map(({ name, eventId, pageLoadId, route }) => ({ name, eventId, pageLoadId, route })),
    ).toEqual(
      [
        ['purchase', PAGE],
        ['', `${PAGE}-revenue`],
      ].map(([name, eventId]) => ({
        name,
        eventId,
        pageLoadId: PAGE,
        route: { destination: 'uet-capi:1', dueAt: NOW + 10_000, held: true },
      })),
    );
  });

  test('what is taken for a bot is marked, and claims no key that the server may report', () => {
    const facts = (bots: 'skip' | 'deliver') =>
      browserFacts({ bots }, { client: { ...BROWSER, bot: 'user-agent' } });
    const [skipped] = stored(purchase({ adStorageConsent: 'G' }), { facts: facts('skip') }).events;
    expect(skipped).toMatchObject({
      eventId: 'bot:100045',
      notes: ['bot: user-agent'],
      route: { skipped: 'bot: user-agent' },
    });
    expect(JSON.parse(skipped!.wire).eventId).toBe('100045');
    const [delivered] = stored(purchase({ adStorageConsent: 'G' }), { facts: facts('deliver') }).events;
    expect(delivered).toMatchObject({
      eventId: '100045',
      notes: ['bot: user-agent'],
      route: { destination: 'uet-capi:1' },
    });
  });

  test('nobody comes back under the id of a browser without script', () => {
    const facts = browserFacts({}, { source: 'noscript' });
    const decision = stored(purchase({ eventType: 'pageLoad', adStorageConsent: 'G' }), { facts });
    expect(decision.memories).toEqual([]);
    expect(decision.events[0]).toMatchObject({ keys: [] });
  });
});

describe("the site's rules", () => {
  test('what a filter holds back is stored under a key of its own, with the reason', () => {
    const { events, filtered } = stored(purchase(), { settings: { filter: () => 'wholesale' } });
    expect(events).toMatchObject([
      { eventId: 'filtered:100045', route: { skipped: 'filtered: wholesale' }, name: 'purchase' },
    ]);
    expect(filtered).toBe('filtered: wholesale');
  });

  test('what a transform changes is sent, noted and remembered', () => {
    const transform = (event: CapiEvent) => ({
      ...event,
      eventName: 'lead',
      userData: { anonymousId: 'other' },
    });
    const decision = stored(purchase(), { settings: { transform } });
    expect(wires(decision)).toMatchObject([{ eventName: 'purchase', userData: { anonymousId: 'other' } }]);
    expect(decision.events[0]!.notes).toEqual(['transform: eventName cannot be changed, kept as it was']);
    expect(decision.memories).toEqual([]);
  });

  test('they never see who refused, and cannot bring the identity back', () => {
    const seen: CapiEvent[] = [];
    const transform = (event: CapiEvent) => {
      seen.push(event);
      return { ...event, adStorageConsent: 'G' as const, userData: { ...IDENTITY } };
    };
    const settings: ConfigInput = { consent: { whenDenied: 'anonymous' }, transform };
    const decision = stored(purchase({ adStorageConsent: 'D' }), { settings });
    expect(JSON.stringify([seen, decision.events])).not.toMatch(SECRETS);
    expect(wires(decision)).toMatchObject([{ adStorageConsent: 'D', userData: { anonymousId: 'id-1' } }]);
  });

  test('dropped events reach no rule', () => {
    const filter = () => {
      throw new Error('must not run');
    };
    expect(decided(purchase({ adStorageConsent: 'D' }), { settings: { filter } })).toMatchObject({
      reason: 'consent denied',
    });
  });

  test('a page load loses its revenue only after the rules', () => {
    const transform = (event: CapiEvent) => ({ ...event, customData: { value: 5, currency: 'EUR' } });
    const load = purchase({ eventType: 'pageLoad', customData: {} });
    expect(stored(load, { settings: { transform } }).events).toHaveLength(2);
  });
});

test('the IP address is truncated where the site says so', () => {
  const decision = stored(purchase(), { settings: { privacy: { truncateIp: true } } });
  expect(wires(decision)[0]!.userData.clientIpAddress).toBe('203.0.113.0');
});

test('a click id under the name that a redirect gave it', () => {
  const { msclkid: _, ...nobody } = IDENTITY;
  const url = `https://shop.example/?ms=${OTHER_CLICK}`;
  const landing = purchase({ eventSourceUrl: url, userData: nobody });
  const [wire] = wires(stored(landing, { settings: { clickIdParams: ['ms'] } }));
  expect(wire?.userData.msclkid).toBe(OTHER_CLICK);
});
