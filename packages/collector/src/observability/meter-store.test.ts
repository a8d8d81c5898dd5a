import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { meterStore } from './meter-store.ts';

test('failures are shown as 0 before there is one, where there is a destination', async () => {
  const registry = new Registry();
  const received = [
    { site: 'shop', destination: 'd', count: 3 },
    { site: 'shop', destination: '', count: 1 },
  ];
  const states = [
    { site: 'shop', destination: 'd', state: 'dead' as const, count: 3 },
    { site: 'shop', destination: '', state: 'skipped' as const, count: 1 },
  ];
  await meterStore(registry, { stats: async () => ({ received, states }) })();
  const shown = (await registry.metrics()).matchAll(
    /^uet_capi_stored_events\{site="shop",(?:destination="(.*)",)?state="(.*)"\} (\d)$/gm,
  );
  expect([...shown].map(([, destination, state, count]) => [destination, state, count])).toEqual([
    ['d', 'rejected', '0'],
    ['d', 'expired', '0'],
    ['d', 'dead', '3'],
    ['', 'skipped', '1'],
  ]);
});
