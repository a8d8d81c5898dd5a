import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Store } from './store/port.ts';
import { startUpkeep } from './upkeep.ts';

const RETENTION = { acceptedDays: 30, failedDays: 30, skippedDays: 30, keyDays: 90 };

function upkeepThatFails(): { lines: [object, string][]; stop: () => void } {
  const lines: [object, string][] = [];
  const store = { prune: () => Promise.reject(new AggregateError([new Error('one'), new Error('two')])) };
  const log = {
    info() {},
    warn() {},
    error: (facts: object, message: string) => void lines.push([facts, message]),
  };
  return { lines, stop: startUpkeep(store as unknown as Store, RETENTION as never, log) };
}

it('tells of each part of the retention that could not be enforced', async () => {
  const { lines, stop } = upkeepThatFails();
  await setImmediate();
  stop();
  expect(lines.map(([facts]) => facts)).toMatchObject([
    { err: { message: 'one' } },
    { err: { message: 'two' } },
  ]);
});

it('tells nothing of a prune whose store was closed under it', async () => {
  const { lines, stop } = upkeepThatFails();
  stop();
  await setImmediate();
  expect(lines).toEqual([]);
});
