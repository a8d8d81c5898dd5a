import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { balance } from '../../balance.ts';
import type { NewEvent, Outcome, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import {
  arrivals,
  claimRequest,
  DAY_MS,
  DESTINATION,
  heldPageLoad,
  NOW,
  newEvent,
  pruneLimits,
} from './fixtures.ts';

/** Enough that every pair of calls meets, in a few seconds. */
const RUNS = 60;
const MAX_STEPS = 25;

/** With the events of those before: many calls then meet the same rows. */
const CONCURRENT_RUNS = 15;

const DAYS = 9;
const STEPS = [
  'append',
  'claim',
  'settle',
  'report',
  'withdraw',
  'erase',
  'replay',
  'prune',
  'wait',
] as const;
const OUTCOMES = ['accepted', 'rejected', 'expired', 'dead', 'retry'] as const;
const SITES = ['shop', 'blog'];

const step = fc.record({ do: fc.constantFrom(...STEPS), seed: fc.nat(1_000) });

export function describeConservation(current: () => StoreUnderTest): void {
  describe('conservation', () => {
    it('received is the sum of the states, per site and destination, after every call', async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      let run = 0;
      const life = { stored: 0 };
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: MAX_STEPS }), async (steps) => {
          run += 1;
          const world = createWorld(stores, run, life);
          for (const one of steps) {
            await world.take(one.do, one.seed);
            const stats = await store.stats();
            expect(balance(stats).filter(({ missing }) => missing !== 0)).toEqual([]);
            expect(stats.received.reduce((sum, { count }) => sum + count, 0)).toBe(life.stored);
          }
        }),
        { numRuns: RUNS },
      );
    });

    it('also where processes call at the same time', async () => {
      const { store, another } = current();
      const stores = [store, await another(), await another()];
      const life = { stored: 0 };
      const worlds = stores.map((one) => createWorld([one], 1, life));
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(...worlds.map(() => step)), { maxLength: MAX_STEPS }),
          async (steps) => {
            const lives = worlds.map(async (world, index) => {
              for (const one of steps) await world.take(one[index]!.do, one[index]!.seed);
            });
            await Promise.all(lives);
            const stats = await store.stats();
            expect(balance(stats).filter(({ missing }) => missing !== 0)).toEqual([]);
            expect(stats.received.reduce((sum, { count }) => sum + count, 0)).toBe(life.stored);
          },
        ),
        { numRuns: CONCURRENT_RUNS },
      );
    });
  });
}

function createWorld(stores: readonly Store[], run: number, life: { stored: number }) {
  let now = NOW;
  let calls = 0;
  const leases: { lease: string; seqs: number[] }[] = [];
  const store = () => stores[calls++ % stores.length]!;

  function eventsFrom(seed: number): NewEvent[] {
    const site = SITES[seed % 2]!;
    const given = { site, receivedAt: now, expiresAt: now + 7 * DAY_MS };
    const keys = [`visitor:${seed % 3}`, `customer:${seed % 5}`] as const;
    return [
      newEvent(`${run}-${seed % 20}`, { ...given, keys }),
      heldPageLoad(`${run}-${seed % 10}`, { ...given, keys }),
      newEvent(`${run}-s${seed % 20}`, { ...given, route: { skipped: 'bot' } }),
    ];
  }

  const calling = {
    async append(seed: number) {
      const results = await store().append(arrivals({ now, events: eventsFrom(seed) }));
      life.stored += results.filter((result) => result === 'stored').length;
    },
    async claim(seed: number) {
      const request = claimRequest({ now, maxEvents: 1 + (seed % 7), leaseUntil: now + seed });
      const { events } = await store().claim(request);
      leases.push({ lease: request.lease, seqs: events.map(({ seq }) => seq) });
    },
    async settle(seed: number) {
      const held = leases[seed % leases.length];
      if (!held) return;
      const outcomes = held.seqs.map((seq, index) => toOutcome(seq, OUTCOMES[(seed + index) % 5]!, now));
      await store().settle({ destination: DESTINATION, lease: held.lease, now, outcomes });
    },
    async report(seed: number) {
      const tagPageLoads = SITES.map((site) => ({ site, pageLoadId: `${run}-${seed % 10}` }));
      await store().append(arrivals({ now, tagPageLoads }));
    },
    async withdraw(seed: number) {
      const keys = [`visitor:${seed % 3}`] as const;
      await store().append(arrivals({ now, withdrawals: SITES.map((site) => ({ site, keys })) }));
    },
    async erase(seed: number) {
      await store().erase({ keys: [`customer:${seed % 5}`] }, now);
    },
    async replay() {
      const states = ['accepted', 'rejected', 'expired', 'dead'] as const;
      await store().replay({ states }, { now, dryRun: false });
    },
    async prune() {
      await store().prune(pruneLimits(now - 2 * DAY_MS, now - 4 * DAY_MS));
    },
    async wait(seed: number) {
      now += (seed % DAYS) * DAY_MS;
    },
  };
  return { take: (what: (typeof STEPS)[number], seed: number) => calling[what](seed) };
}

function toOutcome(seq: number, state: (typeof OUTCOMES)[number], now: number): Outcome {
  if (state === 'accepted') return { seq, state, warnings: [] };
  const why = { code: 'code', message: 'message' };
  return state === 'retry' ? { seq, state, dueAt: now, countsAttempt: true, ...why } : { seq, state, ...why };
}
