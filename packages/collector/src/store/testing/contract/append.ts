import { describe, expect, it } from 'vitest';
import type { NewEvent } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, arrivals, claimIds, DESTINATION, NOW, newEvent, view } from './fixtures.ts';

export function describeAppend(current: () => StoreUnderTest): void {
  describe('append', () => {
    it('keeps an event as it came', async () => {
      const { store } = current();
      const wire = '{"eventName":"purchase","q":"Ünïcödé 🛒 \\u0000 \\"\'"}';
      const event = newEvent('order-1', { source: 'server', wire, notes: ['phone left out', 'time'] });
      expect(await append(store, event)).toEqual(['stored']);
      expect(await view(store, 'order-1')).toEqual({
        seq: expect.any(Number),
        site: 'shop',
        tagId: '1234',
        name: 'purchase',
        eventId: 'order-1',
        source: 'server',
        receivedAt: NOW,
        wire,
        notes: ['phone left out', 'time'],
        destination: DESTINATION,
        state: 'pending',
        attempts: 0,
        dueAt: NOW,
        code: undefined,
        message: undefined,
        warnings: [],
      });
    });

    it('takes the first content of a key, within a call and across calls and processes', async () => {
      const { store, another } = current();
      const first = newEvent('a', { wire: '{"first":1}' });
      const later = newEvent('a', { wire: '{"later":1}', site: 'elsewhere', source: 'server' });
      expect(await append(store, first, later)).toEqual(['stored', 'duplicate']);
      expect(await append(store, later)).toEqual(['duplicate']);
      expect(await append(await another(), later, newEvent('b'))).toEqual(['duplicate', 'stored']);
      expect((await view(store, 'a')).wire).toBe('{"first":1}');
    });

    it('tells keys apart by tag id, name and event id', async () => {
      const { store } = current();
      const same = newEvent('a');
      const others = [{ ...same, tagId: '99' }, { ...same, name: '' }, newEvent('A')];
      expect(await append(store, same, ...others)).toEqual(['stored', 'stored', 'stored', 'stored']);
    });

    it('remembers the key of an event that was delivered', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      const claim = {
        lease: 'l',
        leaseUntil: NOW + 1,
        maxEvents: 1,
        maxBytes: 1,
        destination: DESTINATION,
        now: NOW,
      };
      const { events } = await store.claim(claim);
      const outcomes = [{ seq: events[0]!.seq, state: 'accepted' as const, warnings: [] }];
      await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      expect(await append(store, newEvent('a'))).toEqual(['duplicate']);
      expect(await claimIds(store, { now: NOW + 1_000 })).toEqual([]);
    });

    it('never delivers what a rule skipped, and tells the rule', async () => {
      const { store } = current();
      await append(store, newEvent('a', { route: { skipped: 'shadow' } }));
      expect(await claimIds(store)).toEqual([]);
      const expected = { state: 'skipped', code: 'shadow', destination: '', dueAt: undefined };
      expect(await view(store, 'a')).toMatchObject(expected);
    });

    it('numbers events in the order of the call', async () => {
      const { store } = current();
      const events = Array.from({ length: 300 }, (_, index) => newEvent(`e${index}`));
      expect(await append(store, ...events)).toEqual(events.map(() => 'stored'));
      expect(await claimIds(store)).toEqual(events.map(({ eventId }) => eventId));
    });

    it('stores nothing of a call that fails, and works on', async () => {
      const { store } = current();
      const broken = newEvent('b', { wire: null as unknown as string });
      const call = arrivals({
        events: [newEvent('a'), broken],
        tagPageLoads: [{ site: 'shop', pageLoadId: 'p' }],
        memories: [{ site: 'shop', key: 'visitor:v', consent: 'granted' }],
      });
      await expect(store.append(call)).rejects.toThrow();
      expect(await store.find({ limit: 10 })).toEqual([]);
      expect(await store.recall('shop', ['visitor:v'])).toEqual([]);
      expect(await append(store, newEvent('a'))).toEqual(['stored']);
    });

    it('is there after reopening', async () => {
      const { store, another } = current();
      await append(store, newEvent('a'));
      await store.close();
      expect(await claimIds(await another())).toEqual(['a']);
    });

    it('stores an event once when two processes bring it at the same time', async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      const ids = Array.from({ length: 16 }, (_, index) => `e${index}`);
      const both = await Promise.all(
        ids.map((id) => Promise.all(stores.map(async (one) => (await append(one, newEvent(id)))[0]))),
      );
      expect(both.map((results) => results.toSorted())).toEqual(ids.map(() => ['duplicate', 'stored']));
    });

    it('takes an empty call', async () => {
      expect(await current().store.append(arrivals({ events: [] satisfies NewEvent[] }))).toEqual([]);
    });
  });
}
