import { describe, expect, it } from 'vitest';
import { type Day, MAX_DAY_ROWS, OTHER_NAMES } from '../../day-table.ts';
import type { NewEvent, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, arrivals, DESTINATION, HOUR_MS, NOW, newEvent, pruneLimits } from './fixtures.ts';

/** The hour of the fixtures' arrivals. */
const HOUR = Math.floor(NOW / HOUR_MS) * HOUR_MS;

const EVENT = {
  eventType: 'custom',
  adStorageConsent: 'G',
  pageLoadId: 'p',
  userData: { msclkid: 'm', anonymousId: 'v', clientIpAddress: '203.0.113.7' },
  customData: { value: 20, currency: 'EUR' },
};

const ALL = { after: 0, until: NOW, reportsSince: 0 };

function event(id: string, wire: object = {}, given: Partial<NewEvent> = {}): NewEvent {
  return newEvent(id, { wire: JSON.stringify({ ...EVENT, ...wire }), ...given });
}

function day(name: string, counts: Day['counts'], given: Partial<Day> = {}): Day {
  return { site: 'shop', day: '2026-09-21', name, source: 'pixel', currency: 'EUR', counts, ...given };
}

const RANGE = { since: '2026-09-01', until: '2026-09-30' };

async function fill(store: Store, days: readonly Day[], from = 0, to = from + 1): Promise<boolean> {
  return store.addDays({ from, to, days });
}

