import { expect, test } from 'vitest';
import type { DayRange } from '../store/day-table.ts';
import { readReport } from './read-report.ts';
import { sampleDay } from './testing/sample-days.ts';

const NOW = Date.UTC(2026, 10, 21, 0, 5);
const SHOP = { id: 'shop', idFromTransaction: ['purchase'], uet: 'observe' as const };

function storeOf(...days: ReturnType<typeof sampleDay>[]) {
  const asked: DayRange[] = [];
  return {
    asked,
    readDays: async (range: DayRange) => {
      asked.push(range);
      return days;
    },
  };
}

test('the last days, today included, the newest first', async () => {
  const store = storeOf(sampleDay({}, { day: '2026-11-20' }), sampleDay({}, { day: '2026-11-21' }));
  const { days } = await readReport(store, [SHOP], { days: 2, now: NOW, sites: ['shop'] });
  expect(store.asked).toEqual([{ since: '2026-11-20', until: '2026-11-21', sites: ['shop'] }]);
  expect(days.map(({ day }) => day)).toEqual(['2026-11-21', '2026-11-20']);
});

test('where the site has no UET tag there is nothing to estimate', async () => {
  const { days, quality } = await readReport(storeOf(sampleDay()), [{ ...SHOP, uet: 'off' }], {
    days: 1,
    now: NOW,
  });
  expect(days[0]?.purchaseCopies).toEqual({ seen: 0, unseen: 0, unknown: 100 });
  expect(quality[0]?.advice.map(({ field }) => field)).not.toContain('browserCopy');
});
