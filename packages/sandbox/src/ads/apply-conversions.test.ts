import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ACCOUNT,
  ago,
  apply,
  CLICK_ID,
  conversion,
  DAY_MS,
  EMAIL_HASH,
  errorsOf,
  HOUR_MS,
  LEAD,
  PHONE_HASH,
  SALE,
} from '../test-support/ads.ts';
import type { Seed } from '../world/seed.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const knobs = (given: Seed['knobs']): Seed => ({ knobs: given });
const goal = (changes: Partial<NonNullable<Seed['goals']>[number]>): Seed => ({
  goals: [{ id: 1, name: LEAD, accountId: ACCOUNT, ...changes }],
});
const click = (time: number, accountId = ACCOUNT): Seed => ({ clicks: [{ id: CLICK_ID, accountId, time }] });
const external = goal({ externallyAttributed: true });

/** A change of one conversion and the codes that come of it. */
type Row = [rule: string, change: Record<string, unknown>, codes: (number | string)[], seed?: Seed];

const hashesOnly = { MicrosoftClickId: null, HashedEmailAddress: EMAIL_HASH };

const ROWS: Row[] = [
  // The names and the goals.
  ['V3 name empty', { ConversionName: '' }, [5605]],
  ['V3 name missing', { ConversionName: null }, [5605]],
  ['V3 name unknown', { ConversionName: 'Nobody' }, [5606]],
  ['V3 goal of another type', { ConversionName: 'Shop purchase' }, [5606]],
  ['V3 goal of another account', {}, [5606], goal({ accountId: '9' })],
  ['V3 goal younger than two hours', {}, [5615], goal({ createdAt: Date.now() - 2 * HOUR_MS + HOUR_MS / 2 })],
  ['V3 goal two hours old', {}, [], goal({ createdAt: Date.now() - 2 * HOUR_MS })],
  ['V9 paused goal', {}, [], goal({ status: 'Paused' })],
  [
    'V9 paused goal, refused',
    {},
    [5606],
    { ...goal({ status: 'Paused' }), ...knobs({ pausedGoals: 'refuse' }) },
  ],
  ['V10 name in other case', { ConversionName: 'qualified LEAD' }, [5606]],
  ['V10 name with a space', { ConversionName: `${LEAD} ` }, [5606]],
  ['V10 any case', { ConversionName: 'qualified LEAD' }, [], knobs({ goalNames: 'any case' })],
  // Times.
  ['V3 time missing', { ConversionTime: null }, [5608]],
  ['V3 time unusable', { ConversionTime: '0001-01-01T00:00:00' }, [5607]],
  ['V3 time in the future', { ConversionTime: ago(-HOUR_MS) }, [5614]],
  ['V3 future, tolerated', { ConversionTime: ago(-HOUR_MS) }, [], knobs({ futureToleranceS: 7_200 })],
  ['V3 time older than 90 days', { ConversionTime: ago(90 * DAY_MS + 5_000) }, [5609]],
  ['V3 time almost 90 days old', { ConversionTime: ago(90 * DAY_MS - HOUR_MS) }, []],
  ['V3 time with an offset', { ConversionTime: ago(HOUR_MS).replace('Z', '+00:00') }, []],
  ['V3 time with seven digits', { ConversionTime: ago(HOUR_MS).replace('Z', '1234Z') }, []],
  // Identifiers.
  ['V4 no identifier', { MicrosoftClickId: null }, [5603]],
  [
    'V4 all identifiers empty',
    { MicrosoftClickId: '', HashedEmailAddress: '', HashedPhoneNumber: '' },
    [5603],
  ],
  ['V4 click id not hex', { MicrosoftClickId: 'invalid-click-id' }, [5604]],
  ['V4 click id of Google', { MicrosoftClickId: 'EAIaIQobChMI8tT6kK' }, [5604]],
  ['V4 click id with dashes', { MicrosoftClickId: '01234567-89ab-cdef-0123-456789abcdef' }, [5604]],
  ['V4 click id of 29 characters', { MicrosoftClickId: 'abcdefabcdefabcdefabcdefabcde' }, []],
  ['V4 click id of 19 characters', { MicrosoftClickId: 'abcdefabcdefabcdefa' }, [5604]],
  ['V4 click id in upper case', { MicrosoftClickId: CLICK_ID.toUpperCase() }, []],
  [
    'V4 upper case refused',
    { MicrosoftClickId: CLICK_ID.toUpperCase() },
    [5604],
    knobs({ upperCaseClickIds: 'refuse' }),
  ],
  ['V4 email hash alone', hashesOnly, []],
  ['V4 phone hash alone', { MicrosoftClickId: null, HashedPhoneNumber: PHONE_HASH }, []],
  ['V4 email not hashed', { HashedEmailAddress: 'john@contoso.com' }, ['ConversionEmailAddressIsNotHashed']],
  ['V4 phone not hashed', { HashedPhoneNumber: '+14255551234' }, ['ConversionPhoneNumberIsNotHashed']],
  [
    'V4 hashes alone, plain goal',
    { ...hashesOnly, ConversionName: SALE },
    ['NotEligibleForEnhancedConversions'],
  ],
  [
    'V4 hashes alone, plain goal, by number',
    { ...hashesOnly, ConversionName: SALE },
    [5603],
    knobs({ hashesOnPlainGoal: '5603' }),
  ],
  ['V4 click id and hashes, plain goal', { ConversionName: SALE, HashedEmailAddress: EMAIL_HASH }, []],
  // Value and currency.
  ['V5 value negative', { ConversionValue: -0.01 }, [5610]],
  ['V5 value too large', { ConversionValue: 1_000_000_000_000 }, [5610]],
  ['V5 largest value', { ConversionValue: 999_999_999_999 }, []],
  ['V5 value zero', { ConversionValue: 0 }, []],
  ['V5 value absent', { ConversionValue: null, ConversionCurrencyCode: null }, []],
  ['V5 value without currency', { ConversionCurrencyCode: null }, []],
  [
    'V5 four decimals refused',
    { ConversionValue: 1.2345 },
    [5610],
    knobs({ moreThanThreeDecimals: 'refuse' }),
  ],
  ['V5 unknown currency', { ConversionCurrencyCode: 'XXX' }, [5611]],
  ['V5 currency in lower case', { ConversionCurrencyCode: 'eur' }, [5611]],
  ['V5 empty currency', { ConversionCurrencyCode: '' }, [5611]],
  ['V5 empty currency ignored', { ConversionCurrencyCode: '' }, [], knobs({ emptyCurrency: 'ignore' })],
  // External attribution.
  [
    'V6 credit on a normal goal',
    { ExternalAttributionCredit: 0.5 },
    ['GoalNotEligibleForExternalAttribution'],
  ],
  [
    'V6 model missing',
    { ExternalAttributionCredit: 0.5 },
    ['ExternalAttributionRequiredFieldEmpty'],
    external,
  ],
  [
    'V6 credit zero',
    { ExternalAttributionCredit: 0, ExternalAttributionModel: 'linear' },
    ['ExternalAttributionCreditValueInvalid'],
    external,
  ],
  [
    'V6 credit above one',
    { ExternalAttributionCredit: 1.01, ExternalAttributionModel: 'linear' },
    ['ExternalAttributionCreditValueInvalid'],
    external,
  ],
  [
    'V6 model too long',
    { ExternalAttributionCredit: 1, ExternalAttributionModel: 'm'.repeat(101) },
    ['ExternalAttributionModelTooLong'],
    external,
  ],
  ['V6 both', { ExternalAttributionCredit: 1, ExternalAttributionModel: 'linear' }, [], external],
  // Clicks that are known.
  ['V7 before the click', {}, [5616], click(Date.now() - HOUR_MS / 2)],
  ['V7 click outside the window', {}, [5617], click(Date.now() - 32 * DAY_MS)],
  ['V7 click inside the window', {}, [], click(Date.now() - 29 * DAY_MS)],
  ['V7 only later', {}, [], { ...click(Date.now() - 32 * DAY_MS), ...knobs({ clickTimeErrors: 'later' }) }],
  ['V7 foreign click', {}, [], click(Date.now(), '9')],
  ['V7 unknown click', { MicrosoftClickId: 'f'.repeat(32) }, []],
  // What the goal refuses.
  ['V12 not passed on', {}, [5612], goal({ refuseWith: 'OfflineConversionsApplyFailed' })],
  ['V12 no pilot', {}, [5613], goal({ refuseWith: 'OfflineConversionPilotNotEnabledForCustomer' })],
  ['V12 internal error', {}, [0], goal({ refuseWith: 'InternalError' })],
  // Several at once.
  [
    'V3 all that is wrong',
    {
      ConversionName: 'Nobody',
      ConversionTime: null,
      ConversionValue: -1,
      ConversionCurrencyCode: 'X',
      MicrosoftClickId: null,
    },
    [5603, 5606, 5608, 5610, 5611],
  ],
  [
    'V3 the first only',
    { ConversionName: 'Nobody', ConversionTime: null },
    [5606],
    knobs({ itemErrors: 'first' }),
  ],
];

describe('OfflineConversions/Apply', () => {
  test.each(ROWS)('%s', async (_label, change, codes, seed) => {
    sandbox.seed(seed ?? {});
    const good = conversion({ MicrosoftClickId: 'e'.repeat(32) });
    const reply = await apply(sandbox, conversion(change));
    expect(errorsOf(reply)).toEqual(codes.map((code) => [0, code]));
    expect(sandbox.offline()).toHaveLength(codes.length === 0 ? 1 : 0);
    // One bad item keeps no other out.
    if (!seed) {
      const mixed = await apply(sandbox, good, conversion(change));
      expect(errorsOf(mixed)).toEqual(codes.map((code) => [1, code]));
    }
  });
});
