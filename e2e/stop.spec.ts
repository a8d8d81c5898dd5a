import { once } from 'node:events';
import { type ClientRequest, createServer, type IncomingMessage, request } from 'node:http';
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
  await eventually(() => isRefused(collector.url)).toBe(true);
  const answer = await finish(late, 'late');

  expect(answer.statusCode).toBe(503);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers.connection).toBe('close');
  await collector.kill();
  await stopped;
});

test('a second signal ends a stop at once; the next start delivers what waited', async ({ world }) => {
  const { sandbox, collectorProcess } = world;
  const collector = collectorProcess!;
  await occupyDelivery(sandbox, collector.url);
  expect((await send(collector.url, 'waiting')).statusCode).toBe(200);

  const stopped = collector.stop();
  // The first signal has been taken; two at once would be one.
  await eventually(() => isRefused(collector.url)).toBe(true);
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

  await expect(collector.start()).rejects.toThrow(/code 1:[\s\S]*EADDRINUSE/);
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

async function send(url: string, eventName: string): Promise<IncomingMessage> {
  return finish(await startRequest(url), eventName);
}

/** Resolves when the collector has read the head of the request and waits for the body. */
async function startRequest(url: string): Promise<ClientRequest> {
  const started = request(`${url}/v1/${TAG_ID}/events`, {
    method: 'POST',
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

/** Whether the collector takes no new connections. */
function isRefused(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`).then(
    () => false,
    () => true,
  );
}
