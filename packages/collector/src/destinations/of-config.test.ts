import { createSandbox } from '@uet-capi/sandbox';
import { expect, test } from 'vitest';
import { createAdsClient } from '../ads/client.ts';
import { resolveConfig } from '../config/resolve.ts';
import { planDestinations } from './of-config.ts';

test('what an upload loses by a fault of ours is told with its queue', async () => {
  const sandbox = await createSandbox();
  const token = { kind: 'good', token: 'sandbox-access-token' } as const;
  const accessTokens = { get: async () => token, renew: async () => token };
  const client = createAdsClient({
    url: sandbox.url,
    developerToken: 'sandbox-developer-token',
    accessTokens,
  });
  const site = { tagId: '123456', customerId: '200001', accountId: '300001' };
  const resolved = resolveConfig(site, { UET_CAPI_TOKEN: 'token' });
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  const told: string[][] = [];
  const store = { find: async () => [], readRecord: async () => undefined };
  const plans = planDestinations(resolved.config, store, client, (...one) => told.push(one));
  const destinations = plans.map((plan) => plan.create());
  try {
    const uploads = destinations.find(({ id }) => id === 'offline:site');
    const nameless = JSON.stringify({ ConversionTime: '2026-08-20T10:00:00Z', MicrosoftClickId: 'a' });
    expect(await uploads?.send([nameless], new AbortController().signal)).toMatchObject({
      results: [{ state: 'rejected', code: 'OfflineConversionNameNullOrEmpty' }],
    });
    expect(told).toEqual([
      ['offline:site', 'OfflineConversionNameNullOrEmpty', expect.stringMatching(/^5605 /)],
    ]);
  } finally {
    await Promise.all(destinations.map((destination) => destination.close()));
    await client.close();
    await sandbox.close();
  }
});
