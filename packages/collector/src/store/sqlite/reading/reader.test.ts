import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { State } from '../../port.ts';
import type { EventFilter } from '../../reading.ts';
import { DESTINATION, NOW } from '../../testing/contract/fixtures.ts';
import { type Database, openDatabase } from '../database.ts';
import { conditionOf, walksOf } from './match.ts';
import { createReader } from './reader.ts';
import { look, search } from './search.ts';
import { createAsking } from './statements.ts';

/** More than two strides of a search, and than two steps of a census. */
const EVENTS = 45_000;

/** The one event with another name, far back. */
const RARE_SEQ = 3_000;

const STATES: State[] = ['held', 'pending', 'leased', 'accepted', 'rejected', 'expired', 'dead', 'skipped'];

let directory: string;
let file: string;
let database: Database;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uet-capi-reader-'));
  file = join(directory, 'file');
  database = openDatabase(file);
});

/** As many waiting events, 100 ms apart. */
function fill(): void {
  database.db.exec(`
    WITH RECURSIVE n (seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < ${EVENTS})
    INSERT INTO event SELECT seq, 'shop', '1', iif(seq = ${RARE_SEQ}, 'rare', 'lead'), 'e' || seq, 'pixel', ${NOW} + 100 * seq FROM n;
    INSERT INTO delivery (seq, destination, due_at, held, expires_at, site)
      SELECT seq, '${DESTINATION}', ${NOW}, 0, ${NOW}, 'shop' FROM event;
    INSERT INTO tally VALUES ('shop', '${DESTINATION}', 'received', ${EVENTS})`);
}

afterEach(() => {
  database.db.close();
  rmSync(directory, { recursive: true });
});

describe('createReader', () => {
  it('counts what waits in many steps, as at one moment', async () => {
    fill();
    const reader = createReader(file);
    const counting = reader.stats();
    database.db.exec('DELETE FROM delivery WHERE seq > 40000');
    const state = { site: 'shop', destination: DESTINATION, state: 'pending', oldestAt: NOW + 100 };
    expect((await counting).states).toEqual([{ ...state, count: EVENTS }]);
    expect((await reader.stats()).states).toEqual([{ ...state, count: 40_000 }]);
    reader.close();
  });

  it('finds what waits longest for a destination, also behind many that wait for another', () => {
    fill();
    const seq = EVENTS + 1;
    database.db.exec(`
      INSERT INTO event VALUES (${seq}, 'shop', '1', 'lead', 'last', 'pixel', ${NOW});
      INSERT INTO delivery (seq, destination, due_at, held, expires_at, site)
        VALUES (${seq}, 'other', ${NOW}, 0, ${NOW}, 'shop');
      INSERT INTO tally VALUES ('shop', 'other', 'received', 1)`);
    const reader = createReader(file);
    expect(reader.overview({}).destinations).toMatchObject([
      { destination: 'other', oldestAt: NOW },
      { destination: DESTINATION, oldestAt: NOW + 100 },
    ]);
    reader.close();
  });

  it('looks at those due soonest where very many wait behind very many for another', () => {
    fill();
    database.db.exec(`
      WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n < 1999)
      INSERT INTO event SELECT ${EVENTS + 1} + n, 'shop', '1', 'lead', 'late' || n, 'pixel', ${NOW} + n FROM n;
      INSERT INTO delivery (seq, destination, due_at, held, expires_at, site)
        SELECT seq, 'other', iif(seq < ${EVENTS + 11}, 9e15, received_at), 0, 0, 'shop' FROM event WHERE seq > ${EVENTS};
      INSERT INTO tally VALUES ('shop', 'other', 'received', 2000)`);
    const reader = createReader(file);
    expect(reader.overview({}).destinations).toMatchObject([
      { destination: 'other', oldestAt: NOW + 10 },
      { destination: DESTINATION },
    ]);
    reader.close();
  });

  it('gives a count up when it is closed', async () => {
    fill();
    const reader = createReader(file);
    const counting = reader.stats();
    reader.close();
    await expect(counting).rejects.toThrow('closed');
  });
});

describe('search', () => {
  it('that is out of time gets on by a stride, and to the end by asking on', () => {
    fill();
    const ask = createAsking(database.db);
    let below = EVENTS + 1;
    const found: number[] = [];
    let calls = 0;
    while (below > 1 && calls < 100) {
      const looked = look(ask, { name: 'rare' }, { from: 1, below }, 10, 0);
      expect(looked.lookedDownTo).toBeLessThan(below);
      found.push(...looked.found);
      below = looked.lookedDownTo;
      calls += 1;
    }
    expect(found).toEqual([RARE_SEQ]);
    expect(calls).toBe(EVENTS / 5_000);
  });

  it('looks at the events of its time alone', () => {
    fill();
    const ask = createAsking(database.db);
    let strides = 0;
    const all: typeof ask.all = (...given) => {
      strides += 1;
      return ask.all(...given);
    };
    const until = NOW + 3_000_000;
    expect(search({ ...ask, all }, { name: 'none', since: until - 1, until, limit: 10 }).events).toEqual([]);
    expect(strides).toBe(1);
  });

  it.each<[string, EventFilter]>([
    ['nothing', {}],
    ['a name', { name: 'rare' }],
    ['an id', { id: 'e5' }],
    ['a destination', { destination: DESTINATION }],
    ...STATES.map((state): [string, EventFilter] => [`state ${state}`, { states: [state] }]),
    [
      'everything',
      { id: 'e5', name: 'n', sites: ['shop'], states: STATES, source: 'pixel', since: 0, until: 1 },
    ],
  ])('by %s goes along a table or an index, and sorts no more than what an id finds', (_, filter) => {
    for (const walk of walksOf(filter)) {
      const { where } = conditionOf(filter, walk);
      const text = `SELECT ${walk.seq} FROM ${walk.table} ${walk.joined}
        WHERE ${where} AND ${walk.seq} >= 1 AND ${walk.seq} < 9 ORDER BY ${walk.seq} DESC LIMIT 5`;
      const plan = database.db
        .prepare(`EXPLAIN QUERY PLAN ${text}`)
        .all()
        .map(({ detail }) => detail);
      expect(plan[0]).toMatch(
        /^SEARCH [edo] USING (INTEGER PRIMARY KEY|(COVERING )?INDEX (event_key|outcome_state))/,
      );
      expect(plan.join('\n')).not.toMatch(/SCAN [edo]\b/);
      if (!walk.isShort) expect(plan.join('\n')).not.toMatch(/TEMP B-TREE FOR ORDER BY/);
    }
  });
});
