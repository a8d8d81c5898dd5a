import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describeStore } from '../testing/contract.ts';
import { openSqliteStore } from './sqlite-store.ts';

describeStore('SQLite store', async () => {
  const root = mkdtempSync(join(tmpdir(), 'uet-capi-store-'));
  const open = () => openSqliteStore({ dataDir: join(root, 'data') });
  const stores = [await open()];
  return {
    store: stores[0]!,
    async another() {
      const store = await open();
      stores.push(store);
      return store;
    },
    async refuse(table, condition, what = 'INSERT') {
      const db = new DatabaseSync(join(root, 'data', 'uet-capi.sqlite'));
      db.exec(`
        CREATE TRIGGER refuse BEFORE ${what} ON ${table} WHEN ${condition} BEGIN SELECT RAISE(ABORT, 'refused'); END`);
      db.close();
    },
    async end() {
      await Promise.all(stores.map((store) => store.close()));
      rmSync(root, { recursive: true });
    },
  };
});
