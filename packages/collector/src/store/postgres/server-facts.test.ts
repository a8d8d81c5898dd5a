import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPostgresStore } from './postgres-store.ts';
import { readServerFacts } from './server-facts.ts';
import { startServer, type TestServer, withClient } from './testing/server.ts';

let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await startServer();
  url = await server.createDatabase();
});

afterAll(() => server.end());

/** The same database, for a role without rights. */
function asGuest(): string {
  const address = new URL(url);
  [address.username, address.password] = ['guest', 'guest'];
  return address.href;
}

it('tells what the server is like', async () => {
  await withClient(url, (client) =>
    client.query(`ALTER DATABASE test_1 SET default_transaction_read_only = on`),
  );
  const { version, connections, ...facts } = await readServerFacts(url);
  await withClient(url, async (client) => {
    await client.query('SET default_transaction_read_only = off');
    await client.query('ALTER DATABASE test_1 RESET default_transaction_read_only');
  });
  expect(version).toMatch(/^\d+\.\d/);
  expect(connections).toBeGreaterThan(0);
  expect(connections).toBeLessThan(10);
  // As the server of a test is set, of whose 60 connections three are kept for administrators.
  const server = { fsync: false, fullPageWrites: true, autovacuum: true, maxConnections: 57 };
  expect(facts).toEqual({ ...server, isReadOnly: true, forbidden: [], ownsTables: true });
});

it('tells what the user may, before and after there are tables', async () => {
  await withClient(url, (client) => client.query(`CREATE ROLE guest LOGIN PASSWORD 'guest'`));
  expect(await readServerFacts(asGuest())).toMatchObject({ forbidden: [], ownsTables: false });
  await (await openPostgresStore({ url })).close();
  const { forbidden } = await readServerFacts(asGuest());
  expect(forbidden).toContain('event');
  await withClient(url, (client) =>
    client.query(`
      GRANT ALL ON SCHEMA uet_capi TO guest;
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA uet_capi TO guest;
      REVOKE DELETE ON uet_capi.delivery FROM guest`),
  );
  expect(await readServerFacts(asGuest())).toMatchObject({ forbidden: ['delivery'], ownsTables: false });
  expect(await readServerFacts(url)).toMatchObject({ forbidden: [], ownsTables: true });
});
