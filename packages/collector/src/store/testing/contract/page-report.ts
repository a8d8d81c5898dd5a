import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../contract.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  countsOf,
  DAY_MS,
  DESTINATION,
  heldPageLoad,
  NOW,
  newEvent,
  pruneLimits,
  view,
} from './fixtures.ts';

const LATER = NOW + 10_000;
const SKIPPED = { state: 'skipped', code: 'tag-sent-page-load', destination: DESTINATION };

const report = (...pageLoadIds: string[]) => ({
  tagPageLoads: pageLoadIds.map((pageLoadId) => ({ site: 'shop', pageLoadId })),
});

export function describePageReports(current: () => StoreUnderTest): void {
  describe('reports of the tag', () => {
    it('do not come: the page load is delivered after the hold', async () => {
      const { store } = current();
      await append(store, heldPageLoad('p'));
      expect(await view(store, 'p-load')).toMatchObject({ state: 'held', dueAt: LATER });
      expect(await claimIds(store, { now: LATER - 1 })).toEqual([]);
      expect((await store.claim(claimRequest({ now: LATER }))).events).toHaveLength(1);
    });

    it('skip a page load that is held', async () => {
      const { store, another } = current();
      await append(store, heldPageLoad('p'), heldPageLoad('q'));
      await (await another()).append(arrivals(report('p')));
      expect(await view(store, 'p-load')).toMatchObject(SKIPPED);
      expect((await view(store, 'q-load')).state).toBe('held');
      expect((await store.claim(claimRequest({ now: LATER }))).events).toHaveLength(1);
    });

    it('skip a page load of the same call', async () => {
      const { store } = current();
      const call = arrivals({ events: [heldPageLoad('p')], ...report('p') });
      expect(await store.append(call)).toEqual(['stored']);
      expect(await view(store, 'p-load')).toMatchObject(SKIPPED);
    });

    it('skip a page load that comes up to 7 days later', async () => {
      const { store } = current();
      await store.append(arrivals(report('p')));
      const now = NOW + 7 * DAY_MS - 1;
      await store.append(arrivals({ now, ...report('q') }));
      await store.prune(pruneLimits(now, now - DAY_MS));
      await store.append(arrivals({ now, events: [heldPageLoad('p')] }));
      expect(await view(store, 'p-load')).toMatchObject(SKIPPED);
    });

    it('skip the revenue of the page load, and nothing else of the page', async () => {
      const { store } = current();
      const revenue = heldPageLoad('p', { eventId: 'p-revenue' });
      const custom = newEvent('custom', { pageLoadId: 'p' });
      await append(store, heldPageLoad('p'), revenue, custom);
      await store.append(arrivals(report('p')));
      expect(await view(store, 'p-revenue')).toMatchObject(SKIPPED);
      expect(await view(store, 'p-load')).toMatchObject(SKIPPED);
      expect((await view(store, 'custom')).state).toBe('pending');
    });

    it('belong to one site', async () => {
      const { store } = current();
      await append(store, heldPageLoad('p', { site: 'other' }));
      await store.append(arrivals({ ...report('p', 'q'), events: [heldPageLoad('q', { site: 'other' })] }));
      expect((await view(store, 'p-load')).state).toBe('held');
      expect((await view(store, 'q-load')).state).toBe('held');
    });

    it('come too late for what is on its way or was tried', async () => {
      const { store } = current();
      await append(store, heldPageLoad('p'));
      const { events } = await store.claim(claimRequest({ now: LATER, lease: 'l' }));
      await store.append(arrivals(report('p')));
      expect((await view(store, 'p-load')).state).toBe('leased');
      const why = { code: 'Http503', message: 'later' };
      await store.settle({
        destination: DESTINATION,
        lease: 'l',
        now: LATER,
        outcomes: [{ seq: events[0]!.seq, state: 'retry', dueAt: LATER, countsAttempt: true, ...why }],
      });
      await store.append(arrivals(report('p')));
      expect((await view(store, 'p-load')).state).toBe('pending');
    });

    it('can be repeated', async () => {
      const { store } = current();
      await append(store, heldPageLoad('p'));
      await store.append(arrivals(report('p', 'p')));
      await store.append(arrivals(report('p')));
      expect(countsOf((await store.stats()).states)).toEqual({ skipped: 1 });
    });
  });
}
