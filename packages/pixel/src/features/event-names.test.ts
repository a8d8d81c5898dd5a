import { expect, test } from 'vitest';
import type { PixelSettings } from '../settings.ts';
import feature from './event-names.ts';
import type { Core } from './feature.ts';

function resolve(eventNames: PixelSettings['eventNames'], later?: PixelSettings['eventNames']) {
  const aliases: Record<string, string[]> = {};
  const settings = { eventNames } as Core['settings'];
  const capi = { init: (over: object) => Object.assign(settings, over) } as unknown as Core['capi'];
  feature({ settings, capi, aliases } as unknown as Core);
  if (later) capi.init({ eventNames: later });
  return { names: settings.eventNames as Record<string, string>, aliases };
}

test.each([
  ['one', 'meta', 'Purchase', 'purchase'],
  ['a list', ['meta', 'segment'], 'Order Completed', 'purchase'],
  ['a list as an attribute has it', 'meta,segment', 'Lead', 'lead'],
  ["GA4's names stay", 'ga4', 'add_to_cart', undefined],
  ['a map stays', { mine: 'yours' }, 'mine', 'yours'],
] as const)('%s', (_, eventNames, name, expected) => {
  expect(resolve(eventNames as never).names[name]).toBe(expected);
});

test("Segment's parameters are read for Segment only", () => {
  expect(resolve('segment').aliases).toHaveProperty('transactionId', ['order_id']);
  expect(resolve('meta').aliases).toEqual({});
});

test('also from a later init', () => {
  expect(resolve('ga4', 'segment').names['Order Completed']).toBe('purchase');
});
