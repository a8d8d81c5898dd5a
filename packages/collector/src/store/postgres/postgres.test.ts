import { afterAll, beforeAll } from 'vitest';
import { describeStore } from '../testing/contract.ts';
import { openPostgresStore } from './postgres-store.ts';
import { startServer, type TestServer } from './testing/server.ts';

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.end());

describeStore('PostgreSQL store', async () => {
  const url = await server.createDatabase();
  const open = () => openPostgresStore({ url });
  const stores = [await open()];
  return {
    store: stores[0]!,
    async another() {
      const store = await open();
      stores.push(store);
      return store;
    },
    async end() {
      await Promise.all(stores.map((store) => store.close()));
    },
  };
});
