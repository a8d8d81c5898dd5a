import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimIds, claimRequest, DAY_MS, DESTINATION, NOW, newEvent, view } from './fixtures.ts';

const due = (dueAt: number) => ({ route: { destination: DESTINATION, dueAt, held: false } });

export function describeClaims(current: () => StoreUnderTest): void {
  describe('claim', () => {
    it('gives what is due, the longest due first, and tells when the next is', async () => {
      const { store } = current();
      await append(store, newEvent('c', due(NOW + 1)), newEvent('b', due(NOW)), newEvent('a', due(NOW - 1)));
      const claim = await store.claim(claimRequest());
      expect(claim).toEqual({
        events: ['a', 'b'].map((eventId) => ({
          seq: expect.any(Number),
          wire: newEvent(eventId).wire,
          attempts: 0,
          expiresAt: NOW + 7 * DAY_MS,
        })),
        nextDueAt: NOW + 1,
        paused: undefined,
      });
    });

    it('has no next time when nothing else waits', async () => {
      const { store } = current();
      expect(await store.claim(claimRequest())).toEqual({
        events: [],
        nextDueAt: undefined,
        paused: undefined,
      });
      await append(store, newEvent('a'));
      expect((await store.claim(claimRequest())).nextDueAt).toBeUndefined();
    });

    it('knows destinations apart', async () => {
      const { store } = current();
      await append(store, newEvent('a', { route: { destination: 'other', dueAt: NOW, held: false } }));
      expect((await store.claim(claimRequest())).nextDueAt).toBeUndefined();
      expect(await claimIds(store, { destination: 'other' })).toEqual(['a']);
    });

    it('gives at most maxEvents, and the rest to the next', async () => {
      const { store } = current();
      await append(store, newEvent('a'), newEvent('b'), newEvent('c'));
      const claim = await store.claim(claimRequest({ maxEvents: 2 }));
      expect(claim.events).toHaveLength(2);
      expect(claim.nextDueAt).toBe(NOW);
      expect(await claimIds(store, { maxEvents: 2 })).toEqual(['c']);
    });

    it('gives at most maxBytes of UTF-8, but always one', async () => {
      const { store } = current();
      const wire = (eventId: string) => `{"eventId":"${eventId}","x":"${'ü'.repeat(50)}"}`;
      const bytes = Buffer.byteLength(wire('a'));
      const events = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => newEvent(id, { wire: wire(id) }));
      await append(store, ...events);
      expect(await claimIds(store, { maxBytes: 2 * bytes })).toEqual(['a', 'b']);
      expect(await claimIds(store, { maxBytes: 3 * bytes - 1 })).toEqual(['c', 'd']);
      expect(await claimIds(store, { maxBytes: 1 })).toEqual(['e']);
    });

    it('leases to one: others get it only when the lease has run out', async () => {
      const { store, another } = current();
      const other = await another();
      await append(store, newEvent('a'));
      expect(await claimIds(store, { leaseUntil: NOW + 100 })).toEqual(['a']);
      expect(await view(other, 'a')).toMatchObject({ state: 'leased', dueAt: NOW + 100 });
      expect(await other.claim(claimRequest({ now: NOW + 99 }))).toMatchObject({
        events: [],
        nextDueAt: NOW + 100,
      });
      expect(await claimIds(other, { now: NOW + 100 })).toEqual(['a']);
    });

    it('gives nothing twice to processes that claim at the same time', async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      const ids = Array.from({ length: 200 }, (_, index) => `e${index}`);
      await append(store, ...ids.map((id) => newEvent(id)));
      const claims = Array.from({ length: 40 }, (_, index) => claimIds(stores[index % 2]!, { maxEvents: 5 }));
      expect((await Promise.all(claims)).flat().toSorted()).toEqual(ids.toSorted());
    });
  });
}
