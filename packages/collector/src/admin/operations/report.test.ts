import { expect, test } from 'vitest';
import { resolveConfig } from '../../config/resolve.ts';
import { sampleDay } from '../../insight/testing/sample-days.ts';
import type { DayRange } from '../../store/day-table.ts';
import type { Done, Operation, Principal } from '../operation.ts';
import { createReportOperations } from './report.ts';

const NOW = Date.UTC(2026, 10, 21, 12);

const ADMIN: Principal = { name: 'admin', role: 'admin', sites: undefined };

function open() {
  const resolved = resolveConfig({ id: 'shop', tagId: '1', mode: 'shadow' }, {});
  if ('problems' in resolved) throw new Error('config');
  const asked: DayRange[] = [];
  const store = {
    readDays: async (range: DayRange) => {
      asked.push(range);
      return [sampleDay({ tagNotSeen: 0, em: 0 })];
    },
  };
  const operations = createReportOperations({ config: resolved.config, store });
  const call = async (id: string, given: object = {}, principal = ADMIN) => {
    const { query, answer, handle } = operations.find((one) => one.id === id) as Operation;
    const common = { params: undefined, body: undefined, lastEventId: undefined };
    const done = (await handle({ ...common, query: query.parse(given), principal, now: NOW })) as Done;
    // biome-ignore lint/suspicious/noExplicitAny: read as its readers do.
    return answer.parse(done.value) as any;
  };
  return { asked, call };
}

test('the report of a week is the default', async () => {
  const { asked, call } = open();
  const { days } = await call('getReport');
  expect(asked).toEqual([{ since: '2026-11-15', until: '2026-11-21' }]);
  expect(days).toMatchObject([
    {
      site: 'shop',
      day: '2026-11-20',
      purchases: { count: 100, value: { EUR: 5_000 } },
      channels: { pixel: {} },
    },
  ]);
});

test('match quality says what to do', async () => {
  const { events } = await open().call('getMatchQuality', { days: '1' });
  expect(events).toMatchObject([{ name: 'purchase', shares: { em: 0 }, advice: [{ field: 'em' }] }]);
});

test.each<[string[] | undefined, string | undefined, string[] | undefined]>([
  [undefined, undefined, undefined],
  [undefined, 'shop', ['shop']],
  [['shop'], undefined, ['shop']],
  [['shop'], 'shop', ['shop']],
  [['shop'], 'other', []],
])('who may know of %j and asks about %j is shown %j', async (sites, site, shown) => {
  const { asked, call } = open();
  await call('getReport', site === undefined ? {} : { site }, { ...ADMIN, sites });
  expect(asked[0]?.sites).toEqual(shown);
});
