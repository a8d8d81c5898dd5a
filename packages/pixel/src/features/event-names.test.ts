import { expect, test, vi } from 'vitest';
import type { PixelSettings } from '../settings.ts';

/** The feature in a pixel of its own. */
async function resolve(eventNames: unknown) {
  vi.resetModules();
  const { configure } = await import('../settings.ts');
  const { aliases } = await import('../capture/params.ts');
  const { say } = await import('../debug.ts');
  configure({ eventNames } as Partial<PixelSettings>);
  (await import('./event-names.ts')).default();
  return { nameOf: (name: string) => say('name?', name)[0], aliases, configure };
}

test.each([
  ['one', 'meta', 'Purchase', 'purchase'],
  ['a list', ['meta', 'segment'], 'Order Completed', 'purchase'],
  ['a list as an attribute has it', 'meta,segment', 'Lead', 'lead'],
  ["GA4's names stay", 'ga4', 'add_to_cart', 'add_to_cart'],
  ['a map stays', { mine: 'yours' }, 'mine', 'yours'],
] as const)('%s', async (_, eventNames, name, expected) => {
  const { nameOf } = await resolve(eventNames);
  expect(nameOf(name)).toBe(expected);
});

test("Segment's parameters are read for Segment only", async () => {
  expect((await resolve('segment')).aliases).toHaveProperty('transactionId', ['order_id']);
  expect((await resolve('meta')).aliases).not.toHaveProperty('transactionId');
});

test('also from a later init', async () => {
  const { configure, nameOf } = await resolve('ga4');
  configure({ eventNames: 'segment' });
  expect(nameOf('Order Completed')).toBe('purchase');
});
