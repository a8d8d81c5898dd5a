import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent, State } from '../../port.ts';
import type { EventFilter } from '../../reading.ts';
import { arrivals, DESTINATION, NOW, newEvent } from '../../testing/contract/fixtures.ts';
import { appendArrivals, packArrivals } from '../append.ts';
import { createDatabase, type Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { startServer, type TestServer } from '../testing/server.ts';
import { type Asking, createAsking, type Parameters } from './asking.ts';
import { takeCensus } from './census.ts';
import { valuesOf, walksOf } from './match.ts';
import { createReader, type Reader, SESSION } from './reader.ts';
import { look, search, strideOf } from './search.ts';

/** More than two of the longest strides of a search. */
const EVENTS = 12_000;

const WAIT_MAX_MS = 10_000;

/** The one event with another name, far back. */
const RARE_SEQ = 300;

const STATES: State[] = ['held', 'pending', 'leased', 'accepted', 'rejected', 'expired', 'dead', 'skipped'];

let server: TestServer;
let database: Database;
let reading: Database;
let reader: Reader;
let ask: Asking;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.end());

beforeEach(async () => {
  const url = await server.createDatabase();
  database = createDatabase({ url, connections: 4 });
  await migrate(database);
  reading = createDatabase({ url, connections: 1, session: SESSION });
  ask = createAsking(reading.run);
  reader = createReader(url);
});

afterEach(async () => {
  await Promise.all([reader, reading, database].map((one) => one.close()));
});

const all: Asking['all'] = (...given) => createAsking(database.run).all(...given);

/** As many waiting events, 100 ms apart. */
async function fill(events = EVENTS): Promise<void> {
  await all(
    `INSERT INTO uet_capi.event
     SELECT n, 'shop', '1', CASE n WHEN :rare THEN 'rare' ELSE 'lead' END, 'e' || n, 'pixel', :now::bigint + 100 * n
     FROM generate_series(1, :events::bigint) n`,
    { rare: RARE_SEQ, now: NOW, events },
  );
  await all(
    `INSERT INTO uet_capi.delivery (seq, destination, due_at, held, expires_at, site)
     SELECT seq, :destination, received_at, false, received_at, site FROM uet_capi.event`,
    { destination: DESTINATION },
  );
}

function append(...events: NewEvent[]): Promise<unknown> {
  return appendArrivals(database.run, [packArrivals(arrivals({ events }))]);
}

const wire = JSON.stringify({ eventType: 'custom' });

/** The event `late` has its number while `work` runs, and is stored after it. */
async function whileLate(work: () => Promise<void>): Promise<void> {
  let appended: Promise<unknown> | undefined;
  const transaction = database.transaction(async (run) => {
    // Somebody who may yet store the same event is waited for.
    await createAsking(run).all(
      "INSERT INTO uet_capi.event VALUES (1000, 'shop', '1234', 'purchase', 'late', 'pixel', 0)",
    );
    appended = append(newEvent('late', { wire }));
    await vi.waitFor(async () => {
      expect(await ask.all('SELECT FROM pg_locks WHERE NOT granted')).toHaveLength(1);
    }, WAIT_MAX_MS);
    await work();
    throw new Error('not stored after all');
  });
  await expect(transaction).rejects.toThrow('not stored after all');
  await appended;
}

/** Asks, and tells what strides were asked for. */
function watching(strides: Parameters[]): Asking {
  return {
    ...ask,
    get(text, parameters = {}) {
      if ('events' in parameters) strides.push(parameters);
      return ask.get(text, parameters);
    },
  };
}

