import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../contract.ts';
import { pruneLimits } from './fixtures.ts';

export function describeRecords(current: () => StoreUnderTest): void {
  describe('records', () => {
    it('are written where the version is the expected one, and nowhere else', async () => {
      const { store } = current();
      expect(await store.readRecord('token', 'a')).toBeUndefined();
      expect(await store.swapRecord('token', 'a', 1, 'too early')).toBe(false);
      expect(await store.swapRecord('token', 'a', 0, 'first')).toBe(true);
      expect(await store.swapRecord('token', 'a', 0, 'again')).toBe(false);
      expect(await store.swapRecord('token', 'a', 1, 'second')).toBe(true);
      expect(await store.swapRecord('token', 'a', 1, 'late')).toBe(false);
      expect(await store.readRecord('token', 'a')).toEqual({ key: 'a', version: 2, value: 'second' });
    });

    it('are seen by every process; of those who swap at once, one wins', async () => {
      const { store, another } = current();
      const other = await another();
      await store.swapRecord('token', 'a', 0, 'first');
      const swaps = [store, other, store, other].map((one, i) => one.swapRecord('token', 'a', 1, `by ${i}`));
      expect((await Promise.all(swaps)).filter(Boolean)).toHaveLength(1);
      expect(await other.readRecord('token', 'a')).toEqual(await store.readRecord('token', 'a'));
    });

    it('are listed by kind, in order of their keys', async () => {
      const { store } = current();
      for (const key of ['b', 'a']) await store.swapRecord('report', key, 0, key);
      await store.swapRecord('other', 'c', 0, 'c');
      expect((await store.listRecords('report')).map(({ key }) => key)).toEqual(['a', 'b']);
    });

    it('outlive what is pruned', async () => {
      const { store } = current();
      await store.swapRecord('token', 'a', 0, 'kept');
      const never = Number.MAX_SAFE_INTEGER;
      await store.prune({ ...pruneLimits(never, never), daysBefore: '9999' });
      expect(await store.readRecord('token', 'a')).toMatchObject({ value: 'kept' });
    });
  });
}
