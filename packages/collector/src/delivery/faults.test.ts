import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AcceptedEvent,
  type Conversion,
  createSandbox,
  type FaultSwitch,
  type RequestRecord,
} from '@uet-capi/sandbox';
import { afterEach, expect, test, vi } from 'vitest';
import { createUetCapiDestination } from '../destinations/uet-capi/destination.ts';
import type { EventView, Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { DeliverySettings } from './delivery-loop.ts';
import { createDispatcher, type Dispatcher } from './dispatcher.ts';
import { FAULT_CASES, type Fate, many, range } from './testing/fault-cases.ts';

/** The whole way over real HTTP and a real file: what each fault of Microsoft's side leaves behind. */

/** Only reached when something is broken; a busy machine may need a while. ms. */
const DEADLINE_MS = 100_000;
vi.setConfig({ testTimeout: 3 * DEADLINE_MS });

const DAY_MS = 86_400_000;
const TAG = '123';
const QUEUE = 'uet-capi:123';

/** Quick steps; the time-out is long, so that a busy machine is not taken for a fault. */
const SETTINGS: DeliverySettings = {
  batchMs: 0,
  retryBaseMs: 20,
  retryMaxMs: 100,
  timeoutMs: 20_000,
  probeMs: 50,
  maxInFlight: 4,
  ratePerSecond: 1_000,
  burst: 1_000,
};

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

async function start({
  settings = {},
  processes = 1,
}: {
  settings?: Partial<DeliverySettings>;
  processes?: number;
}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-faults-'));
  cleanups.push(() => rm(dataDir, { recursive: true }));
  const sandbox = await createSandbox({ tags: [{ tagId: TAG, token: 'secret' }] });
  cleanups.push(() => sandbox.close());
  const paused: string[] = [];
  const errors: unknown[] = [];

  const stores: { store: Store; dispatcher: Dispatcher }[] = [];
  for (let i = 0; i < processes; i++) {
    const store = await openSqliteStore({ dataDir });
    const destination = createUetCapiDestination({
      id: QUEUE,
      tagId: TAG,
      token: 'secret',
      endpoint: sandbox.url,
      maxInFlight: 4,
    });
    const dispatcher = createDispatcher({
      store,
      settings: { ...SETTINGS, ...settings },
      events: {
        onRequest() {},
        onSettled() {},
        onPaused: (_, reason) => paused.push(reason),
        onResumed() {},
        onCircuit() {},
        onError: (_, error) => errors.push(error),
      },
    });
    dispatcher.add(destination);
    cleanups.push(async () => {
      await dispatcher.stop({ graceMs: 0 });
      await destination.close();
      await store.close();
    });
    stores.push({ store, dispatcher });
  }
  const { store } = stores[0]!;
  const read = async <T>(route: string) =>
    (await (await fetch(`${sandbox.url}/_sandbox/${route}`)).json()) as T;

  return {
    paused,
    errors,
    store,
    /** Stores the events, then lets every dispatcher loose on them. */
    async deliver(fates: readonly Fate[]) {
      const now = Date.now();
      await store.append({
        now,
        events: fates.map((fate, number) => newEvent(fate, number, now)),
        tagPageLoads: [],
        memories: [],
        withdrawals: [],
      });
      for (const { dispatcher } of stores) dispatcher.start();
    },
    async setFaults(faults: readonly FaultSwitch[]) {
      const body = JSON.stringify(faults);
      const answer = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'POST', body });
      expect(answer.status).toBe(200);
    },
    async states() {
      return Object.fromEntries((await store.stats()).states.map(({ state, count }) => [state, count]));
    },
    async requestTimes() {
      return (await read<RequestRecord[]>('requests')).map(({ receivedAt }) => receivedAt);
    },
    /** With or without the probes. */
    async requests(kind: 'all' | 'events') {
      const lines = (await read<RequestRecord[]>('requests')).map(describe);
      return kind === 'all' ? lines : lines.filter((line) => !line.startsWith('probe'));
    },
    /** Ids of the accepted copies, with repetitions. */
    async copies() {
      return (await read<AcceptedEvent[]>('events')).map(({ eventId }) => eventId).toSorted();
    },
    async conversions() {
      return (await read<Conversion[]>('conversions')).map(({ eventId }) => eventId).toSorted();
    },
  };
}