describe('search', () => {
  it('that is out of time gets on by a stride, and to the end by asking on', async () => {
    await fill();
    let below = EVENTS + 1;
    const found: number[] = [];
    let calls = 0;
    while (below > 1 && calls < 100) {
      const looked = await look(ask, { name: 'rare' }, { from: 1, below }, 500, 0);
      expect(looked.lookedDownTo).toBeLessThan(below);
      found.push(...looked.found);
      below = looked.lookedDownTo;
      calls += 1;
    }
    expect(found).toEqual([RARE_SEQ]);
    expect(calls).toBe(EVENTS / 500);
  });

  it('takes longer strides where it finds little', async () => {
    await fill();
    const strides: Parameters[] = [];
    await look(watching(strides), { name: 'rare' }, { from: 1, below: EVENTS + 1 }, 50, 60_000);
    expect(strides.map(({ events }) => events)).toEqual([50, 500, 5_000, 5_000, 5_000]);
  });

  it('looks at the events of its time alone', async () => {
    await fill();
    const strides: Parameters[] = [];
    const until = NOW + 600_000;
    const page = await search(watching(strides), { name: 'none', since: until - 1, until, limit: 500 });
    expect(page).toEqual({ events: [], next: undefined, searchedBackTo: undefined });
    // A minute before and after.
    expect(strides).toHaveLength(2);
    for (const { from } of strides) expect(from).toBe((until - NOW - 60_000) / 100);
  });

  it('shows an event whose text has an escaped NUL, which PostgreSQL’s JSON has not', async () => {
    const text = String.raw`{"eventSourceUrl":"https://x.example/\u0000\\u0000","customData":{"value":7}}`;
    await append(newEvent('a', { wire: text }));
    expect((await reader.search({ limit: 1 })).events).toMatchObject([
      { pageUrl: String.raw`https://x.example/${'\ufffd'}\ufffd`, value: 7 },
    ]);
  });

  it.each<[string, EventFilter, string[]]>([
    ['nothing', {}, ['event_pkey']],
    ['a name', { name: 'rare' }, ['event_pkey']],
    ['an id', { id: 'e5' }, ['event_key']],
    ['a destination', { destination: DESTINATION }, ['event_pkey']],
    ['states that wait', { states: ['held', 'pending', 'leased'] }, ['delivery_pkey']],
    ['a state', { states: ['dead'] }, ['outcome_state']],
    ['all states', { states: STATES }, ['delivery_pkey', ...STATES.slice(3).map(() => 'outcome_state')]],
    [
      'everything',
      { id: 'e5', name: 'n', sites: ['shop'], states: STATES, source: 'pixel', since: 0, until: 1 },
      ['event_key'],
    ],
  ])('by %s reads rows in order, from an index', async (_, filter, indexes) => {
    await fill();
    const walks = walksOf(filter);
    const range = { from: 1, below: 10_000_000, events: 5_000, limit: 50 };
    for (const analysis of ['', 'ANALYZE']) {
      if (analysis) await all(analysis);
      const rows = await ask.all<{ 'QUERY PLAN': string }>(`EXPLAIN ${strideOf(filter, walks)}`, {
        ...valuesOf(filter, walks),
        ...range,
      });
      const plan = rows.map((row) => row['QUERY PLAN']);
      expect(plan.join('\n')).not.toMatch(/Seq Scan|Bitmap/);
      const walked = walks.map((_, index) => {
        const begin = plan.findIndex((line) => line.endsWith(`CTE walk_${index}`));
        const scan = plan.slice(begin + 1).find((line) => line.includes('Scan'))!;
        if (!walks[index]!.isShort) expect(plan[begin + 1]).toMatch(/-> {2}Limit/);
        if (!walks[index]!.isShort) expect(plan[begin + 2]).toContain('Index Scan Backward');
        return / using (\w+) on/.exec(scan)?.[1];
      });
      expect(walked).toEqual(indexes);
    }
  });
});

describe('an event that is seen later than one with a higher number', () => {
  it('is counted in its day all the same, once', async () => {
    const step = { after: 0, until: NOW, reportsSince: 0 };
    await append(newEvent('a', { wire }));
    await whileLate(async () => {
      await append(newEvent('b', { wire }));
      expect(await reader.groupEvents(step)).toMatchObject({ reached: 1, isEnd: true });
    });
    const { groups, reached } = await reader.groupEvents({ ...step, after: 1 });
    expect(reached).toBe(3);
    expect(groups.map(({ counts }) => counts.events)).toEqual([2]);
  });

  it('comes into a list that is shown, and what is there already waits for nobody', async () => {
    const seqsOf = (events: readonly { seq: number }[]) => events.map(({ seq }) => seq);
    await append(newEvent('a', { wire }));
    await whileLate(async () => {
      await append(newEvent('b', { wire }));
      const { added, next } = await reader.changes({ after: 1, shown: [1], limit: 10 });
      expect(seqsOf(added)).toEqual([3]);
      expect(next).toBe(1);
    });
    const { added, next } = await reader.changes({ after: 1, shown: [3, 1], limit: 10 });
    expect(seqsOf(added)).toEqual([2]);
    expect(next).toBe(3);
  });
});

