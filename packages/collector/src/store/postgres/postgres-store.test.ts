import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { CERTIFICATE, KEY } from '../../doctor/testing/self-signed.ts';
import { balance } from '../balance.ts';
import type { Store } from '../port.ts';
import {
  append,
  arrivals,
  claimIds,
  claimRequest,
  countsOf,
  DESTINATION,
  heldPageLoad,
  NOW,
  newEvent,
  pruneLimits,
} from '../testing/contract/fixtures.ts';
import { openPostgresStore } from './postgres-store.ts';
import { dropStore, startServer, type TestServer, withClient } from './testing/server.ts';

let server: TestServer;
let url: string;

beforeAll(async () => {
  server = await startServer();
  url = await server.createDatabase();
});

beforeEach(() => dropStore(url));

afterAll(() => server.end());

async function open(given: Partial<Parameters<typeof openPostgresStore>[0]> = {}): Promise<Store> {
  const store = await openPostgresStore({ url, ...given });
  onTestFinished(() => store.close());
  return store;
}

/** What an attempt to open fails with. */
function refusal(given: Partial<Parameters<typeof openPostgresStore>[0]>): Promise<Error> {
  return openPostgresStore({ url, ...given }).then(
    () => expect.fail('it opened'),
    (error) => error,
  );
}

function change(part: 'password' | 'pathname' | 'port', value: string): string {
  const changed = new URL(url);
  changed[part] = value;
  return changed.href;
}

describe('openPostgresStore', () => {
  it.each([
    ['a wrong password', () => change('password', 'wr0ng-secret'), /\(28P01\)\. Correct user and password/],
    ['a database that is not there', () => change('pathname', '/nothing'), /\(3D000\)\. Create the database/],
    ['a server that is not there', () => change('port', '1'), /ECONNREFUSED.*Start the server/],
  ])('says what to do about %s, and not the address', async (_, given, message) => {
    const error = await refusal({ url: given() });
    expect(error).toMatchObject({ name: 'StoreUnusable', message: expect.stringMatching(message) });
    expect(error.message).not.toMatch(/postgres:\/\/|wr0ng-secret/);
  });

  it('lets a user in who owns the schema and may make none', async () => {
    await withClient(url, async (client) => {
      await client.query(`CREATE ROLE plain LOGIN PASSWORD 'plain'`);
      onTestFinished(async () => {
        await withClient(url, (again) => again.query('DROP OWNED BY plain; DROP ROLE plain'));
      });
    });
    const plain = new URL(change('password', 'plain'));
    plain.username = 'plain';
    expect(await refusal({ url: plain.href })).toMatchObject({
      message: expect.stringMatching(/GRANT CREATE/),
    });
    await withClient(url, (client) => client.query('CREATE SCHEMA uet_capi AUTHORIZATION plain'));
    expect(await append(await open({ url: plain.href }), newEvent('a'))).toEqual(['stored']);
  });

  it('finds no store where nothing was stored, and makes none', async () => {
    expect(await refusal({ mustExist: true })).toMatchObject({ name: 'StoreMissing' });
    expect(await refusal({ mustExist: true })).toMatchObject({ name: 'StoreMissing' });
    await open();
    await open({ mustExist: true });
  });

  it('refuses the tables of a newer version', async () => {
    await (await openPostgresStore({ url })).close();
    await withClient(url, (client) => client.query('UPDATE uet_capi.migration SET version = 99'));
    const error = await refusal({});
    expect(error.message).toMatch(/newer uet-capi \(99, .*Run the newer version/);
  });

  it('refuses a database that cannot hold every text', async () => {
    await withClient(url, (client) =>
      client.query(`CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0`),
    );
    const error = await refusal({ url: change('pathname', '/latin') });
    expect(error.message).toMatch(/in LATIN1, not UTF8\. Make one that is: CREATE DATABASE/);
  });

  it('makes the tables once when many processes start together', async () => {
    const stores = await Promise.all([1, 2, 3, 4, 5].map(() => open()));
    expect(await append(stores[0]!, newEvent('a'))).toEqual(['stored']);
    expect(await append(stores[4]!, newEvent('a'))).toEqual(['duplicate']);
  });

  it('waits for a server that starts at the same time', async () => {
    await server.crash();
    const opening = open({ patienceMs: 100_000 });
    await server.restart();
    expect(await append(await opening, newEvent('a'))).toEqual(['stored']);
  });
});

describe('an encrypted connection', () => {
  it('is to a server whose certificate is vouched for, unless the address says otherwise', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'uet-capi-tls-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const authority = join(folder, 'authority.pem');
    writeFileSync(authority, CERTIFICATE);
    const secure = await startServer({
      settings: ['ssl=on'],
      files: { 'server.crt': CERTIFICATE, 'server.key': KEY },
    });
    onTestFinished(() => secure.end());
    const address = await secure.createDatabase();

    expect(await refusal({ url: `${address}?sslmode=verify-full` })).toMatchObject({
      message: expect.stringMatching(/self-signed certificate.*sslrootcert=FILE/),
    });
    const trusted = `${address}?sslmode=verify-full&sslrootcert=${authority}`;
    for (const trusting of [trusted, `${address}?uselibpqcompat=true&sslmode=require`]) {
      await append(await open({ url: trusting }), newEvent('a'));
      const connections =
        "SELECT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'uet-capi'";
      const { rows } = await withClient(address, (client) => client.query(connections));
      expect(rows).toContainEqual({ ssl: true });
      expect(rows).not.toContainEqual({ ssl: false });
    }
    expect(await refusal({ url: `${url}?sslmode=verify-full` })).toMatchObject({
      message: expect.stringMatching(/does not support SSL/),
    });
  });
});

