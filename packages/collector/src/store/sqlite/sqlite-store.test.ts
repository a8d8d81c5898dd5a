import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppender } from '../appender.ts';
import { StoreUnusable } from '../errors.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  countsOf,
  newEvent,
} from '../testing/contract/fixtures.ts';
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

  it.each([
    ['a file', 'file', /a file, or a link that leads nowhere, stands in its way.*Choose another/],
    ['below a file', 'file/data', /stands in its way.*Choose another/],
    ['a link that leads nowhere', 'link', /stands in its way.*Choose another/],
    // Node's own recursive way to make a directory never ends there.
    ['where no directory can be made', '/proc/data', /choose another data directory/i],
  ])('refuses a directory that is %s', async (_, place, message) => {
    writeFileSync(join(root, 'file'), '');
    symlinkSync(join(root, 'nowhere', 'data'), join(root, 'link'));
    const path = resolve(root, place);
    await expect(openSqliteStore({ dataDir: path })).rejects.toMatchObject({
      name: 'StoreUnusable',
      path,
      message: expect.stringMatching(message),
    });
  });

  it('makes what is missing above the directory, for its user alone', async () => {
    await (await openSqliteStore({ dataDir: join(root, 'a', 'b') })).close();
    const modes = ['a', 'a/b'].map((name) => statSync(join(root, name)).mode & 0o777);
    expect(modes).toEqual([0o700, 0o700]);
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
    const counted: typeof store.appendPacked = (given) => {
      transactions++;
      return store.appendPacked(given);
    };
    const appender = createAppender({ ...store, appendPacked: counted });
    const ids = Array.from({ length: 500 }, (_, index) => `e${index}`);
    const results = await Promise.all(ids.map((id) => appender.append(arrivals({ events: [newEvent(id)] }))));
    expect(results).toEqual(ids.map(() => ['stored']));
    // The first goes alone; the others came while it was under way.
    expect(transactions).toBe(2);
    await store.close();
  });

  it('takes nothing while the disk has too little room, and says so', async () => {
    const store = await openSqliteStore({ dataDir, minFreeBytes: Number.MAX_SAFE_INTEGER });
    expect(store.obstacle()).toBe('low-disk');
    await expect(append(store, newEvent('a'))).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(await store.find({ limit: 1 })).toEqual([]);
    await store.close();
  });

  it('answers questions while its writing thread is held up, and tidies up after both', async () => {
    const store = await openSqliteStore({ dataDir });
    await append(store, newEvent('a'));
    const neighbour = new DatabaseSync(file());
    neighbour.exec('BEGIN IMMEDIATE');
    let isStored = false;
    const waiting = append(store, newEvent('b')).then(() => {
      isStored = true;
    });
    expect((await store.search({ limit: 10 })).events).toMatchObject([{ eventId: 'a' }]);
    expect(await store.find({ eventId: 'a', limit: 1 })).toHaveLength(1);
    expect((await store.stats()).received).toMatchObject([{ count: 1 }]);
    expect(isStored).toBe(false);
    neighbour.exec('ROLLBACK');
    neighbour.close();
    await waiting;
    expect((await store.search({ limit: 10 })).events).toMatchObject([{ eventId: 'b' }, { eventId: 'a' }]);
    await store.close();
    expect(existsSync(file('uet-capi.sqlite-wal'))).toBe(false);
    await expect(store.search({ limit: 1 })).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });

  it('comes back when its thread has died, with everything that was acknowledged', async () => {
    const lost: Error[] = [];
    // Too little for a claim of everything at once.
    const store = await openSqliteStore({ dataDir, heapMb: 32, onLost: (error) => lost.push(error) });
    const wire = JSON.stringify({ text: 'x'.repeat(1_000_000) });
    const ids = Array.from({ length: 80 }, (_, index) => `e${index}`);
    for (const id of ids) await append(store, newEvent(id, { wire }));
    expect(store.obstacle()).toBeUndefined();

    const tooMuch = store.claim(claimRequest({ maxBytes: Number.MAX_SAFE_INTEGER }));
    const behind = append(store, newEvent('behind'));
    await expect(tooMuch).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await expect(behind).rejects.toMatchObject({ name: 'StoreUnavailable' });
    expect(store.obstacle()).toBe('restarting');
    await expect(append(store, newEvent('meanwhile'))).rejects.toMatchObject({ name: 'StoreUnavailable' });

    await expect.poll(() => store.obstacle()).toBeUndefined();
    expect(await append(store, newEvent('after'))).toEqual(['stored']);
    expect((await store.stats()).received).toMatchObject([{ count: ids.length + 1 }]);
    expect(lost).toHaveLength(1);
    await store.close();
  });

  it('ends an event whose content is damaged, and hands out those behind it', async () => {
    const store = await openSqliteStore({ dataDir });
    const ids = ['first', 'second', 'third', 'fourth'];
    // Each on a page of its own.
    const wireOf = (eventId: string) => JSON.stringify({ eventId, text: 'x'.repeat(3_000) });
    await append(store, ...ids.map((id) => newEvent(id, { wire: wireOf(id) })));
    await store.close();
    const bytes = readFileSync(file());
    const page = Math.floor(bytes.indexOf('"eventId":"second"') / 4096);
    bytes.fill(0xff, page * 4096, (page + 1) * 4096);
    writeFileSync(file(), bytes);

    const damaged = await openSqliteStore({ dataDir });
    expect(await claimIds(damaged)).toEqual(['first', 'third', 'fourth']);
    expect(countsOf((await damaged.stats()).states)).toEqual({ leased: 3, dead: 1 });
    expect((await damaged.overview({})).reasons).toMatchObject([
      { state: 'dead', code: 'Unreadable', count: 1 },
    ]);
    await damaged.close();
  });

  it('refuses a claim where an index names an event that is gone', async () => {
    const store = await openSqliteStore({ dataDir });
    await append(store, newEvent('gone'), newEvent('here'));
    await store.close();
    const edit = (...statements: string[]) => {
      const db = new DatabaseSync(file(), { defensive: false });
      for (const one of ['PRAGMA writable_schema = ON', ...statements]) db.exec(one);
      db.close();
    };
    // What is deleted while the index is hidden stays in it.
    edit(
      "CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'delivery_due'",
      "DELETE FROM sqlite_schema WHERE name = 'delivery_due'",
    );
    edit(
      'DELETE FROM delivery WHERE seq = 1',
      'DELETE FROM content WHERE seq = 1',
      'INSERT INTO sqlite_schema SELECT * FROM hidden',
    );

    const damaged = await openSqliteStore({ dataDir });
    await expect(claimIds(damaged)).rejects.toMatchObject({
      name: 'Error',
      message: 'database disk image is malformed',
    });
    await damaged.close();
  });

  it('looks through a file that was not closed, and refuses a damaged one', async () => {
    const store = await openSqliteStore({ dataDir });
    const wire = JSON.stringify({ text: 'x'.repeat(3_000) });
    await append(store, ...Array.from({ length: 500 }, (_, index) => newEvent(`e${index}`, { wire })));
    await store.close();
    // Open, with something in the log: what a killed process leaves.
    const running = await openSqliteStore({ dataDir });
    await append(running, newEvent('last'));
    const image = join(root, 'image');
    cpSync(dataDir, image, { recursive: true });
    await running.close();

    const intact = await openSqliteStore({ dataDir: image });
    expect(await intact.find({ limit: 1 })).toMatchObject([{ eventId: 'last' }]);
    await append(intact, newEvent('later'));
    const damaged = join(root, 'damaged');
    cpSync(image, damaged, { recursive: true });
    await intact.close();
    const damagedFile = join(damaged, 'uet-capi.sqlite');
    const bytes = readFileSync(damagedFile);
    bytes.fill(0xff, 4096 * 20, 4096 * 40);
    writeFileSync(damagedFile, bytes);
    await expect(openSqliteStore({ dataDir: damaged })).rejects.toMatchObject({
      name: 'StoreUnusable',
      path: damagedFile,
      message: expect.stringMatching(/Stop every process.*move the file.*recover/s),
    });
  });
});
