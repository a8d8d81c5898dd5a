import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { Agent, type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Sandbox } from '@uet-capi/sandbox';
import { eventually, expect, SERVER_KEY, TAG_ID, test } from './fixtures.ts';
import { type Load, startLoad } from './load.ts';

/** Microsoft's answers take so long, ms, that a batch is always under way and others wait behind it. */
const SLOW_MS = 300;

/** Longer than any test. ms. */
const ENDLESS_MS = 600_000;

/** Acknowledged and not delivered at the stop. */
const BACKLOG = 100;

const ROUTE = { path: '/v1/*' };

test.use({ setting: { collector: 'process' } });

test('a stop under load delivers all that was acknowledged before the process ends', async ({ world }) => {
  const { sandbox, collectorProcess, shopUrl: origin } = world;
  const collector = collectorProcess!;
  sandbox.setFaults([{ match: ROUTE, delayMs: SLOW_MS }]);
  const load = startLoad({ url: collector.url, tagId: TAG_ID, serverKey: SERVER_KEY, origin, senders: 8 });
  await eventually(() => missing(load, sandbox).length).toBeGreaterThan(BACKLOG);

  expect(await collector.stop()).toBe(0);
  await load.stop();

  expect(missing(load, sandbox)).toEqual([]);
  const ids = sandbox.capiEvents().map(({ eventId }) => eventId);
  expect(ids, 'nothing was sent twice').toHaveLength(new Set(ids).size);
});

test('a stop does not wait for a Microsoft that is down; the next start delivers', async ({ world }) => {
  const { sandbox, collectorProcess, shopUrl: origin } = world;
  const collector = collectorProcess!;
  sandbox.setFaults([{ match: ROUTE, status: 503 }]);
  const load = startLoad({ url: collector.url, tagId: TAG_ID, serverKey: SERVER_KEY, origin, senders: 8 });
  await eventually(() => load.acknowledged.size).toBeGreaterThan(BACKLOG);

  expect(await collector.stop()).toBe(0);
  await load.stop();
  expect(sandbox.capiEvents()).toEqual([]);

  sandbox.setFaults([]);
  await collector.start();
  await eventually(() => missing(load, sandbox)).toEqual([]);
});

test('a request that is still being sent at the stop is asked to come again, and ends its connection', async ({
  world,
}) => {
  const { sandbox, collectorProcess } = world;
  const collector = collectorProcess!;
  await occupyDelivery(sandbox, collector.url);
  const late = await startRequest(collector.url);

  const stopped = collector.stop();
  await eventually(() => readiness(collector.url)).toBe(503);
  const answer = await finish(late, 'late');

  expect(answer.statusCode).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers.connection).toBe('close');
  await collector.kill();
  await stopped;
});

test('while it drains, probes say so, new requests are asked to come again, and every connection ends', async ({
  world,
}) => {
  const { sandbox, collectorProcess } = world;
  const collector = collectorProcess!;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  await occupyDelivery(sandbox, collector.url);
  const first = await send(collector.url, 'first', agent);
  expect(first.headers.connection).toBe('keep-alive');
  const socket = first.socket;
  await once(first, 'close');

  const stopped = collector.stop();
  await eventually(() => readiness(collector.url)).toBe(503);
  expect((await fetch(`${collector.url}/healthz`)).status, 'still alive').toBe(200);
  const kept = await send(collector.url, 'on the open connection', agent);
  expect(kept.socket).toBe(socket);
  const fresh = await send(collector.url, 'on a new connection');
  for (const answer of [kept, fresh]) {
    expect(answer.statusCode).toBe(503);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(answer.headers.connection).toBe('close');
  }
  await eventually(() => socket.destroyed).toBe(true);

  sandbox.setFaults([]);
  await collector.kill();
  await stopped;
});

test('idle connections do not hold a stop up', async ({ world }) => {
  const collector = world.collectorProcess!;
  const agent = new Agent({ keepAlive: true });
  const { socket } = await send(collector.url, 'before', agent);
  expect(await collector.stop()).toBe(0);
  await eventually(() => socket.destroyed).toBe(true);
});

test.describe('with stopDelayMs', () => {
  test.use({ setting: { collector: 'process', config: { stopDelayMs: 5_000 } } });

  test('readiness says no first, and requests are served until the load balancer has heard of it', async ({
    world,
  }) => {
    const collector = world.collectorProcess!;
    const stopped = collector.stop();
    await eventually(() => readiness(collector.url)).toBe(503);
    const answer = await send(collector.url, 'late');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers.connection).toBe('close');
    expect(await stopped).toBe(0);
    expect(world.sandbox.capiEvents().map(({ eventName }) => eventName)).toEqual(['late']);
  });
});

