import { describe, expect, it } from 'vitest';
import { UNTIL_RESUMED } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimIds, claimRequest, DAY_MS, DESTINATION, NOW, newEvent } from './fixtures.ts';

export function describePause(current: () => StoreUnderTest): void {
  describe('pause', () => {
    it('stops claims in every process, keeps taking events, and ends with resume', async () => {
      const { store, another } = current();
      const other = await another();
      await append(store, newEvent('a'));
      await store.pause(DESTINATION, 'the token is wrong', NOW + 60_000, NOW);
      await append(store, newEvent('b'));
      expect(await other.claim(claimRequest())).toEqual({
        events: [],
        nextDueAt: NOW,
        paused: { reason: 'the token is wrong', probeAt: NOW + 60_000 },
      });
      await other.resume(DESTINATION, NOW);
      expect(await claimIds(store)).toEqual(['a', 'b']);
    });

    it('stops one destination alone', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      await store.pause('other', 'reason', NOW, NOW);
      expect(await claimIds(store)).toEqual(['a']);
    });

    it('takes the newest reason', async () => {
      const { store } = current();
      await store.pause(DESTINATION, 'first', NOW, NOW);
      await store.pause(DESTINATION, 'second', NOW + 1, NOW);
      expect((await store.claim(claimRequest())).paused).toEqual({ reason: 'second', probeAt: NOW + 1 });
    });

    it('takes any reason', async () => {
      const { store } = current();
      await store.pause(DESTINATION, 'HTTP 401 \0', NOW + 1, NOW);
      expect((await store.claim(claimRequest())).paused).toMatchObject({ probeAt: NOW + 1 });
    });

    it('lets exactly one caller probe, when it is due', async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      await store.pause(DESTINATION, 'reason', NOW + 100, NOW);
      const probe = (now: number) =>
        Promise.all(stores.concat(stores).map((one) => one.claimProbe(DESTINATION, now, now + 100)));
      expect(await probe(NOW + 99)).toEqual([false, false, false, false]);
      expect((await probe(NOW + 100)).filter(Boolean)).toHaveLength(1);
      expect((await probe(NOW + 200)).filter(Boolean)).toHaveLength(1);
    });

    it('of an operator is ended by no probe, not even by one that was under way', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      await store.pause(DESTINATION, 'HTTP 401', NOW, NOW);
      expect(await store.claimProbe(DESTINATION, NOW, NOW + 1)).toBe(true);
      await store.pause(DESTINATION, 'by an operator', UNTIL_RESUMED, NOW);
      await store.resume(DESTINATION, NOW, NOW + 1);
      await store.pause(DESTINATION, 'HTTP 401', NOW + 2, NOW);
      expect(await store.claimProbe(DESTINATION, NOW + 9 * DAY_MS, NOW)).toBe(false);
      const paused = { reason: 'by an operator', probeAt: UNTIL_RESUMED };
      expect((await store.claim(claimRequest())).paused).toEqual(paused);
      await store.resume(DESTINATION, NOW);
      expect(await claimIds(store)).toEqual(['a']);
    });

    it('has nothing to probe without a pause', async () => {
      const { store } = current();
      expect(await store.claimProbe(DESTINATION, NOW, NOW + 1)).toBe(false);
      await store.pause(DESTINATION, 'reason', NOW, NOW);
      await store.resume(DESTINATION, NOW);
      expect(await store.claimProbe(DESTINATION, NOW, NOW + 1)).toBe(false);
    });
  });
}