function newEvent(fate: Fate, number: number, now: number) {
  const eventTime = Math.floor(now / 1_000) - (fate === 'invalid' ? 30 * 86_400 : 0);
  const wire = JSON.stringify({
    eventType: 'custom',
    eventId: `e${number}`,
    eventName: 'purchase',
    eventTime,
    adStorageConsent: 'G',
    ...(fate === 'large' ? { pageTitle: 'x'.repeat(90_000) } : {}),
    userData: { anonymousId: `visitor-${number}`, ...(fate === 'warned' ? { em: 'no hash' } : {}) },
  });
  return {
    site: 'shop',
    tagId: TAG,
    name: 'purchase',
    eventId: `e${number}`,
    source: 'server' as const,
    receivedAt: now,
    expiresAt: fate === 'expired' ? now : now + 7 * DAY_MS,
    wire,
    notes: [],
    keys: [],
    route: { destination: QUEUE, dueAt: now, held: false },
  };
}

/** `3: 200`, `probe: 401`; `none` where no answer was given. */
function describe({ events = [], answer }: RequestRecord): string {
  const given = !answer ? 'none' : 'reset' in answer ? 'reset' : answer.status;
  return `${events.length || 'probe'}: ${given}`;
}

const numberOf = ({ eventId }: EventView) => Number(eventId.slice(1));

test.each(FAULT_CASES)('$name', async (row) => {
  const run = await start(row);
  await run.setFaults(row.faults);
  await run.deliver(row.events);

  if (row.meanwhile) {
    const { requests, states, attempts } = row.meanwhile;
    await vi.waitFor(
      async () => {
        expect((await run.requests('all')).slice(0, requests.length)).toEqual(requests);
        expect(await run.states()).toEqual(states);
      },
      { timeout: DEADLINE_MS, interval: 20 },
    );
    const kept = await run.store.find({ state: 'pending', limit: 2_000 });
    expect(kept.map((event) => event.attempts)).toEqual(row.events.map(() => attempts));
    await run.setFaults([]);
  }
  await vi.waitFor(async () => expect(await run.states()).toEqual(row.states), {
    timeout: DEADLINE_MS,
    interval: 20,
  });

  expect(await run.requests('events')).toEqual(row.requests);
  if (row.waitMs !== undefined) {
    const [first = 0, second = 0] = await run.requestTimes();
    expect(second - first).toBeGreaterThanOrEqual(row.waitMs);
  }
  const events = await run.store.find({ limit: 2_000 });
  const ended = events.filter(({ state }) => ['rejected', 'dead', 'expired'].includes(state));
  expect(
    Object.fromEntries(ended.map((event) => [numberOf(event), `${event.state}: ${event.code}`])),
  ).toEqual(row.ended ?? {});
  const warned = events.filter(({ warnings }) => warnings.length > 0);
  expect(warned.map(numberOf).toSorted((a, b) => a - b)).toEqual(row.warned ?? []);
  for (const { state, warnings } of warned) {
    expect(state).toBe('accepted');
    expect(warnings).toEqual([
      { path: 'userData.em', code: 'InvalidSha256', message: "'em' must be a valid SHA256 string." },
    ]);
  }

  const accepted = events.filter(({ state }) => state === 'accepted').map(({ eventId }) => eventId);
  expect(await run.conversions()).toEqual(accepted.toSorted());
  expect(await run.copies()).toEqual(accepted.flatMap((id) => Array(row.copies ?? 1).fill(id)).toSorted());
  expect(run.paused).toHaveLength(row.pauses ?? 0);
  expect(run.errors).toEqual([]);
});

test('two processes on one store deliver each event once', async () => {
  const run = await start({ processes: 2 });
  await run.deliver(many(3_000));
  await vi.waitFor(async () => expect(await run.states()).toEqual({ accepted: 3_000 }), {
    timeout: DEADLINE_MS,
    interval: 20,
  });
  expect(await run.copies()).toEqual(
    range(0, 3_000)
      .map((number) => `e${number}`)
      .toSorted(),
  );
  expect((await run.requests('all')).toSorted()).toEqual(['1000: 200', '1000: 200', '1000: 200']);
});
