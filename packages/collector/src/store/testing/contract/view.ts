import { describe, expect, it } from 'vitest';
import type { State, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimRequest, DESTINATION, heldPageLoad, NOW, newEvent } from './fixtures.ts';

const WHY = { code: 'code', message: 'message' };

/** One event in each state, its id the state's name. */
async function oneOfEach(store: Store): Promise<void> {
  const ended = ['accepted', 'rejected', 'expired', 'dead', 'leased'];
  await append(store, ...ended.map((id) => newEvent(id)));
  const { events } = await store.claim(claimRequest({ lease: 'l' }));
  const [accepted, ...others] = events.map(({ seq }) => seq);
  const states = ['rejected', 'expired', 'dead'] as const;
  const outcomes = states.map((state, index) => ({ seq: others[index]!, state, ...WHY }));
  await store.settle({
    destination: DESTINATION,
    lease: 'l',
    now: NOW,
    outcomes: [{ seq: accepted!, state: 'accepted', warnings: [] }, ...outcomes],
  });
  const skipped = newEvent('skipped', { route: { skipped: 'bot' } });
  await append(store, newEvent('pending'), heldPageLoad('x', { eventId: 'held' }), skipped);
}

const STATES: State[] = ['accepted', 'rejected', 'expired', 'dead', 'leased', 'pending', 'held', 'skipped'];

export function describeViews(current: () => StoreUnderTest): void {
  describe('stats and find', () => {
    it('count events by site, destination and state, and tell how long the oldest waits', async () => {
      const { store } = current();
      expect(await store.stats()).toEqual({ received: [], states: [] });
      await oneOfEach(store);
      await append(
        store,
        newEvent('e', { route: { destination: 'other', dueAt: NOW, held: false } }),
        newEvent('f', { receivedAt: NOW + 1 }),
        newEvent('g', { site: 'blog' }),
      );
      const { received, states } = await store.stats();
      const waiting = ['pending', 'held', 'leased'];
      const expected = STATES.map((state) => ({
        site: 'shop',
        destination: state === 'skipped' ? '' : DESTINATION,
        state,
        count: state === 'pending' ? 2 : 1,
        ...(waiting.includes(state) && { oldestAt: NOW }),
      }));
      const others = [
        { site: 'shop', destination: 'other', state: 'pending', count: 1, oldestAt: NOW },
        { site: 'blog', destination: DESTINATION, state: 'pending', count: 1, oldestAt: NOW },
      ];
      expect(states).toHaveLength(10);
      expect(states).toEqual(expect.arrayContaining([...expected, ...others]));
      expect(received.toSorted((a, b) => b.count - a.count)).toEqual([
        { site: 'shop', destination: DESTINATION, count: 8 },
        ...[
          { site: 'blog', destination: DESTINATION, count: 1 },
          { site: 'shop', destination: '', count: 1 },
          { site: 'shop', destination: 'other', count: 1 },
        ],
      ]);
    });

    it.each(STATES)('find events that are %s', async (state) => {
      const { store } = current();
      await oneOfEach(store);
      const found = await store.find({ state, limit: 10 });
      expect(found.map((event) => [event.eventId, event.state])).toEqual([[state, state]]);
      expect(await store.find({ eventId: state, state, limit: 10 })).toEqual(found);
      expect(await store.find({ eventId: state, limit: 10 })).toEqual(found);
      const other = state === 'dead' ? 'held' : 'dead';
      expect(await store.find({ eventId: state, state: other, limit: 10 })).toEqual([]);
    });

    it('find the newest first, up to the limit', async () => {
      const { store } = current();
      await oneOfEach(store);
      await append(store, newEvent('pending-2'), newEvent('pending-3'));
      const ids = async (query: { state?: State; limit: number }) =>
        (await store.find(query)).map(({ eventId }) => eventId);
      expect(await ids({ limit: 3 })).toEqual(['pending-3', 'pending-2', 'skipped']);
      expect(await ids({ state: 'pending', limit: 2 })).toEqual(['pending-3', 'pending-2']);
      expect(await ids({ limit: 100 })).toHaveLength(10);
    });

    it('find every event with an id, of whatever tag and name', async () => {
      const { store } = current();
      await append(store, newEvent('a'), newEvent('a', { name: 'lead' }), newEvent('a', { tagId: '9' }));
      const found = await store.find({ eventId: 'a', limit: 10 });
      expect(found.map(({ tagId, name }) => [tagId, name])).toEqual([
        ['9', 'purchase'],
        ['1234', 'lead'],
        ['1234', 'purchase'],
      ]);
    });
  });
}