describe('stats', () => {
  it('count what waits in many steps, as at one moment', async () => {
    await fill(45_000);
    const counted = await reading.transaction((run) => {
      const asking = createAsking(run);
      return takeCensus({
        ...asking,
        async all(...given) {
          const rows = await asking.all(...given);
          await all('DELETE FROM uet_capi.delivery WHERE seq > 40000');
          return rows as never[];
        },
      });
    });
    const state = { site: 'shop', destination: DESTINATION, state: 'pending', oldestAt: NOW + 100 };
    expect(counted.states).toEqual([{ ...state, count: 45_000 }]);
    expect((await reader.stats()).states).toEqual([{ ...state, count: 40_000 }]);
  });
});

describe('overview', () => {
  it('finds what waits longest for a destination, also behind many that wait for another', async () => {
    await fill();
    await all(
      `WITH e AS (INSERT INTO uet_capi.event
         VALUES (:seq, 'shop', '1', 'lead', 'last', 'pixel', :now))
       INSERT INTO uet_capi.delivery (seq, destination, due_at, held, expires_at, site)
       VALUES (:seq, 'other', :now, false, :now, 'shop')`,
      { seq: EVENTS + 1, now: NOW },
    );
    await all(
      `INSERT INTO uet_capi.tally VALUES ('shop', 'other', 'received', 1, 1), ('shop', :destination, 'received', 1, 7),
         ('shop', :destination, 'received', 2, :others)`,
      { destination: DESTINATION, others: EVENTS - 7 },
    );
    const { accounts, destinations } = await reader.overview({});
    expect(accounts.map(({ received }) => received).sort()).toEqual([1, EVENTS]);
    expect(destinations).toEqual([
      { destination: 'other', oldestAt: NOW, stuckAt: NOW, paused: undefined },
      { destination: DESTINATION, oldestAt: NOW + 100, stuckAt: NOW + 100, paused: undefined },
    ]);
  });

  it('looks at those due soonest where very many wait behind very many for another', async () => {
    await fill();
    await all(
      `WITH late AS (
         INSERT INTO uet_capi.event SELECT :first + n, 'shop', '1', 'lead', 'late' || n, 'pixel', :now::bigint + n
         FROM generate_series(0, 1999) n RETURNING seq, received_at)
       INSERT INTO uet_capi.delivery (seq, destination, due_at, held, expires_at, site)
       SELECT seq, 'other', CASE WHEN seq < :first + 10 THEN 9e15 ELSE received_at END, false, 0, 'shop' FROM late`,
      { first: EVENTS + 1, now: NOW },
    );
    await all(`INSERT INTO uet_capi.tally VALUES ('shop', 'other', 'received', 1, 2000)`);
    const { destinations } = await reader.overview({});
    expect(destinations).toMatchObject([{ destination: 'other', oldestAt: NOW + 10 }]);
  });
});

describe('createReader', () => {
  it('makes no event wait, however many questions take long', async () => {
    const isAnswered = vi.fn();
    let questions: Promise<unknown>[] = [];
    await database.transaction(async (run) => {
      // What an event has nothing to do with on its way.
      await createAsking(run).all('LOCK TABLE uet_capi.pause IN ACCESS EXCLUSIVE MODE');
      questions = Array.from({ length: 10 }, () => reader.overview({}).then(isAnswered));
      await append(newEvent('a', { wire }));
      expect(isAnswered).not.toHaveBeenCalled();
    });
    await Promise.all(questions);
    expect(isAnswered).toHaveBeenCalledTimes(10);
  });

  it('cannot write', async () => {
    const writing = appendArrivals(reading.run, [packArrivals(arrivals({ events: [newEvent('a')] }))]);
    await expect(writing).rejects.toThrow('read-only transaction');
  });
});
