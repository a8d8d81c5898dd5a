import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type AppenderOptions, createAppender } from './appender.ts';
import type { AppendResult, Arrivals, Packed } from './port.ts';
import { arrivals, newEvent } from './testing/contract/fixtures.ts';
import { StoreUnavailable } from './unavailable.ts';

/** A store whose commits end when the test says so. */
function createSlowStore() {
  const calls: { group: Arrivals[]; end(error?: Error): void }[] = [];
  const known = new Set<string>();
  return {
    calls,
    store: {
      pack(arrivals: Arrivals): Packed {
        if (arrivals.events.some(({ eventId }) => eventId === 'unpackable')) throw new Error('unpackable');
        return { packed: arrivals };
      },
      slice: ({ packed }: Packed, from: number, to: number): Packed => ({
        packed: { ...(packed as Arrivals), events: (packed as Arrivals).events.slice(from, to) },
      }),
      appendPacked: (given: readonly Packed[]) =>
        new Promise<AppendResult[]>((resolve, reject) => {
          const group = given.map(({ packed }) => packed as Arrivals);
          const results = eventsOf(group).map(({ eventId }): AppendResult => {
            const isKnown = known.has(eventId);
            known.add(eventId);
            return isKnown ? 'duplicate' : 'stored';
          });
          calls.push({ group, end: (error) => (error ? reject(error) : resolve(results)) });
        }),
    },
    /** The call that is under way, once it is. */
    async underWay(number: number) {
      await expect.poll(() => calls.length).toBe(number);
      return calls[number - 1]!;
    },
  };
}

function setUp(options?: AppenderOptions) {
  const slow = createSlowStore();
  const appender = createAppender(slow.store, options);
  const append = (...ids: string[]) => appender.append(arrivals({ events: ids.map((id) => newEvent(id)) }));
  return { ...slow, appender, append };
}

