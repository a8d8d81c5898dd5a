import { describe, expect, it } from 'vitest';
import { balance } from '../../balance.ts';
import { EXPIRED } from '../../own-reasons.ts';
import type { Outcome } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  DAY_MS,
  DESTINATION,
  NOW,
  newEvent,
  pruneLimits,
  view,
} from './fixtures.ts';

const ended = { route: { skipped: 'bot' }, notes: ['a note'] };
const CONTENT_GONE = pruneLimits(NOW + 1, NOW);
/** More than either store walks in one step. */
const WALK_MAX_ROWS = 5_001;

const ALL_GONE = pruneLimits(NOW + 1, NOW + 1);

export function describePrune(current: () => StoreUnderTest): void {
  describe('prune', () => {
    it('removes old content first; the key and the outcome stay', async () => {
      const { store } = current();
      await append(store, newEvent('old', ended));
      const young = newEvent('young', { ...ended, receivedAt: NOW + 1 });
      await store.append(arrivals({ events: [young] }));
      await store.prune(CONTENT_GONE);
      expect(await view(store, 'old')).toMatchObject({
        wire: undefined,
        notes: [],
        state: 'skipped',
        code: 'bot',
      });
      expect(await view(store, 'young')).toMatchObject({ wire: young.wire, notes: ['a note'] });
      expect(await append(store, newEvent('old'))).toEqual(['duplicate']);
    });

    it('then forgets the key', async () => {
      const { store } = current();
      await append(store, newEvent('old', ended));
      await store.prune(ALL_GONE);
      expect(await store.find({ limit: 10 })).toEqual([]);
      expect(await append(store, newEvent('old', { wire: '{"eventId":"anew"}' }))).toEqual(['stored']);
      expect(await claimIds(store)).toEqual(['anew']);
    });

    it('goes on behind what a clock stamped that was set back since', async () => {
      const { store } = current();
      const ahead = Array.from({ length: WALK_MAX_ROWS }, (_, i) =>
        newEvent(`ahead${i}`, { ...ended, receivedAt: NOW + DAY_MS }),
      );
      await append(store, ...ahead, newEvent('behind', ended));
      await store.prune(CONTENT_GONE);
      expect((await view(store, 'behind')).wire).toBeUndefined();
      expect((await view(store, 'ahead0')).wire).toBe(ahead[0]!.wire);
      await store.prune(ALL_GONE);
      expect(await store.find({ eventId: 'behind', limit: 1 })).toEqual([]);
    });

    it('keeps the content of each state for its own time', async () => {
      const { store } = current();
      await append(store, newEvent('accepted'), newEvent('dead'), newEvent('skipped', ended));
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      const [accepted, dead] = events.map(({ seq }) => seq);
      const outcomes: Outcome[] = [
        { seq: accepted!, state: 'accepted', warnings: [] },
        { seq: dead!, state: 'dead', code: 'code', message: 'message' },
      ];
      await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
      const limits = pruneLimits(NOW, NOW);
      await store.prune({ ...limits, contentBefore: { ...limits.contentBefore, accepted: NOW + 1 } });
      const kept = (await store.find({ limit: 10 })).filter(({ wire }) => wire !== undefined);
      expect(kept.map(({ eventId }) => eventId)).toEqual(['skipped', 'dead']);
    });

    it('does what it can where the database refuses a part of it', async () => {
      const { store, refuse } = current();
      await append(store, newEvent('old', ended));
      await store.append(arrivals({ memories: [{ site: 'shop', key: 'visitor:v', msclkid: 'c' }] }));
      await refuse('content', 'true', 'DELETE');
      const pruned = store.prune(pruneLimits(NOW + 1, NOW + 1));
      // Contents, and events with theirs.
      await expect(pruned).rejects.toMatchObject({ errors: [expect.any(Error), expect.any(Error)] });
      expect((await view(store, 'old')).wire).toBeDefined();
      expect(await store.recall('shop', ['visitor:v'])).toEqual([]);
    });

    it('ends what has waited until it was too old, also where nobody claims; a lease is left alone', async () => {
      const { store } = current();
      const old = { expiresAt: NOW + 5 };
      await append(store, newEvent('leased', old));
      await claimIds(store, { leaseUntil: NOW + 7 });
      await append(store, newEvent('paused', old), newEvent('lasts', { expiresAt: NOW + 6 }));
      await append(
        store,
        newEvent('removed', { ...old, route: { destination: 'gone', dueAt: NOW, held: false } }),
      );
      await store.pause(DESTINATION, 'refused', NOW + DAY_MS, NOW);
      const states = async (now: number) => {
        await store.prune({ ...pruneLimits(0, 0), now, waitingBefore: now });
        return (await store.find({ limit: 10 })).map(({ eventId, state }) => `${eventId} ${state}`);
      };
      expect(await states(NOW + 5)).toEqual([
        'removed expired',
        'lasts pending',
        'paused expired',
        'leased leased',
      ]);
      expect(await view(store, 'removed')).toMatchObject({ ...EXPIRED, attempts: 0, endedAt: NOW + 5 });
      expect((await states(NOW + 7)).filter((one) => !one.endsWith('expired'))).toEqual([]);
      expect(balance(await store.stats()).filter(({ missing }) => missing !== 0)).toEqual([]);
    });

    it('leaves what it ends its content until the next time, to be sent again where the clock was wrong', async () => {
      const { store } = current();
      await append(store, newEvent('waits', { expiresAt: NOW + 5 }));
      const ahead = pruneLimits(NOW + DAY_MS, NOW + DAY_MS);
      await store.prune(ahead);
      expect(await view(store, 'waits')).toMatchObject({ state: 'expired', wire: expect.any(String) });
      const again = { now: NOW, dryRun: false };
      expect(await store.replay({ states: ['expired'] }, again)).toEqual({
        replayed: 1,
        tooOld: 0,
        erased: 0,
      });
      await store.prune(ahead);
      await store.prune(ahead);
      expect(await store.find({ limit: 1 })).toEqual([]);
    });

    it('never touches what waits', async () => {
      const { store } = current();
      await append(store, newEvent('waits'), newEvent('ended', ended));
      await store.prune(pruneLimits(NOW + DAY_MS, NOW + DAY_MS));
      expect(await claimIds(store)).toEqual(['waits']);
      expect(await append(store, newEvent('waits'), newEvent('ended'))).toEqual(['duplicate', 'stored']);
    });

    it('gets through many rows, also past many that wait', async () => {
      const { store } = current();
      const waiting = Array.from({ length: 2_100 }, (_, index) => newEvent(`waits-${index}`));
      const done = Array.from({ length: 2_100 }, (_, index) => newEvent(`done-${index}`, ended));
      await append(store, ...waiting, ...done);
      await store.prune(CONTENT_GONE);
      expect((await view(store, 'done-2099')).wire).toBeUndefined();
      await store.prune(ALL_GONE);
      expect(await store.find({ limit: 5_000 })).toHaveLength(2_100);
    });
  });
}
