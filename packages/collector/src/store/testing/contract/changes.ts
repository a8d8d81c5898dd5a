import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimRequest, DESTINATION, NOW, newEvent } from './fixtures.ts';

const idsOf = (events: readonly { eventId: string }[]) => events.map(({ eventId }) => eventId);

export function describeChanges(current: () => StoreUnderTest): void {
  describe('changes', () => {
    it('are what came since, of what matches, newest first', async () => {
      const { store } = current();
      await append(store, newEvent('a'), newEvent('lead', { name: 'lead' }));
      const first = await store.changes({ name: 'purchase', after: 0, shown: [], limit: 10 });
      expect(idsOf(first.added)).toEqual(['a']);
      await append(store, newEvent('b'), newEvent('c'), newEvent('lead-2', { name: 'lead' }));
      const second = await store.changes({ name: 'purchase', after: first.next, shown: [], limit: 10 });
      expect(idsOf(second.added)).toEqual(['c', 'b']);
      const third = await store.changes({ name: 'purchase', after: second.next, shown: [], limit: 10 });
      expect(third).toEqual({ added: [], shown: [], next: second.next });
    });

    it('are the newest where more came than a list shows', async () => {
      const { store } = current();
      await append(store, ...['a', 'b', 'c', 'd'].map((id) => newEvent(id)));
      const { added, next } = await store.changes({ after: 0, shown: [], limit: 2 });
      expect(idsOf(added)).toEqual(['d', 'c']);
      expect((await store.changes({ after: next, shown: [], limit: 2 })).added).toEqual([]);
    });

    it('give what is shown as it is now, matching or not', async () => {
      const { store } = current();
      await append(store, newEvent('a'), newEvent('b'));
      const filter = { states: ['pending' as const], limit: 10 };
      const { events: shown } = await store.search(filter);
      const seqs = shown.map(({ seq }) => seq);
      const { events } = await store.claim(claimRequest({ lease: 'l', maxEvents: 1 }));
      const outcomes = [{ seq: events[0]!.seq, state: 'accepted' as const, warnings: [] }];
      await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      const changes = await store.changes({ ...filter, after: Math.max(...seqs), shown: seqs });
      expect(changes.added).toEqual([]);
      expect(changes.shown.map(({ eventId, state }) => [eventId, state])).toEqual([
        ['b', 'pending'],
        ['a', 'accepted'],
      ]);
    });

    it('are also older events that came to match by what became of them', async () => {
      const { store } = current();
      await append(store, ...['a', 'b', 'c'].map((id) => newEvent(id)));
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      const [a, b] = events.map(({ seq }) => seq);
      const end = (seq: number) => {
        const outcomes = [{ seq, state: 'dead' as const, code: 'code', message: 'message' }];
        return store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      };
      const filter = { states: ['dead' as const], limit: 10 };
      await end(b!);
      const first = await store.changes({ ...filter, after: 0, shown: [] });
      expect(idsOf(first.added)).toEqual(['b']);
      await end(a!);
      const second = await store.changes({ ...filter, after: first.next, shown: [b!] });
      expect(idsOf(second.added)).toEqual(['a']);
      const full = await store.changes({ ...filter, limit: 1, after: first.next, shown: [b!] });
      expect(full.added).toEqual([]);
    });
  });
}
