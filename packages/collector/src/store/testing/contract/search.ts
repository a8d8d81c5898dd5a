import { describe, expect, it } from 'vitest';
import type { EventFilter } from '../../reading.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimRequest, DESTINATION, HOUR_MS, heldPageLoad, NOW, newEvent } from './fixtures.ts';

const WIRE = JSON.stringify({
  eventSourceUrl: `https://shop.example/${'x'.repeat(400)}`,
  customData: { value: 75.3, currency: 'EUR' },
});

export function describeSearch(current: () => StoreUnderTest): void {
  describe('search', () => {
    const idsOf = async (filter: EventFilter) => {
      const { events, next } = await current().store.search({ ...filter, limit: 100 });
      expect(next).toBeUndefined();
      return events.map(({ eventId }) => eventId);
    };

    /** `a` accepted, `r` rejected; waiting: `w`, `h` (held page load), `other` of another site, tag, name and way in. */
    async function fill(): Promise<void> {
      const { store } = current();
      await append(store, newEvent('a', { wire: WIRE }), newEvent('r', { receivedAt: NOW + HOUR_MS }));
      const { events } = await store.claim(claimRequest({ lease: 'l' }));
      const warnings = [{ path: 'userData.em', code: 'InvalidEmail', message: 'no hash' }];
      await store.settle({
        destination: DESTINATION,
        lease: 'l',
        now: NOW + 5,
        outcomes: [
          { seq: events[0]!.seq, state: 'accepted', warnings },
          { seq: events[1]!.seq, state: 'rejected', code: 'Bad', message: 'no' },
        ],
      });
      await append(
        store,
        newEvent('s', { receivedAt: NOW + 2 * HOUR_MS, route: { skipped: 'bot' } }),
        newEvent('w', { receivedAt: NOW + 3 * HOUR_MS }),
        heldPageLoad('h', { receivedAt: NOW + 4 * HOUR_MS, eventId: 'h' }),
        newEvent('other', {
          site: 'blog',
          tagId: '9',
          name: 'lead',
          source: 'server',
          receivedAt: NOW + 5 * HOUR_MS,
          route: { destination: 'elsewhere', dueAt: NOW, held: false },
        }),
      );
    }

    it.each<[string, EventFilter, string[]]>([
      ['nothing', {}, ['other', 'h', 'w', 's', 'r', 'a']],
      ['site', { sites: ['blog'] }, ['other']],
      ['sites', { sites: ['blog', 'shop'] }, ['other', 'h', 'w', 's', 'r', 'a']],
      ['no site at all', { sites: [] }, []],
      ['name', { name: 'lead' }, ['other']],
      ['the empty name', { name: '' }, ['h']],
      ['a name that none can have', { name: '\0' }, []],
      ['a waiting state', { states: ['held'] }, ['h']],
      ['a final state', { states: ['rejected'] }, ['r']],
      ['several states', { states: ['accepted', 'pending', 'skipped'] }, ['other', 'w', 's', 'a']],
      ['no state at all', { states: [] }, []],
      ['destination', { destination: DESTINATION }, ['h', 'w', 'r', 'a']],
      ['no destination', { destination: '' }, ['s']],
      ['source', { source: 'server' }, ['other']],
      ['id', { id: 'r' }, ['r']],
      ['id and state', { id: 'r', states: ['accepted'] }, []],
      ['since', { since: NOW + 3 * HOUR_MS }, ['other', 'h', 'w']],
      ['until', { until: NOW + 3 * HOUR_MS }, ['s', 'r', 'a']],
      [
        'everything',
        { sites: ['shop'], name: 'purchase', states: ['pending'], source: 'pixel', since: NOW },
        ['w'],
      ],
    ])('by %s', async (_, filter, expected) => {
      await fill();
      expect(await idsOf(filter)).toEqual(expected);
    });

    it('by id, also what is held back under it', async () => {
      await append(
        current().store,
        newEvent('1'),
        newEvent('bot:1'),
        newEvent('filtered:1'),
        newEvent('bot:12'),
      );
      expect(await idsOf({ id: '1' })).toEqual(['filtered:1', 'bot:1', '1']);
      expect(await idsOf({ id: 'bot:1' })).toEqual(['filtered:1', 'bot:1', '1']);
    });

    it('gives a line of each: what is sent in short, and what became of it', async () => {
      await fill();
      const { events } = await current().store.search({ states: ['accepted', 'rejected'], limit: 2 });
      const common = {
        site: 'shop',
        tagId: '1234',
        name: 'purchase',
        source: 'pixel',
        destination: DESTINATION,
      };
      expect(events).toEqual([
        {
          ...common,
          seq: 2,
          eventId: 'r',
          receivedAt: NOW + HOUR_MS,
          state: 'rejected',
          attempts: 1,
          dueAt: undefined,
          endedAt: NOW + 5,
          code: 'Bad',
          warnings: 0,
          pageUrl: undefined,
          value: undefined,
          currency: undefined,
        },
        {
          ...common,
          seq: 1,
          eventId: 'a',
          receivedAt: NOW,
          state: 'accepted',
          attempts: 1,
          dueAt: undefined,
          endedAt: NOW + 5,
          code: undefined,
          warnings: 1,
          pageUrl: `https://shop.example/${'x'.repeat(400)}`.slice(0, 300),
          value: 75.3,
          currency: 'EUR',
        },
      ]);
    });

    it.each<[string, EventFilter]>([
      ['all', {}],
      ['by states', { states: ['skipped', 'pending'] }],
    ])('page after page, %s: each once, in order', async (_, filter) => {
      const { store } = current();
      const ids = Array.from({ length: 25 }, (_, index) => `e${index}`);
      for (const [index, id] of ids.entries()) {
        await append(store, newEvent(id, index % 2 === 0 ? { route: { skipped: 'bot' } } : {}));
      }
      const found: string[] = [];
      let before: number | undefined;
      for (let page = 0; page < 10; page++) {
        const { events, next } = await store.search({
          ...filter,
          limit: 10,
          ...(before !== undefined && { before }),
        });
        found.push(...events.map(({ eventId }) => eventId));
        if (next === undefined) break;
        before = next;
      }
      expect(found).toEqual(ids.toReversed());
    });
  });
}
