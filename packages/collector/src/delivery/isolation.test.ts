import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type FaultSwitch } from '@uet-capi/sandbox';
import { afterEach, expect, test, vi } from 'vitest';
import { createUetCapiDestination } from '../destinations/uet-capi/destination.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { createDispatcher } from './dispatcher.ts';

/** Only reached when something is broken; a busy machine may need a while. ms. */
const DEADLINE_MS = 150_000;
vi.setConfig({ testTimeout: 2 * DEADLINE_MS });

const EVENTS = 3_000;
/** Longer than the test may take. */
const FOR_EVER_MS = 600_000;

const SETTINGS = {
  batchMs: 0,
  retryBaseMs: 20,
  retryMaxMs: 100,
  timeoutMs: FOR_EVER_MS,
  probeMs: 50,
  maxInFlight: 4,
  ratePerSecond: 50,
  burst: 100,
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

async function startMicrosoft(tagId: string, faults: FaultSwitch[]) {
  const sandbox = await createSandbox({ tags: [{ tagId, token: 'secret' }] });
  sandbox.setFaults(faults);
  cleanups.push(() => sandbox.close());
  const destination = createUetCapiDestination({
    id: `uet-capi:${tagId}`,
    tagId,
    token: 'secret',
    endpoint: sandbox.url,
    maxInFlight: SETTINGS.maxInFlight,
  });
  return { sandbox, destination };
}

const newEvent = (tagId: string, number: number, now: number) => ({
  site: tagId,
  tagId,
  name: 'purchase',
  eventId: `e${number}`,
  source: 'server' as const,
  receivedAt: now,
  expiresAt: now + FOR_EVER_MS,
  wire: JSON.stringify({
    eventType: 'custom',
    eventId: `e${number}`,
    eventName: 'purchase',
    eventTime: Math.floor(now / 1_000),
    adStorageConsent: 'G',
    userData: { anonymousId: `visitor-${number}` },
  }),
  keys: [],
  notes: [],
  route: { destination: `uet-capi:${tagId}`, dueAt: now, held: false },
});

test.each<[string, FaultSwitch]>([
  ['hangs', { delayMs: FOR_EVER_MS }],
  ['cuts every connection', { reset: true }],
  ['answers 503', { status: 503 }],
  ['answers 429 and asks for an hour', { status: 429, headers: { 'retry-after': '3600' } }],
  ['refuses the token', { status: 401 }],
])('one that %s slows no other: that one gets all of its backlog meanwhile', async (_, fault) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-isolation-'));
  cleanups.push(() => rm(dataDir, { recursive: true }));
  const store = await openSqliteStore({ dataDir });
  cleanups.push(() => store.close());
  const sick = await startMicrosoft('1', [fault]);
  const healthy = await startMicrosoft('2', []);
  const dispatcher = createDispatcher({
    store,
    settings: SETTINGS,
    events: { onRequest() {}, onSettled() {}, onPaused() {}, onResumed() {}, onCircuit() {}, onError() {} },
  });
  for (const { destination } of [sick, healthy]) dispatcher.add(destination);
  cleanups.push(async () => {
    await dispatcher.stop({ graceMs: 0 });
    await Promise.all([sick.destination.close(), healthy.destination.close()]);
  });

  const now = Date.now();
  const arrivals = { now, tagPageLoads: [], memories: [], withdrawals: [] };
  for (const tagId of ['1', '2']) {
    const events = Array.from({ length: EVENTS }, (_, number) => newEvent(tagId, number, now));
    await store.append({ ...arrivals, events });
  }
  dispatcher.start();
  const delivered = async () => {
    const { states } = await store.stats();
    return states.filter(({ state }) => state === 'accepted').map(({ site, count }) => [site, count]);
  };
  await vi.waitFor(async () => expect(await delivered()).toEqual([['2', EVENTS]]), {
    timeout: DEADLINE_MS,
    interval: 20,
  });
  expect(sick.sandbox.requests().length).toBeGreaterThan(0);
  expect(
    sick.sandbox.requests().every(({ answer }) => !(answer && 'status' in answer && answer.status === 200)),
  ).toBe(true);
});
