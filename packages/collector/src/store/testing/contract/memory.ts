import { describe, expect, it } from 'vitest';
import type { NewMemory, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { arrivals, DAY_MS, NOW, pruneLimits } from './fixtures.ts';

function remember(store: Store, ...memories: Omit<NewMemory, 'site'>[]) {
  return store.append(arrivals({ memories: memories.map((memory) => ({ site: 'shop', ...memory })) }));
}

export function describeMemory(current: () => StoreUnderTest): void {
  describe('memory', () => {
    it('gives what is known of the keys, and leaves out the unknown', async () => {
      const { store, another } = current();
      const visitor = { key: 'visitor:v', consent: 'granted', msclkid: 'click', clickedAt: NOW } as const;
      const customer = { key: 'customer:7', consent: 'denied' } as const;
      await remember(store, visitor, customer);
      const recalled = await (await another()).recall('shop', ['customer:7', 'em:unknown', 'visitor:v']);
      expect(recalled).toEqual([customer, visitor]);
      expect(await store.recall('shop', [])).toEqual([]);
    });

    it('knows sites apart', async () => {
      const { store } = current();
      await remember(store, { key: 'visitor:v', consent: 'denied' });
      expect(await store.recall('other', ['visitor:v'])).toEqual([]);
    });

    it('keeps the newest click, in whatever order clicks come', async () => {
      const { store } = current();
      await remember(store, { key: 'em:x', msclkid: 'second', clickedAt: NOW });
      await remember(store, { key: 'em:x', msclkid: 'first', clickedAt: NOW - 1 });
      await remember(store, { key: 'em:x', msclkid: 'first', clickedAt: NOW - 1, consent: 'granted' });
      expect(await store.recall('shop', ['em:x'])).toMatchObject([{ msclkid: 'second', clickedAt: NOW }]);
      await remember(
        store,
        { key: 'em:x', msclkid: 'fourth', clickedAt: NOW + 2 },
        { key: 'em:x', msclkid: 'third', clickedAt: NOW + 1 },
      );
      expect(await store.recall('shop', ['em:x'])).toMatchObject([{ msclkid: 'fourth', clickedAt: NOW + 2 }]);
    });

    it('takes a click without its time as seen now', async () => {
      const { store } = current();
      await remember(store, { key: 'em:x', msclkid: 'click' });
      expect(await store.recall('shop', ['em:x'])).toEqual([
        { key: 'em:x', msclkid: 'click', clickedAt: NOW },
      ]);
    });

    it('merges: what is not said again stays', async () => {
      const { store } = current();
      await remember(store, { key: 'visitor:v', msclkid: 'click', clickedAt: NOW });
      await remember(store, { key: 'visitor:v', consent: 'granted' });
      await remember(store, { key: 'visitor:v' });
      const merged = { key: 'visitor:v', consent: 'granted', msclkid: 'click', clickedAt: NOW };
      expect(await store.recall('shop', ['visitor:v'])).toEqual([merged]);
    });

    it('takes the last decision', async () => {
      const { store } = current();
      await remember(
        store,
        { key: 'visitor:v', consent: 'denied' },
        { key: 'visitor:v', consent: 'granted' },
      );
      expect(await store.recall('shop', ['visitor:v'])).toMatchObject([{ consent: 'granted' }]);
      await remember(store, { key: 'visitor:v', consent: 'denied' });
      expect(await store.recall('shop', ['visitor:v'])).toMatchObject([{ consent: 'denied' }]);
    });

    it('forgets people who were not seen for the retention, but no denial', async () => {
      const { store } = current();
      const later = NOW + 2 * DAY_MS;
      const consents = { 'em:gone': 'granted', 'em:seen': 'granted', 'em:denied': 'denied' } as const;
      const memories = Object.entries(consents).map(([key, consent]) => ({ site: 'shop', key, consent }));
      await store.append(arrivals({ memories }));
      await store.append(
        arrivals({ now: later, memories: [{ site: 'shop', key: 'em:seen', consent: 'granted' }] }),
      );
      await store.prune(pruneLimits(later - DAY_MS, later - DAY_MS));
      const left = await store.recall('shop', Object.keys(consents));
      expect(left.map(({ key }) => key)).toEqual(['em:seen', 'em:denied']);
    });
  });
}
