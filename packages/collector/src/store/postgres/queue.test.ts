import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESTINATION, NOW } from '../testing/contract/fixtures.ts';
import { createDatabase } from './database.ts';
import { migrate } from './migrate.ts';
import { settleLeased } from './queue.ts';
import { startServer, type TestServer, withClient } from './testing/server.ts';

const WAITING = 5_000;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.end());

/** The text of a settlement, and its first parameter. */
async function settlement(seq: number): Promise<{ text: string; outcomes: unknown }> {
  const asked: { text: string; outcomes: unknown }[] = [];
  await settleLeased(
    async ({ text }, values) => {
      asked.push({ text, outcomes: values?.[0] });
      return [];
    },
    { destination: DESTINATION, lease: 'l', now: NOW, outcomes: [{ seq, state: 'accepted', warnings: [] }] },
  );
  return asked[0]!;
}

it('a settlement that was planned while nothing waited does not read all that waits', async () => {
  const url = await server.createDatabase();
  const database = createDatabase({ url, connections: 1 });
  await migrate(database);
  await database.close();
  const { text, outcomes } = await settlement(WAITING + 1);
  await withClient(url, async (client) => {
    await client.query('SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan');
    await client.query(`PREPARE settle (json, text, bigint) AS ${text}`);
    await client.query(`EXECUTE settle('[]', 'l', 1)`);
    await client.query(`
      INSERT INTO uet_capi.delivery (seq, destination, due_at, lease, held, expires_at, site)
      SELECT seq, 'other', 1, NULL, false, 9, 'shop' FROM generate_series(1, ${WAITING}) AS seq
      UNION ALL SELECT ${WAITING + 1}, '${DESTINATION}', 1, 'l', false, 9, 'shop'`);
    const { rows } = await client.query(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE settle('${outcomes}', 'l', 1)`,
    );
    const removed = JSON.stringify(rows).matchAll(/"Rows Removed by Filter":(\d+)/g);
    expect([...removed].reduce((sum, [, count]) => sum + Number(count), 0)).toBeLessThan(10);
    expect((await client.query('SELECT FROM uet_capi.delivery')).rowCount).toBe(WAITING);
  });
});
