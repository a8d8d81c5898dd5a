import { describe, expect, it } from 'vitest';
import type { Outcome, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimIds, claimRequest, countsOf, DESTINATION, NOW, newEvent, view } from './fixtures.ts';

const REFUSAL = { code: 'BadValue', message: 'The value is bad.' };

/** Claims the one due event. */
async function claimOne(store: Store, lease: string, now = NOW) {
  const { events } = await store.claim(claimRequest({ now, lease, maxEvents: 1, leaseUntil: now + 100 }));
  return events[0]!;
}

function settle(store: Store, lease: string, ...outcomes: Outcome[]) {
  return store.settle({ destination: DESTINATION, lease, now: NOW, outcomes });
}

export function describeSettle(current: () => StoreUnderTest): void {
  describe('settle', () => {
    it('ends an accepted event, with what Microsoft left out of it', async () => {
      const { store } = current();
      const warnings = [{ path: 'userData.em', code: 'Invalid', message: 'removed' }];
      await append(store, newEvent('a'));
      const { seq } = await claimOne(store, 'l');
      await settle(store, 'l', { seq, state: 'accepted', warnings });
      const ended = { state: 'accepted', attempts: 1, warnings, dueAt: undefined, code: undefined };
      expect(await view(store, 'a')).toMatchObject(ended);
      expect(await claimIds(store, { now: NOW + 1_000 })).toEqual([]);
    });

    it.each([
      { state: 'rejected', attempts: 1 },
      { state: 'dead', attempts: 1 },
      // It was too late for a try.
      { state: 'expired', attempts: 0 },
    ] as const)('ends an event as $state, with the reason', async ({ state, attempts }) => {
      const { store } = current();
      await append(store, newEvent('a'));
      const { seq } = await claimOne(store, 'l');
      await settle(store, 'l', { seq, state, ...REFUSAL });
      expect(await view(store, 'a')).toMatchObject({ state, attempts, ...REFUSAL, warnings: [] });
      expect(await claimIds(store, { now: NOW + 1_000 })).toEqual([]);
    });

    it('puts an event back until it is due again, and counts the tries that count', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      for (const [index, countsAttempt] of [true, false, true].entries()) {
        const now = NOW + index * 1_000;
        const { seq } = await claimOne(store, `l${index}`, now);
        await settle(store, `l${index}`, {
          seq,
          state: 'retry',
          dueAt: now + 1_000,
          countsAttempt,
          ...REFUSAL,
        });
      }
      const waiting = { state: 'pending', attempts: 2, dueAt: NOW + 3_000, ...REFUSAL };
      expect(await view(store, 'a')).toMatchObject(waiting);
      expect(await store.claim(claimRequest({ now: NOW + 2_999 }))).toMatchObject({
        events: [],
        nextDueAt: NOW + 3_000,
      });
      expect(await claimOne(store, 'last', NOW + 3_000)).toMatchObject({ attempts: 2 });
    });

    it('gives each event of a batch its own outcome', async () => {
      const { store } = current();
      await append(store, newEvent('a'), newEvent('b'), newEvent('c'), newEvent('d'));
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      const [a, b, c] = events.map(({ seq }) => seq);
      await settle(
        store,
        'l',
        { seq: c!, state: 'retry', dueAt: NOW + 5, countsAttempt: true, ...REFUSAL },
        { seq: a!, state: 'accepted', warnings: [] },
        { seq: b!, state: 'rejected', ...REFUSAL },
      );
      const states = await Promise.all(['a', 'b', 'c', 'd'].map(async (id) => (await view(store, id)).state));
      expect(states).toEqual(['accepted', 'rejected', 'pending', 'leased']);
    });

    it('is still the right of a holder whose lease ran out unnoticed', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      const { seq } = await claimOne(store, 'l');
      await store.settle({
        destination: DESTINATION,
        lease: 'l',
        now: NOW + 10_000,
        outcomes: [{ seq, state: 'accepted', warnings: [] }],
      });
      expect(await claimIds(store, { now: NOW + 10_000 })).toEqual([]);
    });

    it('leaves alone what somebody else holds by now', async () => {
      const { store, another } = current();
      const other = await another();
      await append(store, newEvent('a'));
      const { seq } = await claimOne(store, 'slow');
      await claimOne(other, 'next', NOW + 100);
      await settle(store, 'slow', { seq, state: 'accepted', warnings: [] });
      await settle(store, 'slow', { seq, state: 'retry', dueAt: NOW, countsAttempt: true, ...REFUSAL });
      expect(await view(store, 'a')).toMatchObject({ state: 'leased', attempts: 0, dueAt: NOW + 200 });
      await settle(other, 'next', { seq, state: 'rejected', ...REFUSAL });
      expect((await view(store, 'a')).state).toBe('rejected');
    });

    it('keeps the first outcome of an event', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      const { seq } = await claimOne(store, 'l');
      await settle(store, 'l', { seq, state: 'accepted', warnings: [] }, { seq, state: 'dead', ...REFUSAL });
      await settle(store, 'l', { seq, state: 'retry', dueAt: NOW, countsAttempt: true, ...REFUSAL });
      expect((await view(store, 'a')).state).toBe('accepted');
    });

    it("takes Microsoft's words as they are, also those of which an emoji was cut in two", async () => {
      const { store } = current();
      await append(store, newEvent('a'), newEvent('b'), newEvent('c'));
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      const [a, b, c] = events.map(({ seq }) => seq);
      const odd = { code: 'Bad\0', message: 'The name \ud83d…' };
      await settle(
        store,
        'l',
        { seq: a!, state: 'accepted', warnings: [{ path: 'customData.\0', ...odd }] },
        { seq: b!, state: 'rejected', ...odd },
        { seq: c!, state: 'retry', dueAt: NOW, countsAttempt: true, ...odd },
      );
      expect(countsOf((await store.stats()).states)).toEqual({ accepted: 1, rejected: 1, pending: 1 });
      const { reasons, warnings } = await store.overview({});
      expect([reasons.length, warnings.length]).toEqual([1, 1]);
      expect((await view(store, 'b')).message).toBe('The name \ufffd…');
    });

    it('does not know events that never were', async () => {
      const { store } = current();
      await settle(store, 'l', { seq: 4711, state: 'accepted', warnings: [] });
      expect((await store.stats()).states).toEqual([]);
    });
  });
}
