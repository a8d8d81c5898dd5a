import { expect, test } from 'vitest';
import { reportDays } from './day-report.ts';
import { sampleDay } from './testing/sample-days.ts';

const PURCHASES = () => ['purchase', 'order'];

test('a day: events, purchases and revenue by channel, and an estimate of the browser’s copies', () => {
  const days = [
    sampleDay({ h0: 5, h23: 1 }),
    sampleDay(
      { events: 1, value: 7.1, valued: 1, tagSeen: 0, tagNotSeen: 0 },
      { source: 'server', currency: 'USD' },
    ),
    sampleDay({ events: 2, value: 0.2, tagSeen: 0, tagNotSeen: 0 }, { source: 'server', name: 'order' }),
    sampleDay({ events: 10, value: 99, tagSeen: 4, tagNotSeen: 6 }, { name: 'lead' }),
    sampleDay({ events: 500, valued: 0, tagSeen: 250, tagNotSeen: 250 }, { name: 'pageLoad', currency: '' }),
    { ...sampleDay(), name: 'lead', counts: { heldBack: 3 } },
  ];
  expect(reportDays(days, PURCHASES)).toEqual([
    {
      site: 'shop',
      day: '2026-11-20',
      events: 613,
      pageLoads: 500,
      heldBack: 3,
      hours: [5, ...new Array(22).fill(0), 1],
      purchases: { count: 103, value: { EUR: 5_000.2, USD: 7.1 } },
      channels: {
        pixel: { events: 610, purchases: { count: 100, value: { EUR: 5_000 } } },
        server: { events: 3, purchases: { count: 3, value: { USD: 7.1, EUR: 0.2 } } },
      },
      browserCopies: { seen: 94, unseen: 16, unknown: 3, estimatedLostShare: 16 / 110 },
      purchaseCopies: { seen: 90, unseen: 10, unknown: 3, estimatedLostShare: 0.1 },
    },
  ]);
});

test('revenue stops at the largest number', () => {
  const days = ['a', 'b'].map((name) => sampleDay({ value: Number.MAX_VALUE }, { name }));
  const [report] = reportDays(days, () => ['a', 'b']);
  expect(report?.purchases.value).toEqual({ EUR: Number.MAX_VALUE });
});

test('one report a site and day, with the site’s own names of purchases', () => {
  const days = [
    sampleDay({}, { day: '2026-11-19' }),
    sampleDay({}, { site: 'other' }),
    sampleDay({}, { day: '2026-11-20' }),
  ];
  const reports = reportDays(days, (site) => (site === 'shop' ? ['purchase'] : []));
  expect(reports.map(({ day, site, purchases }) => [day, site, purchases.count])).toEqual([
    ['2026-11-19', 'shop', 100],
    ['2026-11-20', 'other', 0],
    ['2026-11-20', 'shop', 100],
  ]);
});

test('where no page load is known there is no estimate', () => {
  const [report] = reportDays([sampleDay({ tagSeen: 0, tagNotSeen: 0 }, { source: 'server' })], PURCHASES);
  expect(report?.purchaseCopies).toEqual({ seen: 0, unseen: 0, unknown: 100 });
});