test('while the store is opened, it is alive and not ready, and requests are asked to come again', async ({
  world,
}) => {
  const collector = world.collectorProcess!;
  expect(await collector.stop()).toBe(0);
  const lock = holdDatabase(world.dataDir);

  const started = collector.start();
  await eventually(() => readiness(collector.url)).toBe(503);
  expect((await fetch(`${collector.url}/healthz`)).status).toBe(200);
  const answer = await fetch(`${collector.url}/e`, { method: 'POST', body: '{}' });
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);

  lock.close();
  await started;
  expect(await readiness(collector.url)).toBe(200);
  expect((await send(collector.url, 'in time')).statusCode).toBe(200);
});

test('a second signal ends a stop at once; the next start delivers what waited', async ({ world }) => {
  const { sandbox, collectorProcess } = world;
  const collector = collectorProcess!;
  await occupyDelivery(sandbox, collector.url);
  expect((await send(collector.url, 'waiting')).statusCode).toBe(200);

  const stopped = collector.stop();
  // The first signal has been taken; two at once would be one.
  await eventually(() => readiness(collector.url)).toBe(503);
  await collector.stop();
  expect(await stopped).toBe(1);

  sandbox.setFaults([]);
  await collector.start();
  // What was under way waits for its lease to end, as after a crash.
  await eventually(() => sandbox.capiEvents().map(({ eventName }) => eventName)).toEqual(['waiting']);
});

test('a start that finds its port taken ends and says so', async ({ world }) => {
  const collector = world.collectorProcess!;
  expect(await collector.stop()).toBe(0);
  const { hostname, port } = new URL(collector.url);
  const other = createServer().listen(Number(port), hostname);
  await once(other, 'listening');

  await expect(collector.start()).rejects.toThrow(/code 1:[\s\S]*EADDRINUSE.*another port/);
  other.close();
});

/** Acknowledged events that Microsoft has not got. */
function missing({ acknowledged }: Load, sandbox: Sandbox): string[] {
  const delivered = new Set(sandbox.capiEvents().map(({ eventId }) => eventId));
  return [...acknowledged].filter((id) => !delivered.has(id));
}

/** From here on one request to Microsoft is under way and does not end. */
async function occupyDelivery(sandbox: Sandbox, url: string): Promise<void> {
  sandbox.setFaults([{ match: ROUTE, delayMs: ENDLESS_MS }]);
  expect((await send(url, 'under way')).statusCode).toBe(200);
  await eventually(() => sandbox.requests().length).toBe(1);
}

async function send(url: string, eventName: string, agent?: Agent): Promise<IncomingMessage> {
  return finish(await startRequest(url, agent), eventName);
}

/** Resolves when the collector has read the head of the request and waits for the body. */
async function startRequest(url: string, agent?: Agent): Promise<ClientRequest> {
  const started = request(`${url}/v1/${TAG_ID}/events`, {
    method: 'POST',
    ...(agent && { agent }),
    headers: {
      'Content-Type': 'application/json',
      Authorization: `Bearer ${SERVER_KEY}`,
      Expect: '100-continue',
    },
  });
  started.flushHeaders();
  await once(started, 'continue');
  return started;
}

/** Sends the body; resolves with the answer. */
async function finish(started: ClientRequest, eventName: string): Promise<IncomingMessage> {
  const event = {
    eventType: 'custom',
    eventName,
    eventTime: Math.floor(Date.now() / 1000),
    userData: { anonymousId: 'visitor' },
  };
  started.end(JSON.stringify({ data: [event] }));
  const [answer] = (await once(started, 'response')) as [IncomingMessage];
  answer.resume();
  return answer;
}

/** Status of the readiness probe; undefined where nobody listens. */
function readiness(url: string): Promise<number | undefined> {
  return fetch(`${url}/readyz`).then(
    ({ status }) => status,
    () => undefined,
  );
}

/** A new database that another program is busy with. */
function holdDatabase(dataDir: string): DatabaseSync {
  rmSync(dataDir, { recursive: true });
  mkdirSync(dataDir);
  const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'));
  db.exec('BEGIN EXCLUSIVE');
  return db;
}
