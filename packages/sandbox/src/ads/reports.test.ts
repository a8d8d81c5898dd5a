import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ACCOUNT,
  adjust,
  adjustment,
  apply,
  CLICK_ID,
  call,
  conversion,
  DAY_MS,
  errorsOf,
  faultOf,
  HOUR_MS,
  LEAD,
} from '../test-support/ads.ts';
import type { Seed } from '../world/seed.ts';

const NOW = Date.parse('2026-11-10T12:00:00Z');
const at = (ms: number) => new Date(NOW + ms).toISOString();

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => {
  sandbox.reset();
  sandbox.setClock({ now: NOW });
});
afterAll(() => sandbox.close());

const sale = (changes: Record<string, unknown> = {}) =>
  conversion({ ConversionTime: at(-HOUR_MS), ...changes });
const change = (changes: Record<string, unknown> = {}) =>
  adjustment({ ConversionTime: at(-HOUR_MS), AdjustmentTime: at(-60_000), ...changes });
const retract = { AdjustmentType: 'Retract', AdjustmentValue: null, AdjustmentCurrencyCode: null };
const click = (changes: Partial<NonNullable<Seed['clicks']>[number]> = {}) => ({
  id: CLICK_ID,
  accountId: ACCOUNT,
  time: NOW - DAY_MS,
  ...changes,
});
const goal = (changes: Partial<NonNullable<Seed['goals']>[number]>): Seed => ({
  goals: [{ id: 1, name: LEAD, accountId: ACCOUNT, enhancedConversions: true, ...changes }],
});
const later = () => sandbox.setClock({ now: NOW + 7 * HOUR_MS });

describe('QueryByGoalIds, R5', () => {
  const request = {
    StartDateUtc: at(-DAY_MS),
    EndDateUtc: at(DAY_MS),
    GoalIds: ['400001'],
    UploadChannelFilter: null,
  };
  const report = (changes: Record<string, unknown> = {}) =>
    call(sandbox, 'OfflineConversionReport/QueryByGoalIds', { ...request, ...changes });

  test('counts and reasons, once they are known', async () => {
    sandbox.seed({ clicks: [click()] });
    const unknown = sale({ MicrosoftClickId: 'f'.repeat(32) });
    await apply(sandbox, sale(), sale(), unknown);
    await adjust(sandbox, change(retract), change(retract), change({ MicrosoftClickId: 'e'.repeat(32) }));
    expect((await report()).body.OfflineGoalConversionSummaries).toMatchObject([
      { OverallSuccessCount: '0', OverallUnattributedCount: '0', DailySummaries: [] },
    ]);
    later();
    const alerts = [
      { Count: '1', UnattributedReason: 'NoMatchingClickFound' },
      { Count: '1', UnattributedReason: 'ConversionAlreadyRetracted' },
      { Count: '1', UnattributedReason: 'AdjustmentOriginalNotFound' },
      { Count: '1', UnattributedReason: 'DuplicateConversionKey' },
    ];
    expect((await report()).body).toEqual({
      OfflineGoalConversionSummaries: [
        {
          GoalId: '400001',
          ConversionName: LEAD,
          OverallSuccessCount: '2',
          OverallSuccessRate: 0.333333,
          OverallUnattributedCount: '4',
          OverallAlerts: alerts,
          DailySummaries: [
            {
              UploadDate: '2026-11-10T00:00:00Z',
              GoalId: '400001',
              SuccessCount: 2,
              SuccessRate: 0.333333,
              UnattributedCount: 4,
              Alerts: alerts,
            },
          ],
        },
      ],
      PartialErrors: [],
    });
  });

  test('J5 a click that has grown older than 90 days', async () => {
    sandbox.seed({
      ...goal({ id: '400001', windowMinutes: 129_600 }),
      clicks: [click({ time: NOW - 89 * DAY_MS })],
    });
    await apply(sandbox, sale());
    sandbox.setClock({ now: NOW + 2 * DAY_MS });
    await adjust(sandbox, change());
    sandbox.setClock({ now: NOW + 3 * DAY_MS });
    const { body } = await report({ EndDateUtc: at(3 * DAY_MS) });
    expect(body.OfflineGoalConversionSummaries).toMatchObject([
      {
        OverallSuccessCount: '1',
        OverallAlerts: [{ Count: '1', UnattributedReason: 'HistoricalClickDataExpired' }],
        DailySummaries: [{ UploadDate: '2026-11-10T00:00:00Z' }, { UploadDate: '2026-11-12T00:00:00Z' }],
      },
    ]);
  });

  test.each([
    ['CampaignManagementAPI', '1'],
    ['WebUpload, CampaignManagementAPI', '1'],
    ['BulkAPI', '0'],
  ])('channel %s', async (UploadChannelFilter, count) => {
    sandbox.seed({ clicks: [click()] });
    await apply(sandbox, sale());
    later();
    const { body } = await report({ UploadChannelFilter });
    expect(body.OfflineGoalConversionSummaries).toMatchObject([{ OverallSuccessCount: count }]);
  });

  test.each<[string, Record<string, unknown>, number | string]>([
    ['more than 20 goals', { GoalIds: Array(21).fill('400001') }, 5318],
    ['no goals', { GoalIds: null }, 5324],
    ['more than 7 days', { StartDateUtc: at(-7 * DAY_MS) }, 'ReportDateRangeInvalid'],
    ['no range', { EndDateUtc: null }, 'ReportDateRangeInvalid'],
    ['the end before the start', { EndDateUtc: at(-2 * DAY_MS) }, 'ReportDateRangeInvalid'],
    ['a goal that does not exist', { GoalIds: ['1'] }, 5314],
    ['a goal of another type', { GoalIds: ['400003'] }, 5314],
  ])('%s', async (_what, changes, code) => {
    expect(errorsOf(await report(changes))).toEqual([[0, code]]);
    sandbox.seed({ knobs: { reportErrors: 'fault' } });
    const [given, type] = faultOf(await report(changes));
    expect([given, type]).toEqual([400, 'ApiFaultDetail']);
  });

  test('goals that exist stand beside null for one that does not', async () => {
    const { body } = await report({ GoalIds: ['1', '400002'] });
    expect(body.OfflineGoalConversionSummaries).toMatchObject([null, { GoalId: '400002' }]);
  });
});

