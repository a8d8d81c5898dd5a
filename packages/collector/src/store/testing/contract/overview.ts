import { describe, expect, it } from 'vitest';
import type { Outcome, Store } from '../../port.ts';
import type { Overview } from '../../reading.ts';
import type { StoreUnderTest } from '../contract.ts';
import { append, claimRequest, DESTINATION, NOW, newEvent } from './fixtures.ts';

const OTHER = 'uet-capi:9';

/** Of browsers one second before it arrived, unless `given` says otherwise. */
const wire = JSON.stringify({ eventTime: NOW / 1_000 - 1 });

async function settleAll(store: Store, now: number, outcomeOf: (index: number) => object): Promise<void> {
  const lease = `at ${now}`;
  const { events } = await store.claim(claimRequest({ lease }));
  const outcomes = events.map(({ seq }, index) => ({ seq, ...outcomeOf(index) }) as Outcome);
  await store.settle({ destination: DESTINATION, lease, now, outcomes });
}

const accepted = { state: 'accepted', warnings: [] };

export function describeOverview(current: () => StoreUnderTest): void {
  describe('overview', () => {
    it('of an empty store is empty', async () => {
      const overview = await current().store.overview({});
      expect(overview).toMatchObject({ accounts: [], destinations: [], reasons: [], warnings: [] });
      expect(overview.latency.sinceEvent).toMatchObject({ events: 0, p50: 0, p95: 0, p99: 0, max: 0 });
    });

    it('counts per site and destination, tells what waits longest and what is paused', async () => {
      const { store } = current();
      await append(
        store,
        newEvent('a'),
        newEvent('b'),
        newEvent('c'),
        newEvent('s', { route: { skipped: 'bot' } }),
      );
      await settleAll(store, NOW, (index) =>
        index === 0 ? accepted : { state: 'dead', code: 'x', message: 'm' },
      );
      const route = { destination: OTHER, dueAt: NOW, held: false };
      await append(
        store,
        newEvent('w', { site: 'blog', route, receivedAt: NOW - 5 }),
        newEvent('w2', { route }),
      );
      await store.pause(OTHER, 'the token is refused', NOW + 60_000, NOW + 1);
      const { accounts, destinations } = await store.overview({});
      expect(accounts.toSorted((a, b) => b.received - a.received)).toEqual([
        { site: 'shop', destination: DESTINATION, received: 3, waiting: 0, ended: { accepted: 1, dead: 2 } },
        ...[
          { site: 'blog', destination: OTHER, received: 1, waiting: 1, ended: {} },
          { site: 'shop', destination: '', received: 1, waiting: 0, ended: { skipped: 1 } },
          { site: 'shop', destination: OTHER, received: 1, waiting: 1, ended: {} },
        ],
      ]);
      const paused = { reason: 'the token is refused', since: NOW + 1, probeAt: NOW + 60_000 };
      expect(destinations).toEqual([
        { destination: DESTINATION, oldestAt: undefined, stuckAt: undefined, paused: undefined },
        { destination: OTHER, oldestAt: NOW - 5, stuckAt: NOW - 5, paused },
      ]);
    });

    it('tells what waits longest but for what was put off on purpose', async () => {
      const { store } = current();
      await append(store, newEvent('off'), newEvent('original'));
      await settleAll(store, NOW, (index) => ({
        ...{ state: 'retry', dueAt: NOW + 9, countsAttempt: false, message: 'm' },
        code: index === 0 ? 'GoalSwitchedOff' : 'OriginalWaits',
      }));
      const one = async () => (await store.overview({})).destinations[0];
      expect(await one()).toMatchObject({ oldestAt: NOW, stuckAt: undefined });
      await append(
        store,
        newEvent('new', { receivedAt: NOW + 3 }),
        newEvent('newer', { receivedAt: NOW + 4 }),
      );
      expect(await one()).toMatchObject({ oldestAt: NOW, stuckAt: NOW + 3 });
    });

    it('counts reasons and warnings, the most frequent first, each with its newest event', async () => {
      const { store } = current();
      await append(store, ...['a', 'b', 'c', 'd', 'e'].map((id) => newEvent(id)));
      const em = { path: 'userData.em', code: 'InvalidHash', message: 'no' };
      const ph = { path: 'userData.ph', code: 'InvalidHash', message: 'no' };
      const rejected = (code: string) => ({ state: 'rejected', code, message: 'no' });
      const outcomes = [
        rejected('Rare'),
        rejected('Often'),
        rejected('Often'),
        { state: 'accepted', warnings: [em, ph] },
        { state: 'accepted', warnings: [ph] },
      ];
      await settleAll(store, NOW + 7, (index) => outcomes[index]!);
      const { reasons, warnings } = await store.overview({});
      const common = { site: 'shop', destination: DESTINATION, at: NOW + 7 };
      expect(reasons).toEqual([
        { ...common, state: 'rejected', code: 'Often', count: 2, seq: 3 },
        { ...common, state: 'rejected', code: 'Rare', count: 1, seq: 1 },
      ]);
      expect(warnings).toEqual([
        { ...common, path: 'userData.ph', code: 'InvalidHash', count: 2, seq: 5 },
        { ...common, path: 'userData.em', code: 'InvalidHash', count: 1, seq: 4 },
      ]);
    });

    it('tells how long browsers’ events took to be accepted', async () => {
      const { store } = current();
      const late = newEvent('late', { wire, receivedAt: NOW - 2_000 });
      await append(store, ...['a', 'b', 'c'].map((id) => newEvent(id, { wire })), late);
      await append(store, newEvent('server', { wire, source: 'server', receivedAt: 0 }));
      await settleAll(store, NOW + 400, () => accepted);
      const { latency } = await store.overview({});
      const counted = ({ buckets }: Overview['latency']['sinceEvent']) =>
        buckets.filter(({ events }) => events > 0);
      expect(latency.sinceEvent).toMatchObject({ events: 4, p50: 1_400, p95: 1_400, p99: 1_400, max: 1_400 });
      expect(counted(latency.sinceEvent)).toEqual([{ upTo: 2_000, events: 4 }]);
      expect(latency.sinceReceipt).toMatchObject({ events: 4, p50: 400, p95: 2_400, max: 2_400 });
      expect(counted(latency.sinceReceipt)).toEqual([
        { upTo: 500, events: 3 },
        { upTo: 5_000, events: 1 },
      ]);
    });

    it('is of the visible sites alone', async () => {
      const { store } = current();
      await append(
        store,
        newEvent('a', { wire }),
        newEvent('b'),
        newEvent('s', { route: { skipped: 'bot' } }),
      );
      const warning = { path: 'userData.em', code: 'InvalidHash', message: 'no' };
      await settleAll(store, NOW, (index) => ({ state: 'accepted', warnings: index === 0 ? [warning] : [] }));
      await append(store, newEvent('own', { site: 'blog', route: { skipped: 'other' } }));
      const { accounts, destinations, reasons, warnings, latency } = await store.overview({
        sites: ['blog'],
      });
      expect(accounts.map(({ site }) => site)).toEqual(['blog']);
      expect(reasons.map(({ code }) => code)).toEqual(['other']);
      expect([destinations, warnings, latency.sinceEvent.events]).toEqual([[], [], 0]);
    });
  });
}
