import { describe, expect, it } from 'vitest';
import { createAppender } from '../../appender.ts';
import type { Store } from '../../port.ts';
import { StoreUnavailable } from '../../unavailable.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, arrivals, claimRequest, countsOf, DESTINATION, NOW, newEvent, view } from './fixtures.ts';

/** Each test has one such event. */
const POISON = 'poison';

const ids = async (store: Store) => (await store.find({ limit: 100 })).map(({ eventId }) => eventId).sort();

/** A row that the database will never take, whatever its reason. */
export function describeRefusal(current: () => StoreUnderTest): void {
  describe('what the database refuses', () => {
    it('is refused alone, whosoever events came with it', async () => {
      const { store, refuse } = current();
      await refuse('event', `NEW.event_id = '${POISON}'`);
      const refusals: unknown[] = [];
      const appender = createAppender(store, { onRefused: (error) => refusals.push(error) });
      const come = (...eventIds: string[]) =>
        appender.append(arrivals({ events: eventIds.map((id) => newEvent(id)) }));
      // The first goes alone; the others come while it is under way, and are one group.
      const all = [come('first'), come('a', 'b'), come('c', POISON, 'd', 'a', 'e'), come('f')];
      expect(await Promise.all(all)).toEqual([
        ['stored'],
        ['stored', 'stored'],
        ['stored', 'refused', 'stored', 'duplicate', 'stored'],
        ['stored'],
      ]);
      expect(await ids(store)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'first']);
      expect(refusals).toHaveLength(1);
      expect(refusals[0]).not.toBeInstanceOf(StoreUnavailable);
      const { received, states } = await store.stats();
      expect(received).toMatchObject([{ count: 7 }]);
      expect(countsOf(states)).toEqual({ pending: 7 });
    });

    it('takes all events with it where they came as all or none', async () => {
      const { store, refuse } = current();
      await refuse('event', `NEW.event_id = '${POISON}'`);
      const events = ['a', POISON, 'b'].map((id) => newEvent(id));
      const refused = await createAppender(store).append(arrivals({ events }), { isAtomic: true });
      expect(refused).toEqual(['refused', 'refused', 'refused']);
      expect(await ids(store)).toEqual([]);
    });

    it('does not keep a withdrawal from taking effect', async () => {
      const { store, refuse } = current();
      const keys = ['visitor:v'] as const;
      await append(store, newEvent('before', { keys }));
      await refuse('event', `NEW.event_id = '${POISON}'`);
      const events = [newEvent(POISON, { keys }), newEvent('with', { keys })];
      const withdrawals = [{ site: 'shop', keys }];
      expect(await createAppender(store).append(arrivals({ events, withdrawals }))).toEqual([
        'refused',
        'stored',
      ]);
      const { states } = await store.stats();
      expect(countsOf(states)).toEqual({ skipped: 2 });
      expect(await store.recall('shop', keys)).toMatchObject([{ consent: 'denied' }]);
    });

    it('refuses no event where it came beside them', async () => {
      const { store, refuse } = current();
      await refuse('memory', `NEW.key = 'visitor:${POISON}'`);
      const memories = [{ site: 'shop', key: `visitor:${POISON}`, consent: 'granted' as const }];
      const appended = createAppender(store).append(arrivals({ events: [newEvent('a')], memories }));
      await expect(appended).rejects.toThrow('refused');
      expect(await ids(store)).toEqual([]);
    });

    it('fails a settlement as its own fault, which has changed nothing, and can be left out', async () => {
      const { store, refuse } = current();
      await append(store, newEvent('a'), newEvent(POISON), newEvent('b'));
      const { seq: poison } = await view(store, POISON);
      await refuse('outcome', `NEW.seq = ${poison}`);
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      const outcomes = events.map(({ seq }) => ({ seq, state: 'accepted' as const, warnings: [] }));
      const settle = (some: typeof outcomes) =>
        store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes: some });
      const error = await settle(outcomes).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: expect.stringContaining('refused') });
      expect(error).not.toBeInstanceOf(StoreUnavailable);
      expect(countsOf((await store.stats()).states)).toEqual({ leased: 3 });
      await settle(outcomes.filter(({ seq }) => seq !== poison));
      expect(countsOf((await store.stats()).states)).toEqual({ accepted: 2, leased: 1 });
    });

    it('fails a claim as its own fault; of a paused destination it tells all the same', async () => {
      const { store, refuse } = current();
      await append(store, newEvent('a'), newEvent('b'));
      await refuse('delivery', 'true', 'UPDATE');
      const error = await store.claim(claimRequest()).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ message: expect.stringContaining('refused') });
      expect(error).not.toBeInstanceOf(StoreUnavailable);
      expect(countsOf((await store.stats()).states)).toEqual({ pending: 2 });
      await store.pause(DESTINATION, 'refused', NOW + 1, NOW);
      expect(await store.claim(claimRequest())).toMatchObject({ events: [], paused: { reason: 'refused' } });
    });
  });
}
