import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../contract.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  DESTINATION,
  heldPageLoad,
  NOW,
  newEvent,
  pruneLimits,
  view,
} from './fixtures.ts';

const ERASED = { state: 'skipped', code: 'consent-withdrawn', wire: undefined, notes: [] };
const withdrawal = { withdrawals: [{ site: 'shop', keys: ['visitor:v' as const] }] };
const ofVisitor = { keys: ['visitor:v' as const], notes: ['a note'] };

export function describeErasure(current: () => StoreUnderTest): void {
  describe('withdrawal', () => {
    it('erases what waits, in whatever state', async () => {
      const { store, another } = current();
      await append(store, newEvent('leased', ofVisitor));
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      await append(store, newEvent('pending', ofVisitor), heldPageLoad('held', ofVisitor));
      await (await another()).append(arrivals(withdrawal));
      for (const id of ['leased', 'pending', 'held-load'])
        expect(await view(store, id)).toMatchObject(ERASED);
      expect(await claimIds(store, { now: NOW + 100_000 })).toEqual([]);

      const outcomes = [{ seq: events[0]!.seq, state: 'accepted' as const, warnings: [] }];
      await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      expect(await view(store, 'leased')).toMatchObject(ERASED);
    });

    it('erases events of the same call', async () => {
      const { store } = current();
      await store.append(arrivals({ events: [newEvent('a', ofVisitor)], ...withdrawal }));
      expect(await view(store, 'a')).toMatchObject(ERASED);
    });

    it('leaves other visitors, other sites and later events alone', async () => {
      const { store } = current();
      const others = [
        newEvent('a', { keys: ['visitor:w'] }),
        newEvent('b', { keys: ['visitor:v'], site: 'other' }),
        newEvent('c'),
      ];
      await append(store, ...others);
      await store.append(arrivals(withdrawal));
      await append(store, newEvent('d', ofVisitor));
      expect(await claimIds(store)).toEqual(['a', 'b', 'c', 'd']);
    });

    it('does not free the key', async () => {
      const { store } = current();
      await append(store, newEvent('a', ofVisitor));
      await store.append(arrivals(withdrawal));
      expect(await append(store, newEvent('a'))).toEqual(['duplicate']);
    });

    it('remembers the denial and forgets the click', async () => {
      const { store } = current();
      const memory = { consent: 'granted', msclkid: 'click', clickedAt: NOW } as const;
      const keys = ['visitor:v', 'visitor:w'];
      await store.append(arrivals({ memories: keys.map((key) => ({ site: 'shop', key, ...memory })) }));
      await store.append(arrivals(withdrawal));
      expect(await store.recall('shop', keys)).toEqual([
        { key: 'visitor:v', consent: 'denied' },
        { key: 'visitor:w', ...memory },
      ]);
    });

    it('is remembered of a visitor who was not known', async () => {
      const { store } = current();
      await store.append(arrivals(withdrawal));
      expect(await store.recall('shop', ['visitor:v'])).toEqual([{ key: 'visitor:v', consent: 'denied' }]);
      await store.prune(pruneLimits(NOW + 1, NOW + 1));
      expect(await store.recall('shop', ['visitor:v'])).toEqual([{ key: 'visitor:v', consent: 'denied' }]);
    });
  });
}
