import { describe, expect, it } from 'vitest';
import type { People, Store, SubjectRecord } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  countsOf,
  DESTINATION,
  heldPageLoad,
  NOW,
  newEvent,
  view,
} from './fixtures.ts';

const EM = `em:${'a'.repeat(64)}` as const;
const PH = `ph:${'b'.repeat(64)}` as const;
const KEYS = ['visitor:v', 'customer:7', EM, PH] as const;
const ERASED = { state: 'skipped', code: 'erased', wire: undefined, notes: [] };

async function everythingOf(store: Store, people: People): Promise<SubjectRecord[]> {
  const records = [];
  for await (const some of store.subject(people)) records.push(...some);
  return records;
}

/** One event in each kind of state, all of the same person. */
async function storePerson(store: Store) {
  const keys = [...KEYS];
  const rejected = newEvent('rejected', { keys, notes: ['a note'] });
  await append(store, rejected);
  const [ended] = (await store.claim(claimRequest({ lease: 'ended' }))).events;
  const why = { code: 'BadValue', message: 'The value a@b is bad.' };
  await store.settle({
    destination: DESTINATION,
    lease: 'ended',
    now: NOW,
    outcomes: [{ seq: ended!.seq, state: 'rejected', ...why }],
  });
  await append(store, newEvent('leased', { keys }));
  const { events } = await store.claim(claimRequest({ lease: 'l' }));
  await append(store, newEvent('pending', { keys }), heldPageLoad('held', { keys }));
  const memories = KEYS.map((key) => ({ site: 'shop', key, consent: 'granted' as const, msclkid: 'click' }));
  await store.append(arrivals({ memories }));
  return events[0]!.seq;
}

const IDS = ['rejected', 'leased', 'pending', 'held-load'];

export function describePeople(current: () => StoreUnderTest): void {
  describe('erasure and export', () => {
    it.each(KEYS)('find everything under %s', async (key) => {
      const { store, another } = current();
      const leased = await storePerson(store);
      const other = await another();

      const records = await everythingOf(other, { keys: [key] });
      expect(records).toMatchObject([
        { kind: 'memory', site: 'shop', key, consent: 'granted', msclkid: 'click', clickedAt: NOW },
        ...IDS.map((eventId) => ({ kind: 'event', eventId, wire: expect.any(String) })),
      ]);

      expect(await other.erase({ keys: [key] }, NOW)).toEqual({ events: 4, waiting: 3, memories: 1 });
      expect(await everythingOf(other, { keys: [key] })).toEqual([]);
      for (const id of IDS.slice(1)) expect(await view(store, id)).toMatchObject(ERASED);
      expect(await view(store, 'rejected')).toMatchObject({
        state: 'rejected',
        wire: undefined,
        message: undefined,
      });

      // What was on its way when it was erased.
      const outcomes = [{ seq: leased, state: 'accepted' as const, warnings: [] }];
      await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      expect(await view(store, 'leased')).toMatchObject(ERASED);
      expect(await claimIds(store, { now: NOW + 100_000 })).toEqual([]);
      expect(countsOf((await store.stats()).states)).toEqual({ rejected: 1, skipped: 3 });
    });

    it('of one event leaves the others alone', async () => {
      const { store } = current();
      await storePerson(store);
      for (const id of ['rejected', 'leased', 'pending']) {
        const { seq } = await view(store, id);
        expect(await store.eraseEvent(seq, NOW)).toBe(true);
        expect(await store.eraseEvent(seq, NOW)).toBe(false);
      }
      expect(await view(store, 'rejected')).toMatchObject({
        state: 'rejected',
        wire: undefined,
        message: undefined,
      });
      for (const id of ['leased', 'pending']) expect(await view(store, id)).toMatchObject(ERASED);
      expect(await view(store, 'held-load')).toMatchObject({ state: 'held', wire: expect.any(String) });
      expect(countsOf((await store.stats()).states)).toEqual({ rejected: 1, skipped: 2, held: 1 });
      expect(await store.eraseEvent(1_000, NOW)).toBe(false);
    });

    it('leave everybody else alone', async () => {
      const { store } = current();
      const others = [
        'customer:77',
        'customer:',
        'visitor:7',
        'visitor:"customer:7"',
        'customer:7 ',
      ] as const;
      await append(store, ...others.map((key) => newEvent(key, { keys: [key] })), newEvent('nobody'));
      await store.append(arrivals({ memories: others.map((key) => ({ site: 'shop', key, msclkid: 'c' })) }));
      expect(await store.erase({ keys: ['customer:7'] }, NOW)).toEqual({
        events: 0,
        waiting: 0,
        memories: 0,
      });
      expect(await claimIds(store)).toHaveLength(others.length + 1);
      expect(await store.recall('shop', others)).toHaveLength(others.length);
    });

    it('keep to one site where it is named', async () => {
      const { store } = current();
      const keys = ['visitor:v'] as const;
      await append(store, newEvent('a', { keys }), newEvent('b', { keys, site: 'blog' }));
      await store.append(
        arrivals({ memories: ['shop', 'blog'].map((site) => ({ site, key: 'visitor:v', msclkid: 'c' })) }),
      );
      expect(await everythingOf(store, { keys, site: 'blog' })).toMatchObject([
        { site: 'blog', msclkid: 'c' },
        { eventId: 'b' },
      ]);
      expect(await store.erase({ keys, site: 'blog' }, NOW)).toEqual({ events: 1, waiting: 1, memories: 1 });
      expect(await claimIds(store)).toEqual(['a']);
      expect(await store.recall('shop', keys)).toHaveLength(1);
    });

    it('leave of a person who refused the refusal alone', async () => {
      const { store } = current();
      await store.append(
        arrivals({ memories: [{ site: 'shop', key: EM, consent: 'denied', msclkid: 'c' }] }),
      );
      await store.erase({ keys: [EM] }, NOW);
      expect(await store.recall('shop', [EM])).toEqual([{ key: EM, consent: 'denied' }]);
    });

    it('do not free the key of an event', async () => {
      const { store } = current();
      await append(store, newEvent('a', { keys: ['visitor:v'] }));
      await store.erase({ keys: ['visitor:v'] }, NOW);
      expect(await append(store, newEvent('a'))).toEqual(['duplicate']);
    });

    it('get through many events', async () => {
      const { store } = current();
      const keys = ['visitor:v'] as const;
      const events = Array.from({ length: 2_100 }, (_, index) => newEvent(`e${index}`, { keys }));
      await append(store, ...events, newEvent('other'));
      expect(await everythingOf(store, { keys })).toHaveLength(2_100);
      expect(await store.erase({ keys }, NOW)).toMatchObject({ events: 2_100, waiting: 2_100 });
      expect(await claimIds(store)).toEqual(['other']);
    });
  });
}
