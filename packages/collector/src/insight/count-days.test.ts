import { expect, test } from 'vitest';
import { liveDestination, testDestination } from '../destination-id.ts';
import { SKIP_REASONS } from '../pipeline/skip-reasons.ts';
import type { EventGroup } from '../store/day-table.ts';
import { countDays } from './count-days.ts';

const EVENING = Date.UTC(2026, 10, 20, 23);

const NO_COUNTS = {
  ...{ events: 2, value: 40, valued: 2, msclkid: 1, em: 0, ph: 0, externalId: 0, anonymousId: 2 },
  ...{ clientIpAddress: 2, clientUserAgent: 2, granted: 2, tagSeen: 2, tagNotSeen: 0 },
};

function group(given: Partial<EventGroup> = {}): EventGroup {
  return {
    site: 'shop',
    hour: EVENING,
    name: 'purchase',
    isPageLoad: false,
    source: 'pixel',
    currency: 'EUR',
    destination: liveDestination('1'),
    skipped: undefined,
    counts: NO_COUNTS,
    ...given,
  };
}

test('hours become days, added up; what is zero is left out', () => {
  expect(
    countDays([
      group(),
      group({ hour: EVENING - 3_600_000 }),
      group({ hour: EVENING + 3_600_000 }),
      group({ source: 'server' }),
    ]).map(({ day, source, counts }) => [day, source, counts]),
  ).toEqual([
    [
      '2026-11-20',
      'pixel',
      {
        ...{ events: 4, value: 80, valued: 4, msclkid: 2, anonymousId: 4, clientIpAddress: 4 },
        ...{ clientUserAgent: 4, granted: 4, tagSeen: 4, h22: 2, h23: 2 },
      },
    ],
    ['2026-11-21', 'pixel', expect.objectContaining({ events: 2, h0: 2 })],
    ['2026-11-20', 'server', expect.objectContaining({ events: 2, h23: 2 })],
  ]);
});

test('a sum stops at the largest number', () => {
  const counts = { ...NO_COUNTS, value: Number.MAX_VALUE };
  expect(countDays([group({ counts }), group({ counts })])[0]?.counts.value).toBe(Number.MAX_VALUE);
});

test.each<[string, Partial<EventGroup>]>([
  ['a bot', { destination: '', skipped: 'bot: curl' }],
  ['a test without a sandbox', { destination: '', skipped: SKIP_REASONS.test_event }],
  ['a test', { destination: testDestination('1') }],
  ['a rule of the site', { destination: '', skipped: 'filtered: test order' }],
  ['a rule that failed', { destination: '', skipped: 'transform failed: at shop.js:1' }],
])('%s is in no other number', (_, given) => {
  expect(countDays([group(given)])).toMatchObject([{ currency: '', counts: { heldBack: 2 } }]);
  expect(Object.keys(countDays([group(given)])[0]!.counts)).toEqual(['heldBack']);
});

test.each([SKIP_REASONS.shadow_mode, 'tag-sent-page-load', SKIP_REASONS.page_loads_never])(
  'what is not delivered for another reason counts: %s',
  (skipped) => {
    expect(countDays([group({ skipped })])[0]!.counts).toMatchObject({ events: 2 });
  },
);

test('page loads have a name', () => {
  expect(
    countDays([group({ name: '', isPageLoad: true }), group({ name: '' })]).map(({ name }) => name),
  ).toEqual(['pageLoad', '']);
});
