import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { balance } from '../balance.ts';
import { arrivals, claimRequest, DAY_MS, NOW } from '../testing/contract/fixtures.ts';
import { openDatabase } from './database.ts';
import { createEngine } from './engine.ts';
import { createReader } from './reading/reader.ts';
import { MIGRATIONS } from './schema.ts';

const WIRE = JSON.stringify({ userData: { anonymousId: 'v', externalId: '7', em: 'a'.repeat(64) } });

test('a store of the first schema goes on: counted, found by its people, open to replay', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'uet-capi-schema-'));
  const file = join(directory, 'file');
  const old = new DatabaseSync(file);
  old.exec(MIGRATIONS[0]!);
  old.exec('PRAGMA user_version = 1');
  const insertEvent = old.prepare(`INSERT INTO event VALUES (?, 'shop', '1', 'lead', ?, 'server', ${NOW})`);
  const insertContent = old.prepare('INSERT INTO content (seq, wire) VALUES (?, ?)');
  for (const [seq, wire] of [WIRE, WIRE, '{"userData":{}}'].entries()) {
    insertEvent.run(seq + 1, `e${seq}`);
    insertContent.run(seq + 1, wire);
  }
  old.exec(`
    INSERT INTO outcome VALUES (1, 'd', 'dead', 3, 'code', 'message', NULL, ${NOW});
    INSERT INTO delivery VALUES (2, 'd', ${NOW}, NULL, 0, 0, ${NOW + DAY_MS}, 'shop', NULL, 'v', NULL, NULL);
    INSERT INTO outcome VALUES (3, '', 'skipped', 0, 'bot', NULL, NULL, ${NOW})`);
  old.close();

  const engine = createEngine(openDatabase(file));
  const reader = createReader(file);
  const accounts = balance(await reader.stats());
  expect(accounts).toMatchObject([
    { destination: '', received: 1, states: { skipped: 1 }, missing: 0 },
    { destination: 'd', received: 2, states: { dead: 1, pending: 1 }, missing: 0 },
  ]);
  for (const key of ['visitor:v', 'customer:7', `em:${'a'.repeat(64)}`] as const) {
    expect(reader.eventsOf({ keys: [key] }, 0).found).toHaveLength(2);
  }
  const replay = { state: 'dead', filter: { states: ['dead'] }, dryRun: false, after: 0 } as const;
  expect(engine.replay({ ...replay, now: NOW + 7 * DAY_MS }).found).toMatchObject({ tooOld: 1 });
  expect(engine.replay({ ...replay, now: NOW + 7 * DAY_MS - 1 }).found).toMatchObject({ replayed: 1 });
  const withdrawals = [{ site: 'shop', keys: ['customer:7' as const] }];
  engine.append(arrivals({ withdrawals }));
  expect(engine.claim(claimRequest({ destination: 'd', now: NOW + 7 * DAY_MS }))).toMatchObject({
    events: [],
  });
  reader.close();
  engine.close();
  rmSync(directory, { recursive: true });
});
