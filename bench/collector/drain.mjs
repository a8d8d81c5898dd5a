import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/setup.mjs';
import { fillBacklog } from './backlog.mjs';

/**
 * What it costs to deliver a backlog: the collector's delivery beside a bare loop that claims, posts
 * and settles the same rows of the same file, one request after the other, and does nothing else. Both
 * post to a server in a process of its own that takes everything, as the sandbox keeps all it gets.
 */

const LARGE = Number(process.env.BENCH_BACKLOG ?? 1_000_000);
const SMALL = 10_000;

/** Small backlogs that each drainer drains first, so that everything is compiled, and those that are measured. */
const WARM_UPS = 5;
const SMALL_ROUNDS = 9;

/** Nobody drains slower than this, or something is wrong, events per second. */
const SLOWEST = 1_000;

/** On the disk of the checkout: a temporary directory may be in memory, where syncing costs nothing. */
const CACHE = join(ROOT, 'node_modules/.cache');

/** As the `Dockerfile` and the unit of docs/operations.md start the collector; of both drainers. */
const NODE_FLAGS = ['--max-semi-space-size=8'];

const TITLES = {
  control: 'bare loop: claim, post, settle',
  collector: 'collector',
};

export async function measureDrain() {
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, 'bench-drain-'));
  try {
    const templates = { [SMALL]: join(folder, 'small'), [LARGE]: join(folder, 'large') };
    for (const [count, dataDir] of Object.entries(templates)) await fillBacklog(dataDir, Number(count));
    const results = {};
    for (const name of Object.keys(TITLES)) results[name] = await drainAll(name, templates, folder);
    return [{ title: `Delivery of a backlog of ${LARGE.toLocaleString('en')} events`, rows: rows(results) }];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function drainAll(name, templates, folder) {
  const small = await withDrainer(name, templates, folder, async (drain) => {
    for (let i = 0; i < WARM_UPS; i++) await drain(SMALL);
    const drained = [];
    for (let i = 0; i < SMALL_ROUNDS; i++) drained.push((await drain(SMALL)).cpuPerEvent);
    return drained.sort((a, b) => a - b)[(SMALL_ROUNDS - 1) / 2];
  });
  // In a process of its own, whose memory is that of one store and not of many.
  const large = await withDrainer(name, templates, folder, (drain) => drain(LARGE));
  return { ...large, smallCpu: small };
}

async function withDrainer(name, templates, folder, use) {
  const sink = fork(join(import.meta.dirname, 'drainers/sink.mjs'));
  const drainer = fork(join(import.meta.dirname, 'drainers', `${name}.mjs`), { execArgv: NODE_FLAGS });
  const ended = once(drainer, 'exit').then(([code]) => {
    throw new Error(`the drainer ${name} ended with code ${code}`);
  });
  // Ending is what it does last.
  ended.catch(() => {});
  try {
    const [{ url }] = await once(sink, 'message');
    return await use(async (count) => {
      const dataDir = join(folder, 'current');
      cpSync(templates[count], dataDir, { recursive: true });
      drainer.send({ dataDir, url, count, limitMs: (count / SLOWEST) * 1_000 });
      const [drained] = await Promise.race([once(drainer, 'message'), ended]);
      rmSync(dataDir, { recursive: true });
      return { ...drained, rate: count / (drained.ms / 1_000), cpuPerEvent: drained.cpuUs / count };
    });
  } finally {
    for (const child of [sink, drainer]) if (child.connected) child.disconnect();
  }
}

function rows({ control, ...others }) {
  return Object.entries({ control, ...others }).map(([name, drained]) => ({
    drainer: TITLES[name],
    'events/s': drained.rate.toFixed(0),
    'rate, × control': (drained.rate / control.rate).toFixed(2),
    'CPU µs/event': drained.cpuPerEvent.toFixed(1),
    [`CPU µs/event at ${SMALL.toLocaleString('en')}`]: drained.smallCpu.toFixed(1),
    'CPU, large × small': (drained.cpuPerEvent / drained.smallCpu).toFixed(2),
    'memory MB': (drained.maxRssKb / 1e3).toFixed(0),
  }));
}
