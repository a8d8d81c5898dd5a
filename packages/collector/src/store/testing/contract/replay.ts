import { describe, expect, it } from 'vitest';
import type { NewEvent, ReplayFilter, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  countsOf,
  DAY_MS,
  DESTINATION,
  NOW,
  newEvent,
  pruneLimits,
  view,
} from './fixtures.ts';

const LATER = NOW + 1_000;

/** Stores the events and settles each one; `accepted` where no reason is given. */
async function end(store: Store, state: 'accepted' | 'rejected' | 'dead' | 'expired', ...events: NewEvent[]) {
  await append(store, ...events);
  const given = await store.claim(claimRequest({ lease: 'l' }));
  const outcomes = given.events.map(({ seq }) =>
    state === 'accepted'
      ? ({ seq, state, warnings: [] } as const)
      : ({ seq, state, code: 'BadValue', message: 'The value is bad.' } as const),
  );
  await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
}

const FAILED: ReplayFilter = { states: ['dead', 'rejected'] };

export function describeReplay(current: () => StoreUnderTest): void {
  describe('replay', () => {
    const replay = (filter: ReplayFilter, dryRun = false) =>
      current().store.replay(filter, { now: LATER, dryRun });

    it('sends the same event again, tries counted anew, and says what it was', async () => {
      const { store } = current();
      const wire = '{"eventId":"a","q":"Ü"}';
      await end(store, 'rejected', newEvent('a', { wire }));
      expect(await replay(FAILED)).toEqual({ replayed: 1, tooOld: 0, erased: 0 });
      expect(await view(store, 'a')).toMatchObject({
        state: 'pending',
        attempts: 0,
        dueAt: LATER,
        wire,
        code: 'Replayed',
        message: expect.stringContaining('rejected, BadValue, The value is bad.'),
      });
      const { events } = await store.claim(claimRequest({ now: LATER, lease: 'again' }));
      expect(events).toMatchObject([{ wire, attempts: 0, expiresAt: NOW + 7 * DAY_MS }]);
      const outcomes = [{ seq: events[0]!.seq, state: 'accepted' as const, warnings: [] }];
      await store.settle({ destination: DESTINATION, lease: 'again', now: LATER, outcomes });
      expect(countsOf((await store.stats()).states)).toEqual({ accepted: 1 });
    });

    it('takes the states that are named, and no others', async () => {
      const { store } = current();
      await end(store, 'accepted', newEvent('accepted'));
      await end(store, 'dead', newEvent('dead'));
      await end(store, 'rejected', newEvent('rejected'));
      await append(store, newEvent('skipped', { route: { skipped: 'bot' } }));
      await replay({ states: ['dead'] });
      expect(await claimIds(store, { now: LATER })).toEqual(['dead']);
      await replay({ states: ['rejected', 'accepted'] });
      expect(await claimIds(store, { now: LATER })).toEqual(['accepted', 'rejected']);
    });

    it.each<[string, Omit<ReplayFilter, 'states'>]>([
      ['site', { site: 'blog' }],
      ['name', { name: 'lead' }],
      ['event id', { eventId: 'wanted' }],
      ['time', { since: NOW + 5, until: NOW + 6 }],
    ])('takes what matches the %s', async (_, filter) => {
      const { store } = current();
      const wanted = newEvent('wanted', { site: 'blog', name: 'lead', receivedAt: NOW + 5 });
      const others = [
        newEvent('before', { receivedAt: NOW + 4 }),
        newEvent('after', { receivedAt: NOW + 6 }),
      ];
      await end(store, 'dead', wanted, ...others);
      expect(await replay({ ...FAILED, ...filter })).toMatchObject({ replayed: 1 });
      expect(await claimIds(store, { now: LATER })).toEqual(['wanted']);
    });

    it('takes what matches the code', async () => {
      const { store } = current();
      await end(store, 'dead', newEvent('a'));
      expect(await replay({ ...FAILED, code: 'Other' })).toMatchObject({ replayed: 0 });
      expect(await replay({ ...FAILED, code: 'BadValue' })).toMatchObject({ replayed: 1 });
    });

    it('takes what was meant for the destination', async () => {
      const { store } = current();
      await end(store, 'dead', newEvent('a'));
      expect(await replay({ ...FAILED, destination: 'other' })).toMatchObject({ replayed: 0 });
      expect(await replay({ ...FAILED, destination: DESTINATION })).toMatchObject({ replayed: 1 });
    });

    it('takes a single event by its number', async () => {
      const { store } = current();
      await end(store, 'dead', newEvent('before'), newEvent('wanted'), newEvent('after'));
      const { seq } = await view(store, 'wanted');
      expect(await replay({ states: ['dead', 'rejected'], seq })).toMatchObject({ replayed: 1 });
      expect(await replay({ states: ['dead', 'rejected'], seq: seq + 10 })).toMatchObject({ replayed: 0 });
      expect(await claimIds(store, { now: LATER })).toEqual(['wanted']);
    });

    it('leaves what is too old or has lost its content, and counts it', async () => {
      const { store } = current();
      const old = newEvent('old', { expiresAt: LATER });
      await end(store, 'expired', old);
      await end(store, 'dead', newEvent('gone'));
      const limits = pruneLimits(NOW, NOW);
      await store.prune({ ...limits, contentBefore: { ...limits.contentBefore, dead: NOW + 1 } });
      const filter: ReplayFilter = { states: ['expired', 'dead'] };
      expect(await replay(filter)).toEqual({ replayed: 0, tooOld: 1, erased: 1 });
      expect(countsOf((await store.stats()).states)).toEqual({ expired: 1, dead: 1 });
    });

    it('changes nothing in a dry run', async () => {
      const { store } = current();
      await end(store, 'dead', newEvent('a'));
      expect(await replay(FAILED, true)).toMatchObject({ replayed: 1 });
      expect((await view(store, 'a')).state).toBe('dead');
    });

    it('gets through many', async () => {
      const { store } = current();
      const ids = Array.from({ length: 2_100 }, (_, index) => `e${index}`);
      await append(store, ...ids.map((id) => newEvent(id)));
      const request = claimRequest({ lease: 'l', maxEvents: 5_000 });
      const { events } = await store.claim(request);
      const why = { code: 'code', message: 'message' };
      const outcomes = events.map(({ seq }) => ({ seq, state: 'dead' as const, ...why }));
      await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      expect(await replay(FAILED)).toMatchObject({ replayed: 2_100 });
      expect(countsOf((await store.stats()).states)).toEqual({ pending: 2_100 });
    });

    it('gives the event back to its person: a withdrawal still finds it', async () => {
      const { store } = current();
      await end(store, 'dead', newEvent('a', { keys: ['customer:7'] }));
      await replay(FAILED);
      await store.append(arrivals({ withdrawals: [{ site: 'shop', keys: ['customer:7'] }] }));
      expect(await claimIds(store, { now: LATER })).toEqual([]);
    });
  });
}
