import { describe, expect, it } from 'vitest';
import { type Outcome, type Store, UNTIL_RESUMED } from '../../port.ts';
import { type EventDetail, MAX_HISTORY_ENTRIES } from '../../reading.ts';
import type { StoreUnderTest } from '../contract.ts';
import {
  append,
  arrivals,
  claimRequest,
  DAY_MS,
  DESTINATION,
  NOW,
  newEvent,
  pruneLimits,
  view,
} from './fixtures.ts';

const WHY = { code: 'Http503', message: 'busy' };

/** Claims the one event that is due, and settles it. */
async function settle(store: Store, now: number, given: Partial<Outcome> & Pick<Outcome, 'state'>) {
  const lease = `at ${now}`;
  const { events } = await store.claim(claimRequest({ now, lease }));
  const rest = given.state === 'accepted' ? { warnings: [] } : { dueAt: now, countsAttempt: true, ...WHY };
  const outcome = { seq: events[0]!.seq, ...rest, ...given } as Outcome;
  await store.settle({ destination: DESTINATION, lease, now, outcomes: [outcome] });
}

async function detailOf(store: Store, eventId: string): Promise<EventDetail> {
  const { seq } = await view(store, eventId);
  return (await store.detail({ seq }))!;
}

export function describeDetail(current: () => StoreUnderTest): void {
  describe('detail', () => {
    it('has the event itself, and nothing more to say where it was plainly accepted', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      await settle(store, NOW + 1, { state: 'accepted' });
      expect(await detailOf(store, 'a')).toEqual({
        event: await view(store, 'a'),
        expiresAt: NOW + 7 * DAY_MS,
        pageLoadId: undefined,
        tagSentPageLoadAt: undefined,
        history: [],
        pauses: [],
        related: [],
      });
    });

    it('there is none of an unknown event, nor of another site', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      const { seq } = await view(store, 'a');
      expect(await store.detail({ seq, sites: ['shop'] })).toBeDefined();
      expect(await store.detail({ seq, sites: ['blog'] })).toBeUndefined();
      expect(await store.detail({ seq: seq + 1 })).toBeUndefined();
    });

    it('tells every try with its reason; the same again and again is one entry', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      await settle(store, NOW, { state: 'retry', dueAt: NOW + 10 });
      await settle(store, NOW + 10, { state: 'retry', dueAt: NOW + 20 });
      await settle(store, NOW + 20, { state: 'retry', dueAt: NOW + 30, countsAttempt: false });
      await settle(store, NOW + 30, { state: 'retry', dueAt: NOW + 40, code: 'Reset' });
      await settle(store, NOW + 40, { state: 'accepted' });
      const { history, event } = await detailOf(store, 'a');
      expect(event).toMatchObject({ state: 'accepted', attempts: 4 });
      expect(history).toEqual([
        { what: 'retried', at: NOW, lastAt: NOW + 10, count: 2, ...WHY, dueAt: NOW + 20 },
        { what: 'deferred', at: NOW + 20, lastAt: NOW + 20, count: 1, ...WHY, dueAt: NOW + 30 },
        { what: 'retried', at: NOW + 30, lastAt: NOW + 30, count: 1, ...WHY, code: 'Reset', dueAt: NOW + 40 },
      ]);
    });

    it('tells of a process that never said what became of the event', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      await store.claim(claimRequest({ leaseUntil: NOW + 5 }));
      await store.claim(claimRequest({ now: NOW + 5, leaseUntil: NOW + 9 }));
      const { history } = await detailOf(store, 'a');
      expect(history).toEqual([{ what: 'lapsed', at: NOW + 5, lastAt: NOW + 5, count: 1 }]);
    });

    it('tells how it ended before a replay', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      await settle(store, NOW, { state: 'dead' });
      await store.replay({ states: ['dead'] }, { now: NOW + 5, dryRun: false });
      const { history } = await detailOf(store, 'a');
      expect(history).toEqual([
        { what: 'ended', at: NOW, lastAt: NOW, count: 1, state: 'dead', ...WHY },
        { what: 'replayed', at: NOW + 5, lastAt: NOW + 5, count: 1 },
      ]);
    });

    it('keeps the first and the newest of a long history', async () => {
      const { store } = current();
      await append(store, newEvent('a'));
      const tries = MAX_HISTORY_ENTRIES + 10;
      for (let i = 0; i < tries; i++) {
        await settle(store, NOW + i, { state: 'retry', dueAt: NOW + i, message: `try ${i}` });
      }
      const { history } = await detailOf(store, 'a');
      expect(history).toHaveLength(MAX_HISTORY_ENTRIES);
      expect(history[0]!.message).toBe('try 0');
      expect(history[1]!.message).toBe('try 11');
      expect(history.at(-1)!.message).toBe(`try ${tries - 1}`);
    });

    it('forgets the history with the content', async () => {
      const { store, another } = current();
      await append(store, newEvent('pruned'));
      await settle(store, NOW, { state: 'retry', dueAt: NOW });
      await settle(store, NOW, { state: 'accepted' });
      await store.prune(pruneLimits(NOW + 1, NOW));
      await append(store, newEvent('erased', { receivedAt: NOW + 1, keys: ['visitor:v'] }));
      await settle(store, NOW, { state: 'retry', dueAt: NOW });
      await (await another()).erase({ keys: ['visitor:v'] }, NOW);
      for (const id of ['pruned', 'erased']) expect(await detailOf(store, id)).toMatchObject({ history: [] });
    });

    it('tells when its destination was paused while it waited, and of no other time', async () => {
      const { store } = current();
      await store.pause(DESTINATION, 'before', NOW, NOW - 9);
      await store.resume(DESTINATION, NOW - 5);
      await append(store, newEvent('a'));
      await store.pause(DESTINATION, 'the token is refused', NOW, NOW + 1);
      await store.pause(DESTINATION, 'the token is refused', NOW + 9, NOW + 2);
      await store.pause(DESTINATION, 'by an operator', UNTIL_RESUMED, NOW + 3);
      await store.pause(DESTINATION, 'the token is refused', NOW + 9, NOW + 4);
      await store.pause('other', 'reason', NOW, NOW + 1);
      const refused = { reason: 'the token is refused', from: NOW + 1, until: NOW + 3 };
      const wanted = { reason: 'by an operator', from: NOW + 3 };
      expect((await detailOf(store, 'a')).pauses).toEqual([refused, wanted]);
      await store.resume(DESTINATION, NOW + 5);
      await settle(store, NOW + 6, { state: 'accepted' });
      await store.pause(DESTINATION, 'after', NOW, NOW + 7);
      expect((await detailOf(store, 'a')).pauses).toEqual([refused, { ...wanted, until: NOW + 5 }]);
    });

    it('tells of its page load, and whether the tag was seen to send it', async () => {
      const { store } = current();
      const wire = JSON.stringify({ pageLoadId: 'p' });
      await append(store, newEvent('a', { wire }), newEvent('blog', { wire, site: 'blog' }));
      expect(await detailOf(store, 'a')).toMatchObject({ pageLoadId: 'p', tagSentPageLoadAt: undefined });
      await store.append(arrivals({ now: NOW + 3, tagPageLoads: [{ site: 'shop', pageLoadId: 'p' }] }));
      expect(await detailOf(store, 'a')).toMatchObject({ tagSentPageLoadAt: NOW + 3 });
      expect(await detailOf(store, 'blog')).toMatchObject({ tagSentPageLoadAt: undefined });
    });

    it('shows copies of the same id and what came of the same page load, of visible sites alone', async () => {
      const { store } = current();
      const wire = JSON.stringify({ pageLoadId: 'p' });
      const near = JSON.stringify({ pageLoadId: 'q', referrerUrl: 'p' });
      await append(
        store,
        newEvent('p', { name: '', wire }),
        newEvent('a', { wire }),
        newEvent('a', { name: 'lead', site: 'blog', wire }),
        newEvent('bot:a'),
        newEvent('b', { wire: near }),
      );
      const { events } = await store.search({ id: 'a', name: 'purchase', limit: 5 });
      const { seq } = events.find(({ eventId }) => eventId === 'a')!;
      const related = async (sites?: string[]) => {
        const found = await store.detail({ seq, ...(sites && { sites }) });
        return found!.related.map((one) => [one.by, one.eventId, one.site]);
      };
      expect(await related()).toEqual([
        ['id', 'bot:a', 'shop'],
        ['id', 'a', 'blog'],
        ['page-load', 'p', 'shop'],
      ]);
      expect(await related(['shop'])).toEqual([
        ['id', 'bot:a', 'shop'],
        ['page-load', 'p', 'shop'],
      ]);
    });
  });
}
