import { afterAll, beforeAll } from 'vitest';
import { describeStore } from '../testing/contract.ts';
import { openPostgresStore } from './postgres-store.ts';
import { dropStore, startServer, type TestServer, withClient } from './testing/server.ts';

let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await startServer();
  url = await server.createDatabase();
});

afterAll(() => server.end());

describeStore('PostgreSQL store', async () => {
  await dropStore(url);
  const open = () => openPostgresStore({ url });
  const stores = [await open()];
  return {
    store: stores[0]!,
    async another() {
      const store = await open();
      stores.push(store);
      return store;
    },
    refuse: (table, condition, what = 'INSERT') =>
      withClient(url, async (client) => {
        await client.query(`
          CREATE FUNCTION uet_capi.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;
          CREATE TRIGGER refuse BEFORE ${what} ON uet_capi.${table} FOR EACH ROW WHEN (${condition})
          EXECUTE FUNCTION uet_capi.refuse()`);
      }),
    async end() {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
});
