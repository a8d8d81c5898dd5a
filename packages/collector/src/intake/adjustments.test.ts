import { afterEach, beforeEach, expect, test } from 'vitest';
import { CLICK, NOW, NOW_S } from '../pipeline/testing/sample-facts.ts';
import { type IntakeUnderTest, openIntake } from './testing/intake-under-test.ts';

let intake: IntakeUnderTest;
beforeEach(async () => {
  intake = await openIntake({
    mode: 'shadow',
    goals: [
      { event: 'purchase', goal: 'Shop purchase', kind: 'online' },
      { event: 'subscribe', goal: 'Subscription', kind: 'online', currency: 'USD' },
      { event: 'refund', goal: 'Subscription', kind: 'online', adjust: 'restate', currency: 'USD' },
    ],
  });
});
afterEach(() => intake.end());

const order = (eventName: string, transactionId: string, currency?: string) =>
  intake.track({
    eventName,
    eventId: transactionId,
    eventTime: NOW_S - 60,
    userData: { externalId: 'customer-1' },
    customData: { transactionId, value: 50, ...(currency !== undefined && { currency }) },
  });
const restated = (transactionId: string, goal: string, more: { currency?: string } = {}) =>
  intake.adjustments({ transactionId, goal, type: 'restate', value: 20, ...more });
const currencies = async () =>
  (await intake.events())
    .filter(({ tagId }) => tagId === 'adjustment:site')
    .map(({ wire }) => JSON.parse(wire!).AdjustmentCurrencyCode);

test('an order is restated in the currency that it was reported in, unless another one is given', async () => {
  await order('purchase', 'A-1', 'SEK');
  await order('subscribe', 'A-2', 'NOK');
  expect(await restated('A-1', 'Shop purchase')).toEqual([{ index: 0, status: 'accepted' }]);
  await restated('A-1', 'Shop purchase', { currency: 'EUR' });
  await restated('A-2', 'Subscription');
  expect(await currencies()).toEqual(['SEK', 'EUR', 'NOK']);
});

test('an order that is not known, or had no currency, is restated in that of its mapping or not at all', async () => {
  await order('purchase', 'A-3');
  await order('subscribe', 'A-4');
  await restated('A-4', 'Subscription');
  await restated('A-5', 'Subscription');
  expect(await currencies()).toEqual(['USD', 'USD']);
  for (const unknown of ['A-3', 'A-5']) {
    expect(await restated(unknown, 'Shop purchase')).toMatchObject([
      { status: 'rejected', errors: [{ path: 'currency', code: 'NoCurrency' }] },
    ]);
  }
});

test('an event of the same id under a name that the goal does not count lends no currency', async () => {
  await order('subscribe', 'A-6', 'NOK');
  expect(await restated('A-6', 'Shop purchase')).toMatchObject([{ status: 'rejected' }]);
});

test('an event that restates an order, and has no currency, has that of the order before that of its mapping', async () => {
  await order('subscribe', 'A-7', 'NOK');
  for (const transactionId of ['A-7', 'A-8']) {
    await intake.track({
      eventName: 'refund',
      userData: { externalId: 'customer-1' },
      customData: { transactionId, value: 20 },
    });
  }
  expect(await currencies()).toEqual(['NOK', 'USD']);
});

test('what a server with a fast clock reports happened now, and its copy is one', async () => {
  const at = (ms: number) => new Date(NOW + ms).toISOString();
  const lead = (id: string, time: string) => intake.conversions({ id, goal: 'Lead', time, msclkid: CLICK });
  const correction = { transactionId: 'A-9', goal: 'Subscription', type: 'restate', value: 1 } as const;
  const statuses = [
    await lead('ahead', at(60_000)),
    await lead('ahead', at(60_000)),
    await lead('far', at(60_001)),
    await intake.adjustments({ ...correction, time: at(60_000) }),
    await intake.adjustments({ ...correction, time: at(60_000) }),
    await intake.adjustments({ ...correction, time: at(60_001) }),
  ].map((results) => (Array.isArray(results) ? results[0]?.status : results));
  expect(statuses).toEqual(['accepted', 'duplicate', 'rejected', 'accepted', 'duplicate', 'rejected']);
  const times = (await intake.events()).map(({ wire }) => JSON.parse(wire!));
  expect(times).toMatchObject([
    { ConversionTime: '2026-09-01T12:00:00Z' },
    { AdjustmentTime: '2026-09-01T12:00:00Z' },
  ]);
});