/** Advances the time by so many ms, and then the event loop by a few turns. */
function ownTheClock() {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  onTestFinished(() => void vi.useRealTimers());
  return async (ms: number, eachTurn?: () => void) => {
    vi.advanceTimersByTime(ms);
    for (let turns = 0; turns < 4; turns++) {
      eachTurn?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

const eventsOf = (group: readonly Arrivals[]) => group.flatMap(({ events }) => events);
const idsOf = ({ group }: { group: Arrivals[] }) => eventsOf(group).map(({ eventId }) => eventId);

describe('appender', () => {
  it('commits at once, and everything that came meanwhile together', async () => {
    const { append, underWay, calls } = setUp();
    const first = append('a');
    const later = [append('b', 'c'), append(), append('a', 'd')];
    expect(idsOf(await underWay(1))).toEqual(['a']);
    calls[0]!.end();
    expect(await first).toEqual(['stored']);
    expect(idsOf(await underWay(2))).toEqual(['b', 'c', 'a', 'd']);
    calls[1]!.end();
    expect(await Promise.all(later)).toEqual([['stored', 'stored'], [], ['duplicate', 'stored']]);
    expect(calls).toHaveLength(2);
  });

  it('begins commits of many 5 ms apart, and lets nobody wait who waits alone', async () => {
    const advance = ownTheClock();
    const { append, calls } = setUp();
    const end = async () => {
      calls.at(-1)!.end();
      await advance(0);
    };
    append('a');
    append('b');
    await end();
    expect(calls.map(idsOf)).toEqual([['a'], ['b']]);
    append('c');
    append('d');
    await end();
    append('e');
    await end();
    expect(calls.map(idsOf)).toEqual([['a'], ['b'], ['c', 'd']]);
    await advance(4);
    append('f');
    expect(calls).toHaveLength(3);
    await advance(1);
    expect(calls.map(idsOf).at(-1)).toEqual(['e', 'f']);
  });

  it('waits for more while each turn of the event loop brings some, until 10 ms after the last began', async () => {
    const advance = ownTheClock();
    const { append, calls } = setUp();
    append('alone');
    append('a');
    append('b');
    for (const number of [0, 1]) {
      calls[number]!.end();
      await advance(0);
    }
    for (const ms of [4, 1, 0, 0, 4]) {
      await advance(ms, () => append('more'));
      expect(calls).toHaveLength(2);
    }
    await advance(1, () => append('more'));
    expect(calls).toHaveLength(3);
  });

  it('does not wait for more that a withdrawal keeps out of the next group', async () => {
    const advance = ownTheClock();
    const { append, appender, calls } = setUp();
    const withdrawals = [{ site: 'shop', keys: ['visitor:v' as const] }];
    const withdraw = (id: string) => appender.append(arrivals({ events: [newEvent(id)], withdrawals }));
    append('first');
    append('a');
    withdraw('b');
    append('c');
    withdraw('d');
    append('e');
    append('f');
    for (const number of [0, 1, 2]) {
      calls[number]!.end();
      await advance(0);
    }
    expect(calls.map(idsOf)).toEqual([['first'], ['a', 'b'], ['c', 'd']]);
    await advance(5);
    expect(calls.map(idsOf).at(-1)).toEqual(['e', 'f']);
  });

  it('fails at once what cannot be packed, and it takes no room', async () => {
    const { append, underWay } = setUp({ maxQueuedEvents: 2 });
    const first = append('a');
    await expect(append('unpackable')).rejects.toThrow('unpackable');
    const second = append('b');
    (await underWay(1)).end();
    (await underWay(2)).end();
    expect(await Promise.all([first, second])).toEqual([['stored'], ['stored']]);
  });

  it('does not let a withdrawal touch what came after it', async () => {
    const { appender, append, underWay } = setUp();
    append('first');
    append('before');
    const withdrawals = [{ site: 'shop', keys: ['visitor:v' as const] }];
    appender.append(arrivals({ events: [newEvent('with')], withdrawals }));
    append('after');
    (await underWay(1)).end();
    const second = await underWay(2);
    expect(idsOf(second)).toEqual(['before', 'with']);
    second.end();
    expect(idsOf(await underWay(3))).toEqual(['after']);
  });

  it('asks in halves until only what the store refuses is left out', async () => {
    const { append, underWay, calls } = setUp();
    append('first');
    const group = [append('b', 'c'), append('d', 'poison', 'e'), append('f')];
    (await underWay(1)).end();
    for (let number = 2; number <= 9; number++) {
      const call = await underWay(number);
      call.end(idsOf(call).includes('poison') ? new Error('poison') : undefined);
    }
    expect(calls.slice(1).map(idsOf)).toEqual([
      ['b', 'c', 'd', 'poison', 'e', 'f'],
      ['b', 'c'],
      ['d', 'poison', 'e', 'f'],
      ['d', 'poison', 'e'],
      // What came beside the events.
      [],
      ['d', 'poison', 'e'],
      ['d'],
      ['poison', 'e'],
    ]);
    (await underWay(10)).end(new Error('poison'));
    (await underWay(11)).end();
    (await underWay(12)).end();
    expect(await Promise.all(group)).toMatchObject([{ length: 2 }, [{}, 'refused', {}], { length: 1 }]);
  });

  it('asks once more for what has no events, and then gives up', async () => {
    const { append, underWay, calls } = setUp();
    const [first, second] = [append(), append()];
    (await underWay(1)).end(new Error('refused'));
    (await underWay(2)).end();
    expect(await first).toEqual([]);
    (await underWay(3)).end(new Error('refused'));
    (await underWay(4)).end(new Error('refused'));
    await expect(second).rejects.toThrow('refused');
    expect(calls).toHaveLength(4);
  });

  it('blames no event where 20 were refused and none was stored', async () => {
    const { store } = createSlowStore();
    let isBroken = true;
    let commits = 0;
    const refused: unknown[] = [];
    const takes = async (group: readonly Packed[]): Promise<AppendResult[]> => {
      commits += 1;
      const events = eventsOf(group.map(({ packed }) => packed as Arrivals));
      if (events.some(({ eventId }) => isBroken || eventId === 'poison')) throw new Error('no');
      return events.map(() => 'stored');
    };
    const appender = createAppender(
      { ...store, appendPacked: takes },
      { onRefused: (error) => refused.push(error) },
    );
    const append = (...ids: string[]) =>
      appender.append(arrivals({ events: ids.map((id) => newEvent(id)) }), { isAtomic: ids.length > 1 });
    for (let number = 1; number <= 20; number++) expect(await append(`${number}`)).toEqual(['refused']);
    const unavailable = new StoreUnavailable('the database refuses every event: no');
    await expect(append('21')).rejects.toEqual(unavailable);
    await expect(append('22', '23')).rejects.toEqual(unavailable);
    expect(refused).toHaveLength(20);

    // Of very many it is found out by the first.
    const come = () => Array.from({ length: 1_000 }, (_, number) => append(`many-${number}`));
    commits = 0;
    const ends = await Promise.allSettled(come());
    expect(ends).toEqual(ends.map(() => ({ status: 'rejected', reason: unavailable })));
    expect(commits).toBeLessThan(20);
    expect(appender.fill()).toBe(0);

    isBroken = false;
    expect(await Promise.all([append('first'), append('poison'), ...come()])).toEqual([
      ['stored'],
      ['refused'],
      ...ends.map(() => ['stored']),
    ]);
  });

  it('comes again with all of it where the store becomes unavailable meanwhile', async () => {
    const { append, underWay } = setUp();
    const both = append('a', 'poison');
    (await underWay(1)).end(new Error('poison'));
    (await underWay(2)).end();
    (await underWay(3)).end(new StoreUnavailable('disk full'));
    await expect(both).rejects.toThrow('disk full');
  });

  it('fails a whole group at once when the store is unavailable, and goes on with the next', async () => {
    const { append, underWay, calls } = setUp();
    const first = append('first');
    const group = Promise.allSettled([append('b'), append('c')]);
    (await underWay(1)).end();
    await first;
    const full = new StoreUnavailable('disk full');
    (await underWay(2)).end(full);
    const next = append('d');
    expect(await group).toEqual([1, 2].map(() => ({ status: 'rejected', reason: full })));
    (await underWay(3)).end();
    expect(await next).toEqual(['stored']);
    expect(calls).toHaveLength(3);
  });

  it('is busy when too many events wait, the commit under way included, until that is done', async () => {
    const { append, underWay } = setUp({ maxQueuedEvents: 3 });
    const first = append('a', 'b');
    const second = append('c');
    expect(await append('d')).toBe('busy');
    (await underWay(1)).end();
    await first;
    const third = append('d', 'e');
    (await underWay(2)).end();
    expect(await second).toEqual(['stored']);
    expect(await third).toEqual(['stored', 'stored']);
  });

  it('is busy when too many bytes wait', async () => {
    const bytes = newEvent('a').wire.length;
    const { append, underWay } = setUp({ maxQueuedBytes: 2 * bytes });
    const taken = [append('a'), append('b')];
    expect(await append('c')).toBe('busy');
    (await underWay(1)).end();
    (await underWay(2)).end();
    expect(await Promise.all(taken)).toEqual([['stored'], ['stored']]);
  });

  it('bounds arrivals without events too', async () => {
    const { appender, underWay } = setUp({ maxQueuedEvents: 1 });
    const report = arrivals({ tagPageLoads: [{ site: 'shop', pageLoadId: 'p' }] });
    appender.append(report);
    expect(await appender.append(report)).toBe('busy');
    expect((await underWay(1)).group).toEqual([report]);
  });

  it('takes an arrival larger than the queue when nothing else waits', async () => {
    const { append, underWay } = setUp({ maxQueuedEvents: 1 });
    const large = append('a', 'b');
    (await underWay(1)).end();
    expect(await large).toEqual(['stored', 'stored']);
  });

  it('drains: resolves when all that was taken is stored', async () => {
    const { appender, append, underWay } = setUp();
    await appender.drain();
    const ended: string[] = [];
    append('a').then(() => ended.push('a'));
    append('b').then(() => ended.push('b'));
    const drained = appender.drain().then(() => ended.push('drained'));
    (await underWay(1)).end();
    (await underWay(2)).end();
    await drained;
    expect(ended).toEqual(['a', 'b', 'drained']);
  });

  it('tells which destinations got work, and when the first of it is due', async () => {
    const told: [string, number][][] = [];
    const { appender, underWay } = setUp({ onStored: (dueAt) => told.push([...dueAt]) });
    const to = (destination: string, dueAt: number) => ({ route: { destination, dueAt, held: false } });
    const skipped = newEvent('x', { route: { skipped: 'bot' } });
    const events = [
      newEvent('a', to('one', 5)),
      newEvent('b', to('two', 7)),
      newEvent('c', to('one', 3)),
      skipped,
    ];
    const both = [appender.append(arrivals({ events })), appender.append(arrivals({ events: [skipped] }))];
    (await underWay(1)).end();
    (await underWay(2)).end();
    await Promise.all(both);
    await appender.drain();
    expect(told).toEqual([
      [
        ['one', 3],
        ['two', 7],
      ],
    ]);
  });
});
