import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'undici';
import { ROOT } from '../../scripts/setup.mjs';
import { DESTINATIONS, fillArchive, RARE_NAME, SITES } from './archive.mjs';
import { measureLive } from './live.mjs';
import { startSink } from './sink.mjs';
import { ADMIN_TOKEN, MOUNT } from './site.mjs';

/** What people ask of a store with a million events, over HTTP, and what it does to the events that come in. */

const EVENTS = Number(process.env.BENCH_EVENTS ?? 1_000_000);

/** Of each question. The first is reported by itself: nothing of its answer is in the process's memory yet. */
const TIMES = 30;

/** On the disk of the checkout: a temporary directory may be in memory. */
const CACHE = join(ROOT, 'node_modules/.cache');

const DAY_MS = 86_400_000;

export async function measureAdmin() {
  mkdirSync(CACHE, { recursive: true });
  const dataDir = mkdtempSync(join(CACHE, 'bench-admin-'));
  const sink = await startSink();
  try {
    const now = Date.now();
    const someId = await fillArchive(dataDir, EVENTS, now);
    const server = await startServer(dataDir, sink.url);
    try {
      const rows = [];
      for (const [title, path] of questions(someId, now)) rows.push(await measure(server, title, path));
      const live = await measureLive(server);
      const count = EVENTS.toLocaleString('en');
      return [
        { title: `Questions about ${count} events`, rows },
        { title: `200 events/s come in, beside ${count} stored ones`, rows: live },
      ];
    } finally {
      await server.stop();
    }
  } finally {
    await sink.close();
    rmSync(dataDir, { recursive: true });
  }
}

function questions(someId, now) {
  const search = (query) => `/events?${new URLSearchParams(query)}`;
  return [
    ['first page', search({})],
    ['a page in the middle', search({ before: EVENTS / 2 })],
    ['of a site', search({ site: SITES[1] })],
    ['of a site without events', search({ site: 'nobody' })],
    ['with a name', search({ name: 'purchase' })],
    ['with a name that ten events have', search({ name: RARE_NAME })],
    ['with a name that none has', search({ name: 'none' })],
    ['accepted', search({ state: 'accepted' })],
    ['pending', search({ state: 'pending' })],
    ['leased, of which there are none', search({ state: 'leased' })],
    ['rejected', search({ state: 'rejected' })],
    ['dead', search({ state: 'dead' })],
    ['accepted, with a name that ten events have', search({ state: 'accepted', name: RARE_NAME })],
    ['for a destination', search({ destination: DESTINATIONS[1] })],
    ['for a destination without events', search({ destination: 'uet-capi:1' })],
    ['from servers', search({ source: 'server' })],
    ['without script, of which there are none', search({ source: 'noscript' })],
    ['of one day', search({ since: now - 15 * DAY_MS, until: now - 14 * DAY_MS })],
    ['with an id', search({ id: someId })],
    ['with an id that none has', search({ id: 'none' })],
    ['one event', `/events/${EVENTS / 2}`],
    ['overview', '/overview'],
  ];
}

async function measure(server, title, path) {
  const times = [];
  let answer;
  let cpuBefore;
  for (let i = 0; i <= TIMES; i++) {
    const begin = performance.now();
    answer = await server.ask(path);
    times.push(performance.now() - begin);
    cpuBefore ??= await server.cpuUs();
  }
  const cpuUs = (await server.cpuUs()) - cpuBefore;
  const [first, ...rest] = times;
  rest.sort((a, b) => a - b);
  const { events, next } = answer;
  return {
    question: title,
    'first, ms': first.toFixed(1),
    'p50, ms': rest[Math.floor(TIMES / 2)].toFixed(1),
    'p95, ms': rest[Math.floor(TIMES * 0.95)].toFixed(1),
    'CPU, ms': (cpuUs / 1_000 / TIMES).toFixed(1),
    found: events ? events.length : '',
    'looked at': events ? (next === undefined ? 'everything' : (EVENTS - next).toLocaleString('en')) : '',
  };
}

async function startServer(dataDir, sinkUrl) {
  const child = fork(join(import.meta.dirname, 'servers/collector.mjs'), {
    env: { ...process.env, BENCH_DATA_DIR: dataDir, BENCH_SINK: sinkUrl },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the server ended: ${code}`)));
  // Ending is what it does last.
  ended.catch(() => {});
  const [{ port }] = await Promise.race([once(child, 'message'), ended]);
  const origin = `http://127.0.0.1:${port}`;
  const pool = new Pool(origin);
  const headers = { authorization: `Bearer ${ADMIN_TOKEN}` };
  return {
    origin,
    headers,
    pool,
    async ask(path) {
      const { statusCode, body } = await pool.request({
        method: 'GET',
        path: `${MOUNT}/admin/api${path}`,
        headers,
      });
      const answer = await body.json();
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode} ${JSON.stringify(answer)}`);
      return answer;
    },
    async cpuUs() {
      child.send('cost');
      return (await once(child, 'message'))[0].cpuUs;
    },
    async stop() {
      await pool.destroy();
      child.disconnect();
      await ended.catch(() => {});
    },
  };
}