describe('OfflineConversionReports/Query, R6', () => {
  const report = (changes: Record<string, unknown> = {}) =>
    call(sandbox, 'OfflineConversionReports/Query', {
      StartDateUtc: at(-DAY_MS),
      EndDateUtc: at(DAY_MS),
      ...changes,
    });

  test('accepted and refused items per day, and the file until it expires', async () => {
    await apply(sandbox, sale(), sale(), sale({ ConversionName: 'Nobody' }), sale({ ConversionValue: -1 }));
    await adjust(sandbox, change());
    const { body } = await report();
    expect(body).toEqual({
      DailySummaries: [
        {
          UploadDate: '2026-11-10T00:00:00',
          SuccessCount: 3,
          FailureCount: 2,
          FileUrl: expect.stringContaining(sandbox.url),
          FileUrlExpiryTimeUtc: expect.stringMatching(/^2026-11-11T12:0\d:\d\d\.\d+Z$/),
        },
      ],
    });
    const { FileUrl } = body.DailySummaries[0];
    const file = await (await fetch(FileUrl)).text();
    expect(file.split('\r\n')).toMatchObject([
      'Upload Time,Goal Id,Status',
      expect.stringMatching(/,400001,Success$/),
      expect.stringMatching(/,400001,Success$/),
      expect.stringMatching(/,400001,Success$/),
      expect.stringMatching(/,,OfflineConversionNameInvalid$/),
      expect.stringMatching(/,400001,OfflineConversionValueInvalid$/),
      '',
    ]);
    sandbox.setClock({ now: NOW + DAY_MS + HOUR_MS });
    expect((await fetch(FileUrl)).status).toBe(403);
    expect((await fetch(`${sandbox.url}/OfflineConversionReports/Files/x`)).status).toBe(404);
  });

  test.each([
    ['that day', '2026-11-10', '2026-11-10', 1],
    ['the day before', '2026-11-09', '2026-11-09', 0],
    ['from the day after', '2026-11-11', '2026-11-12', 0],
  ])('a range of whole days, both ends included: %s', async (_which, start, end, days) => {
    await apply(sandbox, sale());
    const range = { StartDateUtc: `${start}T00:00:00Z`, EndDateUtc: `${end}T00:00:00Z` };
    expect((await report(range)).body.DailySummaries).toHaveLength(days);
  });

  test('without a range', async () => {
    expect(faultOf(await report({ StartDateUtc: null }))[0]).toBe(400);
  });
});
