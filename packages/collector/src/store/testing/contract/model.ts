import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimedEvent, Outcome, State, Store } from '../../port.ts';
import type { StoreUnderTest } from '../contract.ts';
import { arrivals, claimRequest, NOW, newEvent } from './fixtures.ts';

/** Enough to meet lapsed leases and late settlements, few enough for every run of the tests (some 2 s). */
const RUNS = 200;
const MAX_STEPS = 40;

const OUTCOMES = ['accepted', 'rejected', 'expired', 'dead', 'retry'] as const;

/** The span in which everything happens, ms: small, so that times meet. */
const delay = fc.integer({ min: 0, max: 5 });

const step = fc.oneof(
  fc.record({ do: fc.constant('append' as const), ids: fc.array(fc.nat(15), { maxLength: 5 }), delay }),
  fc.record({ do: fc.constant('claim' as const), max: fc.integer({ min: 1, max: 4 }), delay }),
  fc.record({
    do: fc.constant('settle' as const),
    claim: fc.nat(),
    outcome: fc.constantFrom(...OUTCOMES),
    delay,
  }),
  fc.record({ do: fc.constant('wait' as const), delay }),
);

interface ModelEvent {
  id: string;
  dueAt: number;
  attempts: number;
  lease: string | undefined;
  state: State;
}

interface Held {
  lease: string;
  events: ClaimedEvent[];
}

export function describeModel(current: () => StoreUnderTest): void {
  describe('model', () => {
    it('does what a list in memory would do, whatever the order of calls', async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      let run = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: MAX_STEPS }), async (steps) => {
          const world = createWorld(stores, `destination-${++run}`);
          for (const one of steps) await world.take(one);
          await world.compare();
        }),
        { numRuns: RUNS },
      );
    });
  });
}

function createWorld(stores: readonly Store[], destination: string) {
  const events: ModelEvent[] = [];
  const held: Held[] = [];
  let now = NOW;
  let calls = 0;
  // Each call goes to another process.
  const store = () => stores[calls++ % stores.length]!;
  const waits = (event: ModelEvent) => event.state === 'pending' || event.state === 'leased';

  async function append(ids: readonly number[], wait: number): Promise<void> {
    const names = ids.map((id) => `${destination}-${id}`);
    const expected = names.map((id) => {
      if (events.some((event) => event.id === id)) return 'duplicate';
      events.push({ id, dueAt: now + wait, attempts: 0, lease: undefined, state: 'pending' });
      return 'stored';
    });
    const route = { destination, dueAt: now + wait, held: false };
    const results = await store().append(
      arrivals({ now, events: names.map((id) => newEvent(id, { route })) }),
    );
    expect(results).toEqual(expected);
  }

  async function claim(maxEvents: number, wait: number): Promise<void> {
    const request = claimRequest({ destination, now, maxEvents, leaseUntil: now + wait });
    const due = events
      .filter((event) => waits(event) && event.dueAt <= now)
      .sort((a, b) => a.dueAt - b.dueAt)
      .slice(0, maxEvents);
    const expected = due.map(({ id, attempts }) => ({ wire: newEvent(id).wire, attempts }));
    for (const event of due) {
      Object.assign(event, { lease: request.lease, dueAt: request.leaseUntil, state: 'leased' });
    }
    const others = events.filter((event) => waits(event) && event.lease !== request.lease);
    const nextDueAt = others.length > 0 ? Math.min(...others.map(({ dueAt }) => dueAt)) : undefined;

    const given = await store().claim(request);
    expect(given.events.map(({ wire, attempts }) => ({ wire, attempts }))).toEqual(expected);
    expect(given.nextDueAt).toBe(nextDueAt);
    held.push({ lease: request.lease, events: given.events });
  }

  async function settle(index: number, state: (typeof OUTCOMES)[number], wait: number): Promise<void> {
    const batch = held[index % held.length];
    if (!batch) return;
    for (const event of events.filter(({ lease }) => lease === batch.lease)) {
      const retried = state === 'retry';
      event.lease = undefined;
      event.state = retried ? 'pending' : state;
      event.dueAt = retried ? now + wait : event.dueAt;
      event.attempts += state === 'expired' ? 0 : 1;
    }
    const outcomes = batch.events.map(({ seq }) => toOutcome(seq, state, now + wait));
    await store().settle({ destination, lease: batch.lease, now, outcomes });
  }

  return {
    async take(one: typeof step extends fc.Arbitrary<infer Step> ? Step : never): Promise<void> {
      if (one.do === 'append') await append(one.ids, one.delay);
      else if (one.do === 'claim') await claim(one.max, one.delay);
      else if (one.do === 'settle') await settle(one.claim, one.outcome, one.delay);
      else now += one.delay;
    },
    async compare(): Promise<void> {
      for (const { id, state, attempts } of events) {
        expect(await store().find({ eventId: id, limit: 2 })).toMatchObject([
          { eventId: id, state, attempts },
        ]);
      }
      const stats = await store().stats();
      const sumOf = (counts: readonly { destination: string; count: number }[]) =>
        counts.reduce((sum, one) => sum + (one.destination === destination ? one.count : 0), 0);
      expect([sumOf(stats.received), sumOf(stats.states)]).toEqual([events.length, events.length]);
    },
  };
}

function toOutcome(seq: number, state: (typeof OUTCOMES)[number], dueAt: number): Outcome {
  if (state === 'accepted') return { seq, state, warnings: [] };
  const why = { code: 'code', message: 'message' };
  return state === 'retry' ? { seq, state, dueAt, countsAttempt: true, ...why } : { seq, state, ...why };
}
