import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/setup.mjs';
import { startSink } from './sink.mjs';

/** Turns of every server at every load; odd, so that the median is one of them. */
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 9);

/** The least length of a turn: time in ms, and events. */
const TURN = { ms: 1_500, events: 4_000 };

/** Before the rounds, so that everything is compiled. */
const WARM_UP = { ms: 2_000, events: 20_000 };

/** What was taken is delivered within this time, or something is wrong, ms. */
const DELIVERY_LIMIT_MS = 60_000;

/** A generator that is busier than this may be what is measured. */
const GENERATOR_LIMIT = 0.85;

/** On the disk of the checkout: a temporary directory may be in memory, where syncing costs nothing. */
const CACHE = join(ROOT, 'node_modules/.cache');

/**
 * @typedef {object} Played medians of all rounds
 * @property {number} eventsPerSecond
 * @property {number} cpuPerEvent µs, of all threads of the server
 * @property {number} rateToFirst rate beside that of the first server in the same round
 * @property {number} cpuToFirst
 */

/**
 * Lets servers take the same loads in turns (A B C A B C …), so that a busy moment of the machine is
 * everybody's.
 *
 * @param {string[]} names files in `servers`; the first is what the others are measured by
 * @param {{ route: 'pixel' | 'server', batch: number, connections: number }[]} loads each connection has one request under way
 * @returns {Promise<Record<string, Played>[]>} per load and name
 */
export async function playRounds(names, loads) {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'bench-'));
  const sink = await startSink();
  const generator = fork(join(import.meta.dirname, 'generator.mjs'));
  const servers = [];
  try {
    for (const name of names) servers.push(await startServer(name, folder, sink));
    const turns = loads.map(() => servers.map(() => []));
    await eachTurn(loads, servers, (load, server) => playTurn(load, server, generator, sink, WARM_UP));
    for (let round = 0; round < ROUNDS; round++) {
      await eachTurn(loads, servers, async (load, server, l, s) => {
        turns[l][s].push(await playTurn(load, server, generator, sink, TURN));
      });
    }
    return turns.map((ofLoad) =>
      Object.fromEntries(ofLoad.map((own, s) => [names[s], summary(own, ofLoad[0])])),
    );
  } finally {
    generator.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
    await sink.close();
    rmSync(folder, { recursive: true });
  }
}

async function eachTurn(loads, servers, play) {
  for (const [l, load] of loads.entries()) {
    for (const [s, server] of servers.entries()) await play(load, server, l, s);
  }
}

async function playTurn({ route, batch, connections }, server, generator, sink, least) {
  const delivered = sink.taken();
  const before = await server.cost();
  const requests = Math.ceil(least.events / batch);
  generator.send({ port: server.port, route, batch, connections, ms: least.ms, requests });
  const [sent] = await once(generator, 'message');
  if (sent.failed) throw new Error(`${server.name}: ${sent.failed}`);
  const events = sent.requests * batch;
  if (server.delivers) await sink.until(delivered + events, DELIVERY_LIMIT_MS);
  const after = await server.cost();
  if (sent.busy > GENERATOR_LIMIT)
    console.log(`(${server.name}: generator at ${sent.busy.toFixed(2)} of a core)`);
  return { eventsPerSecond: events / (sent.ms / 1_000), cpuPerEvent: (after.cpuUs - before.cpuUs) / events };
}

async function startServer(name, folder, sink) {
  const dataDir = mkdirSync(join(folder, name), { recursive: true });
  const delivers = name.endsWith('-delivering');
  const child = fork(join(import.meta.dirname, 'servers', `${name.replace('-delivering', '')}.mjs`), {
    // A refused token pauses delivery: what is taken then waits in the store.
    env: { ...process.env, BENCH_DATA_DIR: dataDir, BENCH_SINK: delivers ? sink.url : sink.refusingUrl },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const [{ port }] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`${name} ended with code ${code}`))),
  ]);
  return {
    name,
    port,
    delivers,
    async cost() {
      child.send('cost');
      return (await once(child, 'message'))[0];
    },
    async stop() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** @returns {Played} */
function summary(own, first) {
  return {
    eventsPerSecond: median(own.map((turn) => turn.eventsPerSecond)),
    cpuPerEvent: median(own.map((turn) => turn.cpuPerEvent)),
    rateToFirst: median(own.map((turn, round) => turn.eventsPerSecond / first[round].eventsPerSecond)),
    cpuToFirst: median(own.map((turn, round) => turn.cpuPerEvent / first[round].cpuPerEvent)),
  };
}

function median(numbers) {
  return numbers.sort((a, b) => a - b)[(numbers.length - 1) / 2];
}
