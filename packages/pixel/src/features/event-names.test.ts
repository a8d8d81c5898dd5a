import { expect, test } from 'vitest';
import type { PixelSettings } from '../settings.ts';
import feature from './event-names.ts';
import type { Core } from './feature.ts';

function resolve(eventNames: PixelSettings['eventNames']) {
  const aliases: Record<string, string[]> = {};
  const settings = { eventNames } as Core['settings'];
  let ask: (name: string) => unknown = () => {};
  const on = (_: string, run: typeof ask) => {
    ask = run;
  };
  feature({ settings, aliases, on } as unknown as Core);
  return { nameOf: (name: string) => ask(name), aliases, settings };
}

test.each([
  ['one', 'meta', 'Purchase', 'purchase'],
  ['a list', ['meta', 'segment'], 'Order Completed', 'purchase'],
  ['a list as an attribute has it', 'meta,segment', 'Lead', 'lead'],
  ["GA4's names stay", 'ga4', 'add_to_cart', 'add_to_cart'],
  ['a map stays', { mine: 'yours' }, 'mine', 'yours'],
] as const)('%s', (_, eventNames, name, expected) => {
  expect(resolve(eventNames as never).nameOf(name)).toBe(expected);
});

test("Segment's parameters are read for Segment only", () => {
  expect(resolve('segment').aliases).toHaveProperty('transactionId', ['order_id']);
  expect(resolve('meta').aliases).toEqual({});
});

test('also from a later init', () => {
  const { settings, nameOf } = resolve('ga4');
  settings.eventNames = 'segment';
  expect(nameOf('Order Completed')).toBe('purchase');
});
