import { expect, test } from 'vitest';
import { resolveConfig } from '../config/resolve.ts';
import type { AccountOverview } from '../store/reading.ts';
import { type Before, findConditions } from './conditions.ts';
import type { Signals } from './signals.ts';

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;
const GB = 1_000_000_000;
const LIVE = 'uet-capi:11';

const resolved = resolveConfig(
  {
    sites: [
      { id: 'shop', tagId: '11', mode: 'shadow' },
      { id: 'blog', tagId: '22', mode: 'shadow' },
    ],
  },
  {},
);
if ('problems' in resolved) throw new Error('config');
const { config } = resolved;

const BEFORE: Before = { memory: { failures: {}, warnings: {} }, isOpen: () => false, warned: {} };

function account(ended: AccountOverview['ended'], given: Partial<AccountOverview> = {}): AccountOverview {
  return { site: 'shop', destination: LIVE, received: 9, waiting: 0, ended, ...given };
}

function find(given: Partial<Signals> = {}, before: Partial<Before> = {}) {
  const signals = {
    now: NOW,
    overview: { accounts: [account({ accepted: 9 })], destinations: [], reasons: [] },
    purchases: new Map(),
    freeBytes: 50 * GB,
    ...given,
  };
  return findConditions(signals, config, { ...BEFORE, ...before });
}

const destinations = (given: Partial<Signals['overview']['destinations'][number]>) => ({
  overview: {
    ...{ accounts: [], reasons: [] },
    destinations: [
      { destination: LIVE, oldestAt: undefined, stuckAt: given.oldestAt, paused: undefined, ...given },
    ],
  },
});

test('all is well', () => {
  expect(find()).toMatchObject({ conditions: [], unknown: [] });
});

test('what waits for a site or tag that left the settings is told soon, not when it is nearly too late', () => {
  const waiting = (destination: string, minutes: number) =>
    find(destinations({ destination, oldestAt: NOW - minutes * 60_000 })).conditions;
  expect(waiting('uet-capi:33', 9)).toEqual([]);
  expect(waiting('uet-capi:33', 10)).toMatchObject([
    { key: 'waiting uet-capi:33', kind: 'waiting', title: expect.stringContaining('not in the settings') },
  ]);
  expect(waiting('offline:former', 10)).toHaveLength(1);
  for (const known of [LIVE, 'offline:shop', 'offline-adjustments:blog'])
    expect(waiting(known, 10)).toEqual([]);
});

test('a paused tag, with the reason, of its site', () => {
  const paused = { reason: 'the token was refused', since: NOW, probeAt: NOW };
  expect(find(destinations({ paused })).conditions).toEqual([
    {
      key: `paused ${LIVE}`,
      kind: 'paused',
      site: 'shop',
      destination: LIVE,
      title: 'Delivery to UET tag 11 is paused',
      detail: expect.stringContaining('the token was refused'),
    },
  ]);
});

test('a queue of offline conversions belongs to the site that it names', () => {
  const paused = { reason: 'x', since: NOW, probeAt: NOW };
  const [condition] = find(destinations({ destination: 'offline:blog', paused })).conditions;
  expect(condition).toMatchObject({
    ...{ site: 'blog', destination: 'offline:blog' },
    title: 'Delivery to offline conversions of blog is paused',
  });
});

test('the oldest event, in time before its seven days are over', () => {
  expect(find(destinations({ oldestAt: NOW - 5 * DAY_MS + 1 })).conditions).toEqual([]);
  expect(find(destinations({ oldestAt: NOW - 5 * DAY_MS })).conditions).toMatchObject([
    { kind: 'waiting', site: 'shop', detail: expect.stringContaining('5 days') },
  ]);
});

test('what waits on purpose does so up to shortly before its 90 days are over, and hides nothing else', () => {
  const waiting = (days: number, stuckDays?: number) =>
    find(
      destinations({
        destination: 'offline:shop',
        oldestAt: NOW - days * DAY_MS,
        stuckAt: stuckDays === undefined ? undefined : NOW - stuckDays * DAY_MS,
      }),
    ).conditions;
  expect(waiting(79)).toEqual([]);
  expect(waiting(80, 1)).toMatchObject([
    {
      kind: 'waiting',
      site: 'shop',
      detail: expect.stringMatching(/waited 80 days.*90 days after they happened/),
    },
  ]);
  expect(waiting(79, 4.9)).toEqual([]);
  expect(waiting(79, 5)).toMatchObject([
    { kind: 'waiting', detail: expect.stringContaining('waited 5 days') },
  ]);
  expect(find(destinations({ oldestAt: NOW - 5 * DAY_MS })).conditions).toMatchObject([
    { detail: expect.stringContaining('events for 7 days') },
  ]);
});