describe('a server that goes away', () => {
  it('makes calls fail as unavailable, and is there again by itself, with all that was acknowledged', async () => {
    const store = await open();
    await append(store, newEvent('before'));
    await server.crash();
    await expect(append(store, newEvent('a'))).rejects.toMatchObject({ name: 'StoreUnavailable' });
    await server.restart();
    // A commit whose answer came too late is a duplicate the next time.
    await expect.poll(() => append(store, newEvent('b')).catch(() => {})).toBeDefined();
    expect(await append(store, newEvent('a'), newEvent('before'))).toEqual(['stored', 'duplicate']);
    expect(countsOf((await store.stats()).states)).toEqual({ pending: 3 });
  });

  it('fails the calls that are under way, and nothing else', async () => {
    const store = await open();
    await withClient(url, async (client) => {
      await client.query('BEGIN; LOCK TABLE uet_capi.event');
      const unfinished = Promise.allSettled([append(store, newEvent('a')), append(store, newEvent('b'))]);
      const waiting = `SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted`;
      await expect.poll(async () => (await client.query(waiting)).rows[0].count).toBe(2);
      await server.crash();
      const failed = { status: 'rejected', reason: expect.objectContaining({ name: 'StoreUnavailable' }) };
      expect(await unfinished).toEqual([failed, failed]);
    });
    await server.restart();
    await expect.poll(() => append(store, newEvent('c')).catch(() => {})).toBeDefined();
    expect(await append(store, newEvent('a'), newEvent('b'))).toEqual(['stored', 'stored']);
  });

  it('is noticed without any call', async () => {
    const store = await open();
    await server.crash();
    await expect.poll(() => store.obstacle()).toBe('restarting');
    await server.restart();
    await expect.poll(() => store.obstacle()).toBeUndefined();
  });

  it('is noticed where it takes connections and never answers', async () => {
    const proxy = await startProxy();
    const store = await open({ url: change('port', String(proxy.port)) });
    await append(store, newEvent('a'));
    const leaving = await openPostgresStore({ url: change('port', String(proxy.port)) });
    proxy.hang();
    await leaving.close();
    await expect.poll(() => store.obstacle()).toBe('restarting');
    await expect(append(store, newEvent('b'))).rejects.toThrow('does not answer');
    proxy.goOn();
    await expect.poll(() => append(store, newEvent('b')).catch(() => {})).toBeDefined();
    expect(await claimIds(store)).toEqual(['a', 'b']);
  });
});

