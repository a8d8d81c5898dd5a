import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AcceptedEvent } from '@uet-capi/sandbox';
import {
  startServer,
  type TestServer,
  withClient,
} from '../packages/collector/src/store/postgres/testing/server.ts';
import { type CollectorProcess, startCollectorProcess } from './collector-process.ts';
import {
  ADMIN_TOKEN,
  eventually,
  expect,
  FAST_DELIVERY,
  SECRETS,
  SERVER_KEY,
  TAG_ID,
  test,
  type World,
} from './fixtures.ts';
import { isOneOf, type Load, startLoad } from './load.ts';

/** The long form is for the soak; the short one meets every kind of moment. */
const SOAK = process.env.SOAK === '1';
const ROUNDS = SOAK ? 40 : 3;

/** Most of it are starts, which take seconds each on a machine with other work, ms. */
const LIMIT_MS = SOAK ? 45 * 60_000 : 240_000;

/** Acknowledged between two faults. */
const ENOUGH = 300;

/** Long enough for every answer on a busy machine: an attempt that times out is repeated, ms. */
const TIMEOUT_MS = 5_000;

/** A lease lasts twice the time-out and ten seconds; what comes much sooner was sent by two. ms. */
const LEASE_MS = 2 * TIMEOUT_MS + 5_000;

/** By then every lease of a killed process has ended and its events have been sent again, ms. */
const LEASES_END_MS = 60_000;

/** A command starts as slowly, and first counts the events that no process has had the time to count. ms. */
const REPORT_MAX_MS = 120_000;

let server: TestServer;
let url: string;
let folder: string;
let running: CollectorProcess[];

test.beforeEach(async () => {
  server = await startServer();
  url = await server.createDatabase();
  folder = await mkdtemp(join(tmpdir(), 'uet-capi-e2e-'));
  running = [];
});

test.afterEach(async () => {
  await Promise.all(running.map((collector) => collector.kill()));
  await server.end();
  await rm(folder, { recursive: true });
});

/** As on another machine: nothing is shared but the database. */
async function startCollector({ sandbox, shopUrl }: World): Promise<CollectorProcess> {
  const own = await mkdtemp(join(folder, 'machine-'));
  const config = {
    tagId: TAG_ID,
    endpoint: sandbox.url,
    origins: [shopUrl],
    delivery: { ...FAST_DELIVERY, timeoutMs: TIMEOUT_MS },
  };
  const collector = await startCollectorProcess(own, config, { ...SECRETS, UET_CAPI_DATABASE_URL: url });
  running.push(collector);
  return collector;
}

test(`two machines share a database; ${ROUNDS} times one is shot, and the database restarts: nothing lost, nothing sent by two`, async ({
  world,
}) => {
  test.setTimeout(LIMIT_MS);
  const { sandbox, shopUrl: origin } = world;
  const machines = [await startCollector(world), await startCollector(world)];
  const loads = machines.map((machine) =>
    startLoad({ url: machine.url, tagId: TAG_ID, serverKey: SERVER_KEY, origin, senders: 4, pauseMs: 20 }),
  );
  const acknowledged = () => loads.reduce((sum, load) => sum + load.acknowledged.size, 0);
  const more = async () => {
    const before = acknowledged();
    await eventually(acknowledged).toBeGreaterThan(before + ENOUGH);
  };

  for (let round = 0; round < ROUNDS; round++) {
    const machine = machines[round % 2]!;
    await more();
    await machine.kill();
    await more();
    await machine.start();
    await more();
    await server.restart();
  }
  await more();
  await Promise.all(loads.map((load) => load.stop()));
  expect(
    loads.every((load) => load.failed > 0),
    'the faults were felt',
  ).toBe(true);

  const arrived = () => new Set(sandbox.capiEvents().map(({ eventId }) => eventId!));
  const missing = (ids: ReadonlySet<string>) =>
    loads.flatMap((load) => [...load.acknowledged]).filter((id) => !ids.has(id)).length;
  await eventually(() => missing(arrived()), LEASES_END_MS).toBe(0);
  await eventually(
    async () => JSON.parse((await machines[0]!.run(['report', '--json'])).stdout),
    REPORT_MAX_MS,
  ).toMatchObject({ isWhole: true });
  expect(sentAtOnce(sandbox.capiEvents())).toEqual([]);
  expect(await altered(loads)).toEqual([]);
});

test('while the database is away senders are asked to come again, and probes are told', async ({ world }) => {
  test.setTimeout(120_000);
  const machine = await startCollector(world);
  const post = (eventId: string) =>
    fetch(`${machine.url}/v1/${TAG_ID}/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${SERVER_KEY}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({
        data: [
          {
            eventType: 'custom',
            eventName: 'lead',
            eventId,
            eventTime: Math.floor(Date.now() / 1000),
            userData: { anonymousId: 'visitor' },
          },
        ],
      }),
    });
  const readiness = async () => (await fetch(`${machine.url}/readyz`)).status;
  expect((await post('before')).status).toBe(200);
  await server.crash();
  await eventually(readiness).toBe(503);
  const refused = await post('refused');
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await fetch(`${machine.url}/healthz`)).status).toBe(200);

  await server.restart();
  await eventually(readiness).toBe(200);
  expect((await post('after')).status).toBe(200);
  // What the crash kept from being written down is sent again.
  await eventually(() => new Set(world.sandbox.capiEvents().map(({ eventId }) => eventId))).toEqual(
    new Set(['before', 'after']),
  );
});

test('commands and debugger of one machine see what another has stored', async ({ world }) => {
  const [near, far] = [await startCollector(world), await startCollector(world)];
  const sent = await near.run(['send-test', '--json']);
  expect(sent.code, sent.stderr).toBe(0);
  const report = await far.run(['report', '--json']);
  expect(JSON.parse(report.stdout)).toMatchObject({ isWhole: true, received: 1 });
  const answer = await fetch(`${far.url}/admin/api/events`, {
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
  });
  expect((await answer.json()).events).toHaveLength(1);
  const { stdout } = await far.run(['doctor', '--json']);
  const findings = JSON.parse(stdout) as { id: string; status: string }[];
  const statusOf = (id: string) => findings.find((finding) => finding.id === id)?.status;
  expect(statusOf('database')).toBe('ok');
  // The server of a test does not wait for its disk, and the doctor says so.
  expect(statusOf('database-server')).toBe('problem');
  expect(statusOf('store')).toBe('ok');
  expect(statusOf('data-dir')).toBeUndefined();
});

/** Ids that arrived again before any lease could have ended. */
function sentAtOnce(events: readonly AcceptedEvent[]): string[] {
  const last = new Map<string, number>();
  return events.flatMap(({ eventId, receivedAt }) => {
    const before = last.get(eventId!);
    last.set(eventId!, receivedAt);
    return before !== undefined && receivedAt - before < LEASE_MS ? [eventId!] : [];
  });
}

/** Ids of events that are kept otherwise than they were sent, read past the collector's own code. */
async function altered(loads: readonly Load[]): Promise<string[]> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ event_id: string; wire: string }>(
      'SELECT event_id, wire FROM uet_capi.event JOIN uet_capi.content USING (seq)',
    ),
  );
  const attempts = (id: string) => loads.flatMap((load) => load.sent.get(id) ?? []);
  return rows
    .filter(({ event_id, wire }) => !isOneOf(attempts(event_id), wire))
    .map(({ event_id }) => event_id);
}