export function describeDays(current: () => StoreUnderTest): void {
  describe('groups of events', () => {
    it('wait for their time, but not for one that a clock stamped before it was set back', async () => {
      const { store } = current();
      await append(
        store,
        event('ahead', {}, { receivedAt: NOW + 24 * HOUR_MS }),
        event('a'),
        event('b', {}, { receivedAt: NOW + 1 }),
        event('c'),
      );
      const counted = async (until: number) => {
        const { groups, reached } = await store.groupEvents({ ...ALL, until });
        return [groups.reduce((sum, { counts }) => sum + counts.events, 0), reached];
      };
      expect(await counted(NOW)).toEqual([2, 2]);
      expect(await counted(NOW + 1)).toEqual([4, 4]);
    });

    it('are what they have in common, and how many have what', async () => {
      const { store } = current();
      const { customData: _, ...bare } = EVENT;
      await append(
        store,
        event('a'),
        event('b', { userData: { em: 'e', ph: 'p', externalId: 'x', clientUserAgent: 'u' } }),
        event('c', {}, { wire: JSON.stringify({ ...bare, adStorageConsent: 'D' }) }),
      );
      const { groups, ...step } = await store.groupEvents(ALL);
      expect(step).toEqual({ reached: 3, isEnd: true });
      const common = { site: 'shop', hour: HOUR, name: 'purchase', isPageLoad: false, source: 'pixel' };
      const none = { em: 0, ph: 0, externalId: 0, clientUserAgent: 0 };
      expect(groups.sort((x, y) => x.currency.localeCompare(y.currency))).toEqual([
        {
          ...common,
          currency: '',
          destination: DESTINATION,
          skipped: undefined,
          counts: {
            ...none,
            events: 1,
            value: 0,
            valued: 0,
            msclkid: 1,
            anonymousId: 0,
            clientIpAddress: 1,
            granted: 0,
            tagSeen: 0,
            tagNotSeen: 1,
          },
        },
        {
          ...common,
          currency: 'EUR',
          destination: DESTINATION,
          skipped: undefined,
          counts: {
            events: 2,
            value: 40,
            valued: 2,
            msclkid: 1,
            em: 1,
            ph: 1,
            externalId: 1,
            anonymousId: 1,
            clientIpAddress: 1,
            clientUserAgent: 1,
            granted: 2,
            tagSeen: 0,
            tagNotSeen: 2,
          },
        },
      ]);
    });

    it('go on where values are so large that nobody can add them', async () => {
      const { store } = current();
      const huge = { customData: { value: Number.MAX_VALUE, currency: 'EUR' } };
      await append(store, event('a', huge), event('b', huge));
      const { groups, reached } = await store.groupEvents(ALL);
      expect(reached).toBe(2);
      expect(groups.map(({ counts }) => counts)).toMatchObject([
        { events: 2, value: Number.MAX_VALUE, valued: 2 },
      ]);
    });

    it('tell whether the tag sent the page load, as long as that can be known', async () => {
      const { store } = current();
      await store.append(
        arrivals({
          events: [event('a'), event('b', { pageLoadId: 'q' }), event('c', { pageLoadId: undefined })],
          tagPageLoads: [{ site: 'shop', pageLoadId: 'p' }],
        }),
      );
      const counts = async (reportsSince: number) =>
        (await store.groupEvents({ ...ALL, reportsSince })).groups.map((group) => group.counts);
      expect(await counts(0)).toMatchObject([{ events: 3, tagSeen: 1, tagNotSeen: 1 }]);
      expect(await counts(NOW + 1)).toMatchObject([{ events: 3, tagSeen: 1, tagNotSeen: 0 }]);
    });

    it('keep apart what a rule held back, and page loads; leave out what has no content or is of another API', async () => {
      const { store } = current();
      await append(
        store,
        event('bot:1', {}, { route: { skipped: 'bot: curl' } }),
        event('load', { eventType: 'pageLoad' }, { name: '' }),
        event('erased', {}, { keys: ['visitor:v'] }),
        event('item', { eventType: undefined }, { tagId: 'offline:shop', name: 'Lead' }),
      );
      await store.erase({ keys: ['visitor:v'] }, NOW);
      const { groups, reached } = await store.groupEvents(ALL);
      expect(reached).toBe(4);
      const told = groups.map(({ name, isPageLoad, destination, skipped, counts }) => ({
        ...{ name, isPageLoad, destination, skipped },
        events: counts.events,
      }));
      expect(told).toHaveLength(2);
      expect(told).toContainEqual({
        ...{ name: 'purchase', isPageLoad: false, destination: '', skipped: 'bot: curl' },
        events: 1,
      });
      expect(told).toContainEqual({
        ...{ name: '', isPageLoad: true, destination: DESTINATION, skipped: undefined },
        events: 1,
      });
    });

    it('come in steps, and not before their time', async () => {
      const { store } = current();
      const many = Array.from({ length: 1_001 }, (_, i) => event(`e${i}`));
      await append(store, ...many, event('new', {}, { receivedAt: NOW + 1 }));
      let counted = 0;
      let after = 0;
      for (let steps = 1; ; steps++) {
        const { groups, reached, isEnd } = await store.groupEvents({ ...ALL, after });
        counted += groups.reduce((sum, group) => sum + group.counts.events, 0);
        after = reached;
        if (isEnd) break;
        expect(steps).toBeLessThan(10);
      }
      expect({ counted, after }).toEqual({ counted: 1_001, after: 1_001 });
      expect((await store.groupEvents({ ...ALL, after })).reached).toBe(1_001);
    });
  });

  describe('days', () => {
    it('are added to, by one of those who go on from the same event', async () => {
      const { store, another } = current();
      const other = await another();
      const addition = { from: 0, to: 7, days: [day('purchase', { events: 2, value: 40 })] };
      const added = await Promise.all([store, other, store].map((one) => one.addDays(addition)));
      expect(added.filter(Boolean)).toHaveLength(1);
      expect(await other.readDayCursor()).toBe(7);
      expect(await fill(store, [day('purchase', { events: 1, value: 2, em: 1 })], 7)).toBe(true);
      expect(await other.readDays(RANGE)).toEqual([day('purchase', { events: 3, value: 42, em: 1 })]);
    });

    it('keep the largest sum that there is', async () => {
      const { store } = current();
      for (const step of [0, 1, 2]) await fill(store, [day('purchase', { value: Number.MAX_VALUE })], step);
      expect(await store.readDays(RANGE)).toEqual([day('purchase', { value: Number.MAX_VALUE })]);
    });

    it('are read by day, site and name, the oldest first', async () => {
      const { store } = current();
      const days = [
        day('b', { events: 1 }, { day: '2026-09-21' }),
        day('a', { events: 1 }, { day: '2026-09-20' }),
        day('a', { events: 1 }, { day: '2026-09-21', site: 'other' }),
      ];
      await fill(store, days);
      expect(await store.readDays(RANGE)).toEqual([days[1], days[2], days[0]]);
      expect(await store.readDays({ ...RANGE, sites: ['other'] })).toEqual([days[2]]);
      expect(await store.readDays({ ...RANGE, names: ['b'] })).toEqual([days[0]]);
      expect(await store.readDays({ since: '2026-09-20', until: '2026-09-20' })).toEqual([days[1]]);
    });

    it('have a limited number of names; what is beyond counts together, without value', async () => {
      const { store } = current();
      const names = Array.from({ length: MAX_DAY_ROWS + 2 }, (_, i) => day(`n${i}`, { events: 1, value: 5 }));
      await fill(store, names);
      const days = await store.readDays(RANGE);
      expect(days).toHaveLength(MAX_DAY_ROWS + 1);
      const other = days.find(({ name }) => name === OTHER_NAMES);
      expect(other).toEqual(day(OTHER_NAMES, { events: 2 }, { currency: '' }));
    });

    it('outlive their events, until their own time is over', async () => {
      const { store } = current();
      await append(store, event('a'));
      await fill(store, [day('purchase', { events: 1 })]);
      await store.prune(pruneLimits(NOW + 1, NOW + 1));
      expect(await store.readDays(RANGE)).toHaveLength(1);
      await store.prune({ ...pruneLimits(0, 0), daysBefore: '2026-09-22' });
      expect(await store.readDays(RANGE)).toEqual([]);
    });
  });
}
