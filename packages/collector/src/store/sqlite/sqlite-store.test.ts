import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppender } from '../appender.ts';
import { append, arrivals, newEvent } from '../testing/contract/fixtures.ts';
import { StoreUnusable } from './errors.ts';
import { openSqliteStore } from './sqlite-store.ts';

const NOT_A_DATABASE = 'This file is not a database. '.repeat(200);

let root: string;
let dataDir: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'uet-capi-store-'));
  dataDir = join(root, 'some', 'data');
});

afterEach(() => rmSync(root, { recursive: true }));

const file = (name = 'uet-capi.sqlite') => join(dataDir, name);
const modeOf = (path: string) => statSync(path).mode & 0o777;

/** Makes the store once, and changes its file. */
async function makeStore(change: (db: DatabaseSync) => void): Promise<void> {
  await (await openSqliteStore({ dataDir })).close();
  const db = new DatabaseSync(file());
  change(db);
  db.close();
}

describe('openSqliteStore', () => {
  it('makes directory and files that only their owner can read', async () => {
    const store = await openSqliteStore({ dataDir });
    await append(store, newEvent('a'));
    expect(modeOf(dataDir)).toBe(0o700);
    const names = ['uet-capi.sqlite', 'uet-capi.sqlite-wal', 'uet-capi.sqlite-shm', 'owner.lock'];
    for (const name of names) expect([name, modeOf(file(name))]).toEqual([name, 0o600]);
    await store.close();
    expect(existsSync(file('uet-capi.sqlite-wal'))).toBe(false);
  });

  it('refuses what is not a database, and leaves it as it is', async () => {
    await (await openSqliteStore({ dataDir })).close();
    writeFileSync(file(), NOT_A_DATABASE);
    const error = await openSqliteStore({ dataDir }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StoreUnusable);
    expect(error).toMatchObject({
      path: file(),
      message: expect.stringMatching(/not a database.*move the file/s),
    });
    expect(statSync(file()).size).toBe(NOT_A_DATABASE.length);
  });

  it('refuses a directory that cannot be made', async () => {
    writeFileSync(join(root, 'file'), '');
    const path = join(root, 'file', 'data');
    await expect(openSqliteStore({ dataDir: path })).rejects.toMatchObject({
      name: 'StoreUnusable',
      path,
      message: expect.stringContaining('choose another data directory'),
    });
  });

  it('refuses a store of a newer version', async () => {
    await makeStore((db) => db.exec('PRAGMA user_version = 999'));
    await expect(openSqliteStore({ dataDir })).rejects.toThrow(/newer uet-capi.*Run the newer version/);
  });

  it('can be opened by many at the same time, also for the first time', async () => {
    const stores = await Promise.all([1, 2, 3, 4].map(() => openSqliteStore({ dataDir })));
    await Promise.all(stores.map((store, index) => append(store, newEvent(`e${index}`))));
    expect((await stores[0]!.stats()).received).toMatchObject([{ count: 4 }]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('finishes what was asked before the close, and refuses what comes after', async () => {
    const store = await openSqliteStore({ dataDir });
    const before = append(store, newEvent('a'));
    const closed = store.close();
    expect(await before).toEqual(['stored']);
    await expect(append(store, newEvent('b'))).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await closed;
    await store.close();
  });

  it('fails the call alone whose argument cannot be handed over', async () => {
    const store = await openSqliteStore({ dataDir });
    const broken = newEvent('a', { notes: [(() => 'x') as unknown as string] });
    const both = Promise.allSettled([append(store, broken), append(store, newEvent('b'))]);
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await store.close();
  });

  it('needs far fewer transactions than events behind the appender', async () => {
    const store = await openSqliteStore({ dataDir });
    let transactions = 0;
    const counted: typeof store.append = (given) => {
      transactions++;
      return store.append(given);
    };
    const appender = createAppender({ append: counted });
    const ids = Array.from({ length: 500 }, (_, index) => `e${index}`);
    const results = await Promise.all(ids.map((id) => appender.append(arrivals({ events: [newEvent(id)] }))));
    expect(results).toEqual(ids.map(() => ['stored']));
    // The first goes alone; the others came while it was under way.
    expect(transactions).toBe(2);
    await store.close();
  });
});
