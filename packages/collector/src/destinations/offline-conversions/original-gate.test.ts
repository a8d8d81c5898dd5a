import { expect, test } from 'vitest';
import { processed } from '../../delivery/transitions.ts';
import { liveDestination } from '../../destination-id.ts';
import type { EventView } from '../../store/port.ts';
import { orderGate } from './original-gate.ts';

const TAG = '12345678';

test('restatements of a fresh order are due at one moment, so that the last one arrives last', async () => {
  const order = { destination: liveDestination(TAG), state: 'accepted', endedAt: 500 } as EventView;
  let now = 1_000;
  const gate = orderGate({
    tagId: TAG,
    store: { find: () => Promise.resolve([order]) },
    adjustAfterMs: 60_000,
    now: () => now,
  });
  const wire = JSON.stringify({ TransactionId: 'A-1' });
  const dueAfter = async (ms: number) => {
    const result = await gate.look(wire);
    // The answer is looked at somewhat later than the store was asked.
    now += ms;
    return result && processed([{ seq: 1, wire, attempts: 0, expiresAt: 1e6 }], [result], now)[0];
  };
  expect(await dueAfter(7)).toMatchObject({ state: 'retry', dueAt: 60_500, countsAttempt: false });
  expect(await dueAfter(1)).toMatchObject({ state: 'retry', dueAt: 60_500 });
  now = 60_500;
  expect(await gate.look(wire)).toBeUndefined();
});
