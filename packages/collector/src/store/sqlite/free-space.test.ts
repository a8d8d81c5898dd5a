import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchFreeSpace } from './free-space.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('follows the room that is left', async () => {
  let free: number | undefined = 100;
  const space = await watchFreeSpace('/data', 100, async () => free);
  const after = async (bytes: number | undefined) => {
    free = bytes;
    await vi.advanceTimersByTimeAsync(1_000);
    return space.isLow();
  };
  expect(space.isLow()).toBe(false);
  expect(await after(99)).toBe(true);
  expect(await after(100)).toBe(false);
  expect(await after(0)).toBe(true);
  // Nobody can tell: the disk itself will say.
  expect(await after(undefined)).toBe(false);
  space.stop();
  expect(vi.getTimerCount()).toBe(0);
});

test('knows it from the start', async () => {
  const space = await watchFreeSpace(tmpdir(), Number.MAX_SAFE_INTEGER);
  expect(space.isLow()).toBe(true);
  space.stop();
});

test('is never low without a limit, and where the file system cannot be asked', async () => {
  expect((await watchFreeSpace(tmpdir(), 0)).isLow()).toBe(false);
  const space = await watchFreeSpace('/no/such/directory', 1);
  expect(space.isLow()).toBe(false);
  space.stop();
});
