import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from '../sandbox.ts';
import {
  ACCOUNT,
  ago,
  apply,
  CLICK_ID,
  call,
  conversion,
  EMAIL_HASH,
  errorsOf,
  faultOf,
  HOUR_MS,
  PHONE_HASH,
  SALE,
} from '../test-support/ads.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

describe('OfflineConversions/Apply, the list and the book', () => {
  test.each<[string, unknown, unknown[]]>([
    ['V1 empty', [], [400, 'ApiFaultDetail', 5600]],
    ['V1 missing', undefined, [400, 'ApiFaultDetail', 5600]],
    ['V1 null', null, [400, 'ApiFaultDetail', 5600]],
    ['V1 too long', Array.from({ length: 1001 }, () => conversion()), [400, 'ApiFaultDetail', 5601]],
  ])('%s list', async (_label, OfflineConversions, expected) => {
    const request = { OfflineConversions };
    expect(faultOf(await call(sandbox, 'OfflineConversions/Apply', request))).toEqual(expected);
    expect(sandbox.offline()).toEqual([]);
    sandbox.seed({ knobs: { listErrors: 'partial' } });
    const reply = await call(sandbox, 'OfflineConversions/Apply', request);
    expect(errorsOf(reply)).toEqual([[0, expected[2]]]);
  });

  test('V1 a thousand', async () => {
    const list = Array.from({ length: 1000 }, (_, n) =>
      conversion({ MicrosoftClickId: String(n).padStart(32, '0') }),
    );
    expect(errorsOf(await apply(sandbox, ...list))).toEqual([]);
    expect(sandbox.offline()).toHaveLength(1000);
  });

  test('V2 a null item is named, its neighbours are taken', async () => {
    const reply = await apply(sandbox, conversion(), null, conversion({ ConversionTime: ago(2 * HOUR_MS) }));
    expect(errorsOf(reply)).toEqual([[1, 5602]]);
    expect(sandbox.offline()).toHaveLength(2);
  });

  test('V4 hashes are dropped where the goal does not take them', async () => {
    const hashes = { HashedEmailAddress: EMAIL_HASH.toUpperCase(), HashedPhoneNumber: PHONE_HASH };
    await apply(sandbox, conversion(hashes), conversion({ ...hashes, ConversionName: SALE }));
    expect(sandbox.offline()).toMatchObject([
      { hashedEmailAddress: EMAIL_HASH, hashedPhoneNumber: PHONE_HASH },
      { hashedEmailAddress: null, hashedPhoneNumber: null },
    ]);
  });

  test.each([
    ['round', 1.235],
    ['keep', 1.23456],
  ] as const)('V5 more than three decimals: %s', async (moreThanThreeDecimals, value) => {
    sandbox.seed({ knobs: { moreThanThreeDecimals } });
    await apply(sandbox, conversion({ ConversionValue: 1.23456 }));
    expect(sandbox.offline()).toMatchObject([{ value }]);
  });

  describe('V8 the key', () => {
    test('the same again is accepted and ignored, also with another value or spelling of the time', async () => {
      const time = ago(HOUR_MS);
      const first = conversion({ ConversionTime: time });
      await apply(sandbox, first, first);
      const offset = time.replace('Z', '+00:00');
      const reply = await apply(sandbox, { ...first, ConversionTime: offset, ConversionValue: 1 });
      expect(errorsOf(reply)).toEqual([]);
      expect(sandbox.offline()).toMatchObject([{ conversionTime: time, value: 149.95, uploads: 3 }]);
    });

    test.each([
      ['name', { ConversionName: SALE }],
      ['time', { ConversionTime: ago(HOUR_MS + 1000) }],
      ['click id', { MicrosoftClickId: 'a'.repeat(32) }],
      ['email', { HashedEmailAddress: EMAIL_HASH }],
      ['phone', { HashedPhoneNumber: PHONE_HASH }],
    ])('another %s is another conversion', async (_part, change) => {
      await apply(sandbox, conversion(), conversion(change));
      expect(sandbox.offline()).toHaveLength(2);
    });
  });

  test('V11 wording and order vary, code and index do not', async () => {
    const bad = [
      conversion({ ConversionName: '' }),
      conversion({ ConversionValue: -1 }),
      conversion({ MicrosoftClickId: 'x' }),
    ];
    const replies = [];
    for (let n = 0; n < 6; n += 1) replies.push(await apply(sandbox, ...bad));
    for (const reply of replies) {
      expect(errorsOf(reply)).toEqual([
        [0, 5605],
        [1, 5610],
        [2, 5604],
      ]);
    }
    type Entry = { Index: number; Message: string };
    const orders = replies.map(({ body }) => body.PartialErrors.map((entry: Entry) => entry.Index).join());
    const wordings = replies.flatMap(({ body }) => body.PartialErrors.map((entry: Entry) => entry.Message));
    expect(new Set(orders).size).toBeGreaterThan(1);
    expect(new Set(wordings).size).toBeGreaterThan(3);
  });

  test('V12 cut after processing: the item is stored, a replay is a silent duplicate', async () => {
    sandbox.setFaults([
      { match: { path: '/CampaignManagement/' }, storeFirst: true, reset: true, times: 1 },
      { match: { path: '/CampaignManagement/' }, status: 503, body: 'gateway', times: 1 },
    ]);
    const item = conversion();
    await expect(apply(sandbox, item)).rejects.toThrow();
    expect(await apply(sandbox, item)).toMatchObject({ status: 503, text: 'gateway' });
    expect(errorsOf(await apply(sandbox, item))).toEqual([]);
    expect(sandbox.offline()).toMatchObject([{ uploads: 2 }]);
  });

  test('a partial error has every declared property and no other', async () => {
    const { body } = await apply(sandbox, conversion(), conversion({ ConversionName: 'Nobody' }));
    expect(body).toEqual({
      PartialErrors: [
        {
          Type: 'BatchError',
          Index: 1,
          Code: 5606,
          ErrorCode: 'OfflineConversionNameInvalid',
          Message: expect.any(String),
          Details: null,
          FieldPath: null,
          ForwardCompatibilityMap: null,
        },
      ],
    });
  });

  test('the example of the reference', async () => {
    sandbox.setClock({ now: '2026-08-22T10:00:00Z' });
    const reply = await call(sandbox, 'OfflineConversions/Apply', {
      OfflineConversions: [
        {
          ConversionName: 'Qualified lead',
          ConversionTime: '2026-08-20T10:15:30Z',
          ConversionValue: 149.95,
          ConversionCurrencyCode: 'EUR',
          MicrosoftClickId: '0123456789abcdef0123456789abcdef',
          HashedEmailAddress: EMAIL_HASH,
          HashedPhoneNumber: PHONE_HASH,
          ExternalAttributionCredit: null,
          ExternalAttributionModel: null,
        },
      ],
    });
    expect(reply.body).toEqual({ PartialErrors: [] });
    expect(reply.headers.get('trackingid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(sandbox.offline()).toEqual([
      {
        accountId: ACCOUNT,
        conversionName: 'Qualified lead',
        conversionTime: '2026-08-20T10:15:30Z',
        clickId: CLICK_ID,
        hashedEmailAddress: EMAIL_HASH,
        hashedPhoneNumber: PHONE_HASH,
        value: 149.95,
        currency: 'EUR',
        count: 1,
        retracted: false,
        uploads: 1,
        status: 'waiting',
        unattributedReason: null,
        acceptedAt: expect.any(Number),
      },
    ]);
  });
});
