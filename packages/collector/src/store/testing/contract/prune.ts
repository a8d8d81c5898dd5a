import { describe, expect, it } from 'vitest';
import type { StoreUnderTest } from '../contract.ts';
import { append, arrivals, claimIds, DAY_MS, NOW, newEvent, view } from './fixtures.ts';

const ended = { route: { skipped: 'bot' }, notes: ['a note'] };
const CONTENT_GONE = { contentBefore: NOW + 1, keysBefore: NOW };
const ALL_GONE = { contentBefore: NOW + 1, keysBefore: NOW + 1 };

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
      expect(await store.counts()).toEqual([]);
      expect(await append(store, newEvent('old', { wire: '{"eventId":"anew"}' }))).toEqual(['stored']);
      expect(await claimIds(store)).toEqual(['anew']);
    });

    it('never touches what waits', async () => {
      const { store } = current();
      await append(store, newEvent('waits'), newEvent('ended', ended));
      await store.prune({ contentBefore: NOW + DAY_MS, keysBefore: NOW + DAY_MS });
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
      expect((await store.counts()).map(({ count }) => count)).toEqual([2_100]);
    });
  });
}
