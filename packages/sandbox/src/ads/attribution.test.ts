import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ACCOUNT,
  apply,
  CLICK_ID,
  call,
  conversion,
  DAY_MS,
  EMAIL_HASH,
  errorsOf,
  HOUR_MS,
  LEAD,
  PHONE_HASH,
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
const click = (changes: Partial<NonNullable<Seed['clicks']>[number]> = {}) => ({
  id: CLICK_ID,
  accountId: ACCOUNT,
  time: NOW - DAY_MS,
  ...changes,
});
const goal = (changes: Partial<NonNullable<Seed['goals']>[number]>): Seed => ({
  goals: [{ id: 1, name: LEAD, accountId: ACCOUNT, enhancedConversions: true, ...changes }],
});
const hashes = { MicrosoftClickId: null, HashedEmailAddress: EMAIL_HASH };
const verdicts = () =>
  sandbox.offline().map(({ status, unattributedReason }) => unattributedReason ?? status);
const later = () => sandbox.setClock({ now: NOW + 7 * HOUR_MS });

type Row = [rule: string, seed: Seed, change: Record<string, unknown>, verdict: string];

const ROWS: Row[] = [
  ['R1 a click that fits', { clicks: [click()] }, {}, 'attributed'],
  [
    'R1 the click id in other case',
    { clicks: [click()] },
    { MicrosoftClickId: CLICK_ID.toUpperCase() },
    'attributed',
  ],
  ['R1 unknown click', {}, {}, 'NoMatchingClickFound'],
  ['R1 click of another account', { clicks: [click({ accountId: '9' })] }, {}, 'AccountMismatch'],
  [
    'R1 click after the conversion',
    { clicks: [click({ time: NOW })], knobs: { clickTimeErrors: 'later' } },
    {},
    'ClickTimestampAfterConversion',
  ],
  [
    'R1 click outside the window',
    { clicks: [click({ time: NOW - 31 * DAY_MS })], knobs: { clickTimeErrors: 'later' } },
    {},
    'OutsideGoalLookbackWindow',
  ],
  ['R1 V9 paused goal', { ...goal({ status: 'Paused' }), clicks: [click()] }, {}, 'GoalNotFoundOrInactive'],
  ['R2 email hash', { clicks: [click({ hashedEmailAddress: EMAIL_HASH })] }, hashes, 'attributed'],
  [
    'R2 phone hash',
    { clicks: [click({ hashedPhoneNumber: PHONE_HASH })] },
    { MicrosoftClickId: null, HashedPhoneNumber: PHONE_HASH },
    'attributed',
  ],
  // ex.ample@outlook.com: with its dot, and as Microsoft normalises it.
  [
    'R2 hash without full normalisation',
    {
      clicks: [
        click({ hashedEmailAddress: 'e2e7dbfa5e7b07f94e15295f700a2a9b486799848797cf3e0ddeae7425862f93' }),
      ],
    },
    {
      MicrosoftClickId: null,
      HashedEmailAddress: '4f47677a2a8cf473f746d1ee9254ddfa75fbcf67aeae0fd1cbbf93d835caeb14',
    },
    'MissingMatchIdentifiers',
  ],
  [
    'R2 unknown click id, known hash',
    { clicks: [click({ id: 'other', hashedEmailAddress: EMAIL_HASH })] },
    { HashedEmailAddress: EMAIL_HASH },
    'attributed',
  ],
];

describe('what became of a conversion', () => {
  test.each(ROWS)('%s', async (_rule, seed, changes, verdict) => {
    sandbox.seed(seed);
    expect(errorsOf(await apply(sandbox, sale(changes)))).toEqual([]);
    sandbox.setClock({ now: NOW + 5 * HOUR_MS });
    expect(verdicts()).toEqual(['waiting']);
    later();
    expect(verdicts()).toEqual([verdict]);
  });

  test('R1 after another time, by knob', async () => {
    sandbox.seed({ knobs: { attributionDelayH: 0 }, clicks: [click()] });
    await apply(sandbox, sale());
    expect(verdicts()).toEqual(['attributed']);
  });

  test('R1 in Microsoft’s sandbox never', async () => {
    const grants = [
      {
        userName: 'sam@example.com',
        clientId: 'sandbox-app',
        accessToken: 'T',
        scope: 'https://api.ads.microsoft.com/msads.manage',
      },
    ];
    sandbox.seed({ knobs: { environment: 'sandbox' }, clicks: [click()], grants });
    const headers = { authorization: 'Bearer T', developertoken: 'BBD37VB98' };
    await call(sandbox, 'OfflineConversions/Apply', { OfflineConversions: [sale()] }, headers);
    sandbox.setClock({ now: NOW + 80 * DAY_MS });
    expect(verdicts()).toEqual(['waiting']);
  });

  test.each([
    ['Unique', [1, 0, 1]],
    ['All', [1, 1, 1]],
  ] as const)('R3 %s: the first per click', async (countType, counts) => {
    sandbox.seed({ ...goal({ countType }), clicks: [click(), click({ id: 'b'.repeat(32) })] });
    await apply(
      sandbox,
      sale({ ConversionTime: at(-2 * HOUR_MS) }),
      sale(),
      sale({ MicrosoftClickId: 'b'.repeat(32) }),
    );
    later();
    expect(sandbox.offline().map(({ count }) => count)).toEqual(counts);
  });

  const none = { ConversionValue: null, ConversionCurrencyCode: null };
  test.each<[string, Seed, Record<string, unknown>, unknown]>([
    ['the uploaded one', {}, {}, { value: 149.95, currency: 'EUR' }],
    ['else the goal’s', {}, { ConversionName: 'Phone sale', ...none }, { value: 50, currency: 'EUR' }],
    ['its currency alone', {}, { ConversionCurrencyCode: null }, { value: 149.95, currency: 'EUR' }],
    ['a goal without value keeps it', goal({}), {}, { value: 149.95, currency: 'EUR' }],
    [
      'a goal without value drops it',
      { ...goal({}), knobs: { noValueGoals: 'drop' } },
      {},
      { value: null, currency: null },
    ],
  ])('R4 value: %s', async (_which, seed, changes, expected) => {
    sandbox.seed(seed);
    await apply(sandbox, sale(changes));
    expect(sandbox.offline()).toMatchObject([expected]);
  });
});
