import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgresStore } from '../../packages/collector/dist/store/postgres/postgres-store.js';
import { openSqliteStore } from '../../packages/collector/dist/store/sqlite/sqlite-store.js';
import { startServer } from '../../packages/collector/src/store/postgres/testing/server.ts';
import { DESTINATION, event } from './backlog.mjs';

/**
 * The embedded store beside the shared one, both without a collector: what is stored per second in groups as they
 * form under load, each on disk before the next one begins; and what is claimed and settled, in batches as they are
 * delivered. The database is on the same machine, so its own work takes from the same cores.
 */

/** Odd, so that the median is one of them. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);

/** Of one turn. */
const EVENTS = 20_000;

/** Events of a commit. */
const GROUP = 200;

/** As delivery takes them: batches of so many, so many of them at a time. */
const BATCH = { maxEvents: 1_000, maxBytes: 1_000_000 };
const BATCHES_AT_A_TIME = 4;

const LEASE_MS = 60_000;

export async function measureStores() {
  const dataDir = mkdtempSync(join(tmpdir(), 'uet-capi-bench-'));
  const server = await startServer({ settings: ['fsync=on'] });
  const opened = [];
  const open = async (opening) => {
    const store = await opening;
    opened.push(store);
    return store;
  };
  try {
    const url = await server.createDatabase();
    const shared = [];
    for (let i = 0; i < 4; i++) shared.push(await open(openPostgresStore({ url })));
    const rows = {
      'SQLite, one process': [await open(openSqliteStore({ dataDir }))],
      'PostgreSQL, one process': shared.slice(0, 1),
      'PostgreSQL, four processes': shared,
    };
    const turns = Object.fromEntries(Object.keys(rows).map((name) => [name, []]));
    // The first is for the compiler.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [name, stores] of Object.entries(rows)) {
        const turn = { stored: await rateOf(store, stores), settled: await rateOf(deliver, stores) };
        if (round > 0) turns[name].push(turn);
      }
    }
    return [
      { title: 'The two stores', rows: Object.entries(turns).map(([name, own]) => row(name, own, turns)) },
    ];
  } finally {
    await Promise.all(opened.map((store) => store.close()));
    await server.end();
    rmSync(dataDir, { recursive: true });
  }
}

/** Events per second, where all of the stores work at once. */
async function rateOf(work, stores) {
  const events = Array.from({ length: EVENTS }, (_, number) => event(number, Date.now()));
  const began = performance.now();
  await Promise.all(stores.map((one) => work(one, events)));
  return EVENTS / ((performance.now() - began) / 1_000);
}

/** Takes of what is left, group by group. */
async function store(one, left) {
  while (left.length > 0) {
    const events = left.splice(0, GROUP);
    await one.append({ now: Date.now(), events, tagPageLoads: [], memories: [], withdrawals: [] });
  }
}

/** Until nothing is due any more. */
async function deliver(one) {
  await Promise.all(
    Array.from({ length: BATCHES_AT_A_TIME }, async () => {
      while (await deliverBatch(one));
    }),
  );
}

async function deliverBatch(one) {
  const [now, lease, destination] = [Date.now(), randomUUID(), DESTINATION];
  const { events } = await one.claim({ destination, now, lease, leaseUntil: now + LEASE_MS, ...BATCH });
  const outcomes = events.map(({ seq }) => ({ seq, state: 'accepted', warnings: [] }));
  if (events.length > 0) await one.settle({ destination, lease, now, outcomes });
  return events.length > 0;
}

function row(store, own, turns) {
  const [first] = Object.values(turns);
  const median = (numbers) => numbers.sort((a, b) => a - b)[(ROUNDS - 1) / 2];
  const cells = (what, title) => ({
    [`${title}/s`]: median(own.map((turn) => turn[what])).toFixed(0),
    [`${title}, × SQLite`]: median(own.map((turn, round) => turn[what] / first[round][what])).toFixed(2),
  });
  return { store, ...cells('stored', 'stored'), ...cells('settled', 'claimed and settled') };
}
