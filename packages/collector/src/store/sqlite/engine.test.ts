import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  arrivals,
  claimRequest,
  DESTINATION,
  NOW,
  newEvent,
  pruneLimits,
} from '../testing/contract/fixtures.ts';
import { type Database, openDatabase, sqliteCode } from './database.ts';
import { createEngine, type Engine } from './engine.ts';
import { prepareStatements } from './sql.ts';

const SQLITE_FULL = 13;

let directory: string;
let database: Database;
let engine: Engine;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'uet-capi-engine-'));
  database = openDatabase(join(directory, 'file'));
  engine = createEngine(database);
});

afterEach(() => {
  engine.close();
  rmSync(directory, { recursive: true });
});

const value = (sql: string) => Object.values(database.db.prepare(sql).get()!)[0];
const append = (...ids: string[]) => engine.append(arrivals({ events: ids.map((id) => newEvent(id)) }));

describe('engine', () => {
  it('commits to the disk, not to the system alone', () => {
    const FULL = 2;
    expect(value('PRAGMA synchronous')).toBe(FULL);
    expect(value('PRAGMA journal_mode')).toBe('wal');
  });

  it('rolls back what does not fit, and goes on when there is room', () => {
    append('before');
    const pages = value('PRAGMA page_count');
    database.db.exec(`PRAGMA max_page_count = ${pages}`);
    const many = Array.from({ length: 500 }, (_, index) => `e${index}`);
    let code: number | undefined;
    try {
      append(...many);
    } catch (error) {
      code = sqliteCode(error);
    }
    expect(code).toBe(SQLITE_FULL);
    expect(value('SELECT count(*) FROM delivery')).toBe(1);
    database.db.exec('PRAGMA max_page_count = 1000000');
    expect(append(...many)).toEqual(many.map(() => 'stored'));
  });

  it('moves settled events out of the table that is searched for work', () => {
    append('a', 'b');
    const { events } = engine.claim(claimRequest({ lease: 'l', maxEvents: 1 }));
    const outcomes = [{ seq: events[0]!.seq, state: 'accepted' as const, warnings: [] }];
    engine.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
    expect(value('SELECT count(*) FROM delivery')).toBe(1);
    expect(value('SELECT count(*) FROM outcome')).toBe(1);
  });

  it.each([
    'due',
    'isAnyDue',
    'nextDue',
    'takeHeld',
    'takeOfVisitor',
    'takeOfCustomer',
    'takeOfEm',
    'takeOfPh',
  ] as const)('searches by index, and sorts nothing: %s', (name) => {
    const { sourceSQL } = prepareStatements(database.db)[name];
    const steps = database.db.prepare(`EXPLAIN QUERY PLAN ${sourceSQL}`).all();
    const plan = steps.map(({ detail }) => detail).join('\n');
    expect(plan).toMatch(/SEARCH .*INDEX delivery_/);
    // Blocks are no table: few numbers, made by searches.
    expect(plan).not.toMatch(/SCAN (?!block)|TEMP B-TREE/);
  });

  it('finds all that waits of a person, blocks of numbers apart', () => {
    for (const seq of [1, 4_095, 4_096, 9_000, 1_000_000]) {
      database.db.exec(`UPDATE sqlite_sequence SET seq = ${seq - 1} WHERE name = 'event'`);
      const keys = ['visitor:v', 'em:e'] as const;
      engine.append(arrivals({ events: [newEvent(`e${seq}`, { keys: [...keys] })] }));
    }
    const withdrawals = [{ site: 'shop', keys: ['em:e' as const] }];
    engine.append(arrivals({ events: [newEvent('of nobody')], withdrawals }));
    expect(value('SELECT count(*) FROM delivery')).toBe(1);
    expect(value(`SELECT count(*) FROM outcome WHERE state = 'skipped'`)).toBe(5);
  });

  it('writes a person again only with news, or after a day', () => {
    const remember = (now: number, consent: 'granted' | 'denied') => {
      const memories = [{ site: 'shop', key: 'visitor:v', consent }];
      engine.append(arrivals({ now, memories }));
      return value('SELECT updated_at FROM memory');
    };
    const HOUR_MS = 3_600_000;
    expect(remember(NOW, 'granted')).toBe(NOW);
    expect(remember(NOW + HOUR_MS, 'granted')).toBe(NOW);
    expect(remember(NOW + 2 * HOUR_MS, 'denied')).toBe(NOW + 2 * HOUR_MS);
    expect(remember(NOW + 27 * HOUR_MS, 'denied')).toBe(NOW + 27 * HOUR_MS);
  });

  it('forgets reports of the tag after 7 days', () => {
    const DAY_MS = 24 * 3_600_000;
    const report = (now: number, pageLoadId: string) =>
      engine.append(arrivals({ now, tagPageLoads: [{ site: 'shop', pageLoadId }] }));
    report(NOW, 'old');
    report(NOW + 1, 'young');
    report(NOW + 7 * DAY_MS + 1, 'new');
    engine.pruneMemories(pruneLimits(NOW, NOW + 7 * DAY_MS + 1));
    expect(value('SELECT group_concat(page_load_id ORDER BY page_load_id) FROM page_report')).toBe(
      'new,young',
    );
  });
});