test('failures since the last look, also of a destination that is new', () => {
  const overview = {
    accounts: [account({ dead: 2, rejected: 1, expired: 1 })],
    destinations: [],
    reasons: [],
  };
  expect(find({ overview }).conditions).toMatchObject([
    { kind: 'failed', site: 'shop', destination: LIVE, detail: expect.stringMatching(/^4 /) },
  ]);
  expect(find({ overview }, { memory: undefined }).conditions).toEqual([]);
  expect(find({ overview }, { memory: find({ overview }, { memory: undefined }).memory }).conditions).toEqual(
    [],
  );
});

test('failures are told with the most frequent codes of the last day', () => {
  const reason = { site: 'shop', destination: LIVE, state: 'dead' as const, count: 1, seq: 1, at: NOW };
  const reasons = [
    { ...reason, code: 'Skipped', state: 'skipped' as const },
    { ...reason, code: 'Old', at: NOW - DAY_MS },
    { ...reason, code: 'Elsewhere', site: 'blog' },
    ...['TooLarge', 'Unwritable', 'TooLarge', 'Rare'].map((code) => ({ ...reason, code })),
  ];
  const overview = { accounts: [account({ dead: 4 })], destinations: [], reasons };
  expect(find({ overview }).conditions).toMatchObject([
    { detail: expect.stringContaining('cannot be sent, mostly TooLarge and Unwritable. Look') },
  ]);
});

test('test events are nobody’s alarm', () => {
  const destination = 'uet-capi-test:11';
  const paused = { reason: 'x', since: NOW, probeAt: NOW };
  const overview = {
    accounts: [account({ dead: 2 }, { destination })],
    destinations: [{ destination, oldestAt: 0, stuckAt: 0, paused }],
    reasons: [],
  };
  const warned = { [destination]: { accepted: 9, warned: 9 } };
  expect(find({ overview }, { warned })).toMatchObject({ conditions: [], memory: { warnings: {} } });
});

test('what a rule kept from being delivered has not failed', () => {
  const overview = {
    accounts: [account({ skipped: 5 }, { destination: '' })],
    destinations: [],
    reasons: [],
  };
  expect(find({ overview }).conditions).toEqual([]);
});

test('no purchases, by site; while the days are not known, nothing is said of them', () => {
  const hour = Math.floor(NOW / 3_600_000);
  const purchases = new Map(Array.from({ length: 30 * 24 }, (_, i) => [hour - 20 - i, 3]));
  const sites = new Map([
    ['shop', purchases],
    ['blog', new Map()],
  ]);
  expect(find({ purchases: sites }).conditions).toMatchObject([{ kind: 'no_purchases', site: 'shop' }]);
  expect(find({ purchases: undefined })).toMatchObject({ conditions: [], unknown: ['no_purchases'] });
});

test('risen warnings', () => {
  const usual = find({}, { warned: { [LIVE]: { accepted: 1_000, warned: 0 } } }).memory;
  const warned = { [LIVE]: { accepted: 100, warned: 50 } };
  const later = find({ now: NOW + DAY_MS }, { memory: usual, warned });
  expect(later.conditions).toMatchObject([{ kind: 'warnings', site: 'shop', destination: LIVE }]);
});

test('little room; once told, a little more is not enough', () => {
  const kinds = (freeBytes: number | undefined, isOpen = false) =>
    find({ freeBytes }, { isOpen: () => isOpen }).conditions.map(({ kind }) => kind);
  expect(kinds(GB)).toEqual([]);
  expect(kinds(GB - 1)).toEqual(['disk']);
  expect(kinds(1.1 * GB, true)).toEqual(['disk']);
  expect(kinds(1.2 * GB, true)).toEqual([]);
  expect(find({ freeBytes: undefined })).toMatchObject({ conditions: [], unknown: ['disk'] });
});
