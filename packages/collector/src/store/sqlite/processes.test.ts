import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claimIds, NOW } from '../testing/contract/fixtures.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { Told } from './testing/child-process.ts';

const FIXTURE = fileURLToPath(new URL('./testing/child-process.ts', import.meta.url));

/** An SQLite with the WAL-reset bug. */
const OLD_SQLITE = '3.51.2';

let dataDir: string;
let children: ChildProcess[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'uet-capi-processes-'));
  children = [];
});

afterEach(async () => {
  await Promise.all(children.map(kill));
  rmSync(dataDir, { recursive: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'close');
  child.kill('SIGKILL');
  await ended;
}

/** Starts a child; what it tells gathers in `told`. */
function start(role: string, name: string, ...sqliteVersion: string[]) {
  const child = fork(FIXTURE, [dataDir, role, name, ...sqliteVersion], { execArgv: [] });
  return listenTo(child);
}

function listenTo(child: ChildProcess) {
  children.push(child);
  const told: Told[] = [];
  child.on('message', (message) => told.push(message as Told));
  return {
    child,
    told,
    acknowledged: () => told.flatMap((one) => ('acknowledged' in one ? [one.acknowledged] : [])),
    claimed: () => told.flatMap((one) => ('claimed' in one ? one.claimed : [])),
    opened: () => expect.poll(() => told.length).toBeGreaterThan(0),
  };
}

describe('processes that share a data directory', () => {
  it('claim each event once between them', async () => {
    const workers = ['a', 'b', 'c'].map((name) => start('work', name));
    const claimed = () => workers.flatMap((worker) => worker.claimed());
    await expect.poll(() => claimed().length).toBeGreaterThanOrEqual(600);
    for (const { child } of workers) child.disconnect();
    await Promise.all(workers.map(({ child }) => once(child, 'exit')));
    expect(new Set(claimed()).size).toBe(600);
    expect(claimed()).toHaveLength(600);

    const store = await openSqliteStore({ dataDir });
    expect((await store.stats()).states).toMatchObject([{ state: 'accepted', count: 600 }]);
    await store.close();
  });

  it('keep what was acknowledged through kill -9', async () => {
    const acknowledged: string[] = [];
    for (let round = 0; round < 8; round++) {
      const appending = ['a', 'b'].map((name) => start('append', `${round}-${name}`));
      // The moment differs from round to round.
      const enough = () => appending.every((one) => one.acknowledged().length > 10 * round);
      await expect.poll(enough, { interval: 1 }).toBe(true);
      await Promise.all(appending.map(({ child }) => kill(child)));
      acknowledged.push(...appending.flatMap((one) => one.acknowledged()));
    }
    expect(acknowledged.length).toBeGreaterThan(500);

    const store = await openSqliteStore({ dataDir });
    const stored = new Set(
      await claimIds(store, { maxEvents: 1_000_000, maxBytes: Number.MAX_SAFE_INTEGER }),
    );
    await store.close();
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'));
    expect(db.prepare('PRAGMA integrity_check').all()).toMatchObject([{ integrity_check: 'ok' }]);
    db.close();
  });

  it('give the leases of a killed one to the next when they run out', async () => {
    const killed = start('work', 'killed');
    await expect.poll(() => killed.claimed().length, { interval: 1 }).toBeGreaterThan(0);
    await kill(killed.child);
    const store = await openSqliteStore({ dataDir });
    const waiting = (await store.stats()).states.filter(({ state }) => state !== 'accepted');
    const expected = waiting.reduce((sum, { count }) => sum + count, 0);
    expect(await claimIds(store, { now: NOW * 2 })).toHaveLength(expected);
    await store.close();
  });

  // Each refusal waits out a neighbour that might only be starting.
  it('are refused where SQLite is too old to share, until the other one is gone', async () => {
    const owner = start('own', 'owner', OLD_SQLITE);
    await owner.opened();
    for (const sqliteVersion of [OLD_SQLITE, '3.51.3']) {
      await expect(openSqliteStore({ dataDir, sqliteVersion })).rejects.toMatchObject({
        name: 'StoreBusyElsewhere',
        path: join(dataDir, 'uet-capi.sqlite'),
        message: expect.stringMatching(/another process uses it.*3\.51\.3.*Stop the other process/),
      });
    }
    await kill(owner.child);
    await (await openSqliteStore({ dataDir, sqliteVersion: OLD_SQLITE })).close();
  });

  it('are refused with too old an SQLite also beside a new one', async () => {
    const sharing = start('own', 'sharing', '3.51.3');
    await sharing.opened();
    const old = openSqliteStore({ dataDir, sqliteVersion: '3.50.10' });
    await expect(old).rejects.toMatchObject({ name: 'StoreBusyElsewhere' });
    await (await openSqliteStore({ dataDir, sqliteVersion: '3.60.0' })).close();
  });

  it('refuse an append that the disk has no room for, keep the rest, and read on', async () => {
    // 1,000 blocks of 512 or 1,024 bytes; writing past them fails as on a full disk.
    const child = spawn(
      'sh',
      ['-c', 'ulimit -f 1000 && exec "$0" "$@"', process.execPath, FIXTURE, dataDir, 'fill', 'f'],
      {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    const { told, acknowledged } = listenTo(child);
    const refusal = () => told.find((one) => 'refused' in one);
    await expect.poll(refusal).toBeDefined();
    expect(refusal()).toEqual({ refused: 'StoreUnavailable', stored: acknowledged().length });
    await kill(child);

    const store = await openSqliteStore({ dataDir });
    const events = await store.find({ limit: 10_000 });
    await store.close();
    expect(events.map(({ eventId }) => eventId).toReversed()).toEqual(acknowledged());
  });
});
