import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Done, Operation, Principal } from '../admin/operation.ts';
import { createAlertOperations } from '../admin/operations/alerts.ts';
import type { Config } from '../config/config.ts';
import { resolveConfig } from '../config/resolve.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { append, NOW, newEvent } from '../store/testing/contract/fixtures.ts';
import type { AlertMessage } from './alert-message.ts';
import { createWarningCounter } from './count-warnings.ts';
import { OVER_AFTER_MS } from './decide.ts';
import { LOOK_MS, lookForAlerts } from './look.ts';
import { emptyOutbox } from './outbox.ts';
import { postAlert } from './post-alert.ts';
import { startAlerts } from './start-alerts.ts';

/** A real store, a real receiver; the clock is the test's. */

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const LIVE = 'uet-capi:1234';
const HOUR_MS = 3_600_000;

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  message: AlertMessage;
}

let root: string;
let stores: Store[];
let server: Server;
let received: Received[];
/** Status of the next answers; then 200. */
let answers: number[];
let config: Config;
let ids: number;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'uet-capi-alerts-'));
  [stores, received, answers, ids] = [[], [], [], 0];
  server = createServer(async (request, response) => {
    const body = await text(request);
    const status = answers.shift() ?? 200;
    if (status === 200) received.push({ headers: request.headers, body, message: JSON.parse(body) });
    response.writeHead(status).end('thanks');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  config = configOf(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/s3cret`);
});

afterEach(async () => {
  await Promise.all(stores.map((store) => store.close()));
  server.closeAllConnections();
  server.close();
  rmSync(root, { recursive: true });
});

function configOf(webhook: string | undefined): Config {
  const resolved = resolveConfig(
    { id: 'shop', tagId: '1234', mode: 'shadow', dataDir: join(root, 'data'), minFreeBytes: 0 },
    { UET_CAPI_ALERT_WEBHOOK: webhook, UET_CAPI_ALERT_SECRET: SECRET },
  );
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  return resolved.config;
}

async function open(): Promise<Store> {
  const store = await openSqliteStore({ dataDir: join(root, 'data') });
  stores.push(store);
  return store;
}

const faults: string[] = [];

/** What one process does every minute. */
async function look(store: Store, now: number, warnings = createWarningCounter()): Promise<string[]> {
  const news = await lookForAlerts({ store, config, warnings, newId: () => `alert${++ids}` }, now);
  const never = new AbortController().signal;
  const post = (id: string, message: AlertMessage) => postAlert(config.alerts, id, message, never);
  await emptyOutbox({ store, post, onFault: (reason) => faults.push(reason) }, now);
  return news.map(({ state }) => state);
}

const told = () => received.map(({ message }) => message.type);

test('a paused tag is told once and once when it is over, whoever looks and whoever restarts', async () => {
  const [one, two] = [await open(), await open()];
  await append(one, newEvent('a'));
  await one.pause(LIVE, 'the token was refused <!channel>', NOW, NOW);
  const seen = await Promise.all([one, two, one, two].map((store) => look(store, NOW)));
  expect(seen.flat()).toEqual(['raised']);
  await look(await open(), NOW + LOOK_MS);
  expect(told()).toEqual(['alert.raised']);

  await one.resume(LIVE, NOW);
  for (let now = NOW + 2 * LOOK_MS; now < NOW + 2 * LOOK_MS + OVER_AFTER_MS; now += LOOK_MS)
    await look(two, now);
  expect(told()).toEqual(['alert.raised']);
  await Promise.all([one, two].map((store) => look(store, NOW + 2 * LOOK_MS + OVER_AFTER_MS)));
  await look(one, NOW + HOUR_MS);
  expect(told()).toEqual(['alert.raised', 'alert.over']);

  const [raised, over] = received.map(({ message }) => message);
  expect(raised).toEqual({
    type: 'alert.raised',
    timestamp: new Date(NOW).toISOString(),
    text: 'uet-capi (shop): Delivery to UET tag 1234 is paused. Its events are kept and wait; uet-capi doctor says what to do. Reason: the token was refused  !channel ',
    data: {
      // The number of whoever was first to write it down: all of them have drawn one.
      id: expect.stringMatching(/^alert\d+$/),
      ...{ kind: 'paused', site: 'shop', destination: LIVE },
      since: new Date(NOW).toISOString(),
    },
  });
  expect(over).toMatchObject({
    data: { id: raised!.data!.id, until: new Date(NOW + 2 * LOOK_MS).toISOString() },
  });
  expect(over!.text).toBe('uet-capi (shop): Over after 2 min: Delivery to UET tag 1234 is paused.');
});

test('messages are signed, as a receiver would check it', async () => {
  const store = await open();
  await store.pause(LIVE, 'x', NOW, NOW);
  await append(store, newEvent('a'));
  await look(store, NOW);
  const { headers, body } = received[0]!;
  const key = Buffer.from(SECRET.slice('whsec_'.length), 'base64');
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const expected = createHmac('sha256', key).update(signed).digest('base64');
  expect(headers['webhook-signature']).toBe(`v1,${expected}`);
  expect(Math.abs(Date.now() / 1_000 - Number(headers['webhook-timestamp']))).toBeLessThan(60);
});

test('a receiver that fails is tried again, by whoever comes; nothing overtakes', async () => {
  const [one, two] = [await open(), await open()];
  await append(one, newEvent('a'));
  await one.pause(LIVE, 'x', NOW, NOW);
  answers = [500, 503];
  faults.length = 0;
  await look(one, NOW);
  await one.resume(LIVE, NOW);
  await look(two, NOW + LOOK_MS);
  expect(faults).toEqual(['the receiver answered 500', 'the receiver answered 503']);
  for (let minute = 2; minute < 20; minute++) await look(minute % 2 ? one : two, NOW + minute * LOOK_MS);
  expect(told()).toEqual(['alert.raised', 'alert.over']);
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['alert1-raised', 'alert1-over']);
});

test('who dies while posting lets another one post it, under the same id', async () => {
  const [one, two] = [await open(), await open()];
  await append(one, newEvent('a'));
  await one.pause(LIVE, 'x', NOW, NOW);
  const options = { store: one, config, warnings: createWarningCounter(), newId: () => 'alert' };
  await lookForAlerts(options, NOW);
  const ids: string[] = [];
  const neverEnds = (id: string) => {
    ids.push(id);
    return new Promise<undefined>(() => {});
  };
  void emptyOutbox({ store: one, post: neverEnds, onFault: () => {} }, NOW);
  await expect.poll(() => ids).toEqual(['alert-raised']);
  await look(two, NOW + 1);
  expect(received).toEqual([]);
  await look(two, NOW + LOOK_MS);
  expect(received.map(({ headers }) => headers['webhook-id'])).toEqual(['alert-raised']);
});

test('what cannot be reached is no exception, and the reason holds no address', async () => {
  const store = await open();
  await append(store, newEvent('a'));
  await store.pause(LIVE, 'x', NOW, NOW);
  server.closeAllConnections();
  server.close();
  faults.length = 0;
  await look(store, NOW);
  expect(faults).toEqual(['the receiver could not be reached (ECONNREFUSED)']);
});

test('without an address nothing is kept to be told', async () => {
  config = configOf(undefined);
  const store = await open();
  await append(store, newEvent('a'));
  await store.pause(LIVE, 'x', NOW, NOW);
  await look(store, NOW);
  const { body } = { body: await read(store) };
  expect(body).toMatchObject({ webhook: false, open: [{ kind: 'paused' }], undelivered: { count: 0 } });
});

test('warnings are counted together, also by who does not look', async () => {
  const [one, two] = [await open(), await open()];
  const counter = createWarningCounter();
  const settle = (accepted: number, warned: number) =>
    counter.events.onSettled(
      LIVE,
      Array.from({ length: accepted }, (_, seq) => ({
        seq,
        state: 'accepted' as const,
        warnings: seq < warned ? [{ path: 'userData.em', code: 'InvalidSha256', message: 'm' }] : [],
      })),
    );
  settle(1_000, 0);
  await look(one, NOW, counter);
  settle(50, 50);
  // Somebody has looked already: only the counts are handed over.
  await look(two, NOW + LOOK_MS / 2, counter);
  expect(counter.counted()).toEqual({});
  expect(told()).toEqual([]);
  await look(one, NOW + 24 * HOUR_MS);
  expect(received.map(({ message }) => message.data)).toMatchObject([{ kind: 'warnings', site: 'shop' }]);
});

test('a running collector looks by itself, and stops when it is told to', async () => {
  const store = await open();
  await append(store, newEvent('a'));
  await store.pause(LIVE, 'x', NOW, NOW);
  const lines: unknown[] = [];
  const log = { info: () => {}, warn: (...line: unknown[]) => lines.push(line), error: () => {} };
  const told = new Promise((resolve) => server.once('request', resolve));
  const alerts = startAlerts({ store, config: () => config, log, lookMs: 5, clock: () => NOW });
  await told;
  await alerts.stop();
  expect(lines).toEqual([
    [
      expect.objectContaining({ alert: 'paused', state: 'raised', site: 'shop' }),
      'Delivery to UET tag 1234 is paused',
    ],
  ]);
});

async function read(store: Store, principal: Partial<Principal> = {}, id = 'getAlerts') {
  const operations = createAlertOperations({ config, store });
  const { handle, answer } = operations.find((one) => one.id === id) as Operation;
  const who: Principal = { name: 'admin', role: 'admin', sites: undefined, ...principal };
  const input = { params: undefined, query: undefined, body: undefined, lastEventId: undefined };
  const done = (await handle({ ...input, principal: who, now: NOW })) as Done;
  // biome-ignore lint/suspicious/noExplicitAny: read as its readers do.
  return answer.parse(done.value) as any;
}

test('the page shows what is wrong, to who may know of it', async () => {
  const store = await open();
  await append(store, newEvent('a'));
  await store.pause(LIVE, 'x', NOW, NOW);
  answers = [500];
  await look(store, NOW);
  expect(await read(store)).toMatchObject({
    ...{ webhook: true, signed: true, lookedAt: NOW, ended: [], undelivered: { count: 1, attempts: 1 } },
    open: [{ kind: 'paused', site: 'shop', since: NOW }],
  });
  expect((await read(store, { sites: ['shop'] })).open).toHaveLength(1);
  expect((await read(store, { sites: ['other'] })).open).toEqual([]);
});

test('a test message says what came of it', async () => {
  const store = await open();
  expect(await read(store, {}, 'sendTestAlert')).toEqual({});
  expect(told()).toEqual(['alert.test']);
  answers = [404];
  expect(await read(store, {}, 'sendTestAlert')).toEqual({ fault: 'the receiver answered 404' });
});

test('a clock that was set back by a day keeps nobody from looking, posting and calling it over', async () => {
  const store = await open();
  const later = NOW + 24 * HOUR_MS;
  answers = [500, 500];
  await append(store, newEvent('a'));
  await store.pause(LIVE, 'refused', later, later);
  expect(await look(store, later)).toEqual(['raised']);
  await store.resume(LIVE, later);
  expect(await look(store, later + LOOK_MS)).toEqual([]);
  expect(told()).toEqual([]);
  expect(await look(store, NOW)).toEqual([]);
  expect(told()).toEqual(['alert.raised']);
  for (let now = NOW; now <= NOW + OVER_AFTER_MS; now += LOOK_MS) await look(store, now);
  expect(told()).toEqual(['alert.raised', 'alert.over']);
});
