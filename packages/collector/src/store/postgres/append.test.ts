import { afterAll, beforeAll, expect, it } from 'vitest';
import { arrivals, heldPageLoad } from '../testing/contract/fixtures.ts';
import { appendArrivals, packArrivals } from './append.ts';
import { createDatabase, type Run } from './database.ts';
import { migrate } from './migrate.ts';
import { startServer, type TestServer, withClient } from './testing/server.ts';

const REPORTS = 5_000;

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.end());

it('a statement that was planned while there were no reports does not read all of them', async () => {
  const url = await server.createDatabase();
  const database = createDatabase({ url, connections: 1 });
  await migrate(database);
  await database.close();
  await withClient(url, async (client) => {
    await client.query('SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan');
    let plan: unknown;
    const explain = (async ({ text }, values) => {
      const { rows } = await client.query({
        name: 'append',
        text: `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values: [...values!],
      });
      plan = rows;
      return [];
    }) as Run;
    const append = (id: string) =>
      appendArrivals(explain, [packArrivals(arrivals({ events: [heldPageLoad(id)] }))]);
    await append('first');
    await client.query(`
      INSERT INTO uet_capi.page_report SELECT 'shop', 'p' || number, 1 FROM generate_series(1, ${REPORTS}) AS number`);
    await append('second');
    const read = JSON.stringify(plan).matchAll(/"Actual Rows":(\d+)/g);
    expect(Math.max(...[...read].map(([, rows]) => Number(rows)))).toBeLessThan(REPORTS);
  });
});
