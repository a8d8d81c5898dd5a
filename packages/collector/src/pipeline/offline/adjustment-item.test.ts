import { expect, test } from 'vitest';
import { offlineAdjustment, onlineAdjustment } from './adjustment-item.ts';

test('a restated value has the three decimals that Microsoft keeps', () => {
  const change = { type: 'restate', time: 0, value: 10 / 3, currency: 'EUR' } as const;
  const offline = JSON.parse(offlineAdjustment(change, 'deal-1', { ConversionName: 'Lead' }));
  const online = JSON.parse(onlineAdjustment(change, 'Purchase', 'A-1'));
  expect([offline.item.AdjustmentValue, online.AdjustmentValue]).toEqual([3.333, 3.333]);
});