describe('a replica, or a server set to read alone', () => {
  it('takes nothing, and is not ready', async () => {
    const store = await open();
    await withClient(url, (client) => client.query('ALTER SYSTEM SET default_transaction_read_only = on'));
    const reload = () => withClient(url, (client) => client.query('SELECT pg_reload_conf()'));
    onTestFinished(async () => {
      await withClient(url, async (client) => {
        await client.query('SET default_transaction_read_only = off');
        await client.query('ALTER SYSTEM RESET default_transaction_read_only');
      });
      await reload();
    });
    await reload();
    await expect.poll(() => store.obstacle()).toBe('restarting');
    await expect(append(store, newEvent('a'))).rejects.toMatchObject({ name: 'StoreUnavailable' });
  });
});

describe('calls at the same time', () => {
  it('wait for each other where all connections are taken, and all succeed', async () => {
    const store = await open();
    const ids = Array.from({ length: 30 }, (_, index) => `e${index}`);
    const results = await Promise.all(ids.map((id) => append(store, newEvent(id), newEvent('shared'))));
    expect(results.flat().filter((result) => result === 'stored')).toHaveLength(31);
  });

  it('that bring the same events in another order do not stop each other', async () => {
    const stores = [await open(), await open()];
    for (let round = 0; round < 20; round++) {
      const events = Array.from({ length: 50 }, (_, index) => newEvent(`${round}-${index}`));
      const both = await Promise.all([
        append(stores[0]!, ...events),
        append(stores[1]!, ...events.toReversed()),
      ]);
      expect(both.flat().filter((result) => result === 'stored')).toHaveLength(50);
    }
  });

  it('that bring a page load and the report of the tag: it is not delivered, in whatever order they end', async () => {
    const [store, other] = [await open(), await open()];
    await withClient(url, async (client) => {
      // As if the report's transaction had begun before the page load was seen, and ended after it.
      await client.query('BEGIN');
      await client.query(`INSERT INTO uet_capi.page_report VALUES ('shop', 'p', ${NOW})`);
      await append(store, heldPageLoad('p'));
      await client.query('COMMIT');
    });
    expect(await claimIds(other, { now: NOW + 10_000 })).toEqual([]);
    const { states } = await store.stats();
    expect(countsOf(states)).toEqual({ skipped: 1 });
  });

  it('that pause and resume a destination leave no pause open', async () => {
    const store = await open();
    await store.pause(DESTINATION, 'first', NOW + 1, NOW);
    await withClient(url, async (client) => {
      // As another process pauses it for another reason, while it is resumed here.
      await client.query(`BEGIN; UPDATE uet_capi.destination SET reason = 'second'`);
      const resumed = store.resume(DESTINATION, NOW + 9);
      const waiting = `SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted`;
      await expect.poll(async () => (await client.query(waiting)).rows[0].count).toBe(1);
      await client.query(`
        UPDATE uet_capi.pause SET until = ${NOW + 5};
        INSERT INTO uet_capi.pause VALUES ('${DESTINATION}', ${NOW + 5}, NULL, 'second'); COMMIT`);
      await resumed;
      const { rows } = await client.query('SELECT until FROM uet_capi.pause ORDER BY since');
      expect(rows).toEqual([{ until: String(NOW + 5) }, { until: String(NOW + 9) }]);
    });
  });

  it('that replay, erase and prune the same events leave each of them somewhere', async () => {
    const stores = [await open(), await open(), await open()] as const;
    for (let round = 0; round < 15; round++) {
      const customer = `customer:${round}` as const;
      await append(
        stores[0],
        ...Array.from({ length: 60 }, (_, id) => newEvent(`${round}-${id}`, { keys: [customer] })),
      );
      const lease = `lease-${round}`;
      const { events } = await stores[0].claim(claimRequest({ lease }));
      const outcomes = events.map(({ seq }) => ({
        seq,
        state: 'dead' as const,
        code: 'code',
        message: 'message',
      }));
      await stores[0].settle({ destination: DESTINATION, lease, now: NOW, outcomes });
      await Promise.all([
        stores[0].replay({ states: ['dead'] }, { now: NOW, dryRun: false }),
        stores[1].erase({ keys: [customer] }, NOW),
        stores[2].prune(pruneLimits(NOW + 1, NOW)),
      ]);
      expect(balance(await stores[0].stats()).map(({ missing }) => missing)).toEqual([0]);
      const { states } = await stores[0].stats();
      const waiting = countsOf(states).pending ?? 0;
      // None waits without its content, for ever.
      expect(await claimIds(stores[0], { maxEvents: 10_000 })).toHaveLength(waiting);
    }
  });

  it('ask what is remembered of many people as few questions', async () => {
    const store = await open();
    const keys = Array.from({ length: 200 }, (_, index) => `visitor:${index}`);
    await store.append(
      arrivals({ memories: keys.map((key) => ({ site: 'shop', key, consent: 'granted' as const })) }),
    );
    const recalled = await Promise.all(keys.map((key) => store.recall('shop', [key, 'visitor:nobody'])));
    expect(recalled).toEqual(keys.map((key) => [{ key, consent: 'granted' }]));
  });
});

describe('numbers of events', () => {
  it('may be larger than 32 bits', async () => {
    const store = await open();
    const first = 5_000_000_000;
    await withClient(url, (client) => client.query(`SELECT setval('uet_capi.event_seq_seq', ${first - 1})`));
    const wire = JSON.stringify({ eventType: 'custom', pageLoadId: 'p' });
    const customer = 'customer:7' as const;
    await append(store, newEvent('a', { wire }), newEvent('b', { wire, keys: [customer] }));
    const days = await store.groupEvents({ after: first - 1, until: NOW, reportsSince: 0 });
    expect(days.reached).toBe(first + 1);
    expect((await store.changes({ after: 0, shown: [first], limit: 10 })).next).toBe(first + 1);
    expect((await store.search({ limit: 10, since: NOW })).events).toHaveLength(2);
    expect((await store.detail({ seq: first }))?.related).toMatchObject([{ seq: first + 1 }]);
    const { events } = await store.claim(claimRequest({ lease: 'l' }));
    const outcomes = events.map(({ seq }) => ({ seq, state: 'dead' as const, code: 'c', message: 'm' }));
    await store.settle({ destination: DESTINATION, lease: 'l', now: NOW, outcomes });
    const replayed = await store.replay({ states: ['dead'], seq: first }, { now: NOW, dryRun: false });
    expect(replayed.replayed).toBe(1);
    expect((await store.erase({ keys: [customer] }, NOW)).events).toBe(1);
    await store.prune(pruneLimits(NOW + 1, NOW + 1));
    expect(countsOf((await store.stats()).states)).toEqual({ pending: 1, dead: 1 });
  });
});

/** A way to the server that can be blocked, as a firewall does: nothing is refused, nothing passes. */
async function startProxy(): Promise<{ port: number; hang(): void; goOn(): void }> {
  const sockets = new Set<Socket>();
  let isHanging = false;
  const proxy = createServer((near) => {
    if (isHanging) return void sockets.add(near);
    const far = connect(Number(new URL(url).port), '127.0.0.1');
    for (const socket of [near, far]) sockets.add(socket.on('error', () => {}));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    port: (proxy.address() as { port: number }).port,
    hang() {
      isHanging = true;
      for (const socket of sockets) socket.unpipe().pause();
    },
    goOn() {
      isHanging = false;
    },
  };
}
