import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../delivery/clock.ts';
import type { Store } from '../store/port.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import type { TokenResult } from './access-tokens.ts';
import { type Connection, createConnection } from './connection.ts';

const KEY = randomBytes(32);
const SIGNAL = new AbortController().signal;
const HOUR_MS = 3_600_000;
/** Nothing here waits for it: a busy machine may need a while. ms. */
const TIMEOUT_MS = 20_000;
const SIGN_IN = {
  accessToken: 'sandbox-access-token',
  refreshToken: 'sandbox-refresh-token',
  expiresInS: 3_599,
};

let dataDir: string;
let store: Store;
let sandbox: Sandbox;
/** What the test adds to the time of day, ms. */
let later = 0;

const clock: Clock = { now: () => Date.now() + later, sleep: (ms) => new Promise((r) => setTimeout(r, ms)) };

function connect(given: Partial<Parameters<typeof createConnection>[0]> = {}): Connection {
  const app = { url: sandbox.url, clientId: 'sandbox-app', clientSecret: undefined };
  return createConnection({ store, app, encryptionKey: KEY, clock, timeoutMs: TIMEOUT_MS, ...given });
}

const tokenOf = (result: TokenResult) => {
  if (result.kind !== 'good') throw new Error(result.message);
  return result.token;
};
const refreshes = () => sandbox.requests().filter(({ path }) => path.endsWith('/token')).length;

beforeEach(async () => {
  later = 0;
  dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-ads-'));
  store = await openSqliteStore({ dataDir });
  sandbox = await createSandbox();
});
afterEach(async () => {
  await store.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

describe('access tokens', () => {
  test('are those of the sign-in while they last, then those of one refresh, whoever asks', async () => {
    await connect().signedIn(SIGN_IN);
    expect(tokenOf(await connect().get(SIGNAL))).toBe(SIGN_IN.accessToken);
    expect(refreshes()).toBe(0);

    later = HOUR_MS;
    const all = await Promise.all(Array.from({ length: 20 }, () => connect().get(SIGNAL)));
    expect(new Set(all.map(tokenOf)).size).toBe(1);
    expect(refreshes()).toBe(1);
  });

  test('are renewed once for all who hold the refused one', async () => {
    await connect().signedIn(SIGN_IN);
    const all = await Promise.all(
      Array.from({ length: 20 }, () => connect().renew(SIGN_IN.accessToken, SIGNAL)),
    );
    expect(new Set(all.map(tokenOf)).size).toBe(1);
    expect(tokenOf(all[0]!)).not.toBe(SIGN_IN.accessToken);
    expect(refreshes()).toBe(1);
  });

  test('of a short life serve half of it: not every call refreshes', async () => {
    const body = {
      token_type: 'Bearer',
      expires_in: 240,
      access_token: 'short-lived',
      refresh_token: 'sandbox-refresh-token',
    };
    sandbox.setFaults([{ match: { path: '*/token' }, status: 200, body }]);
    await connect().signedIn({ ...SIGN_IN, expiresInS: 240 });
    later = 121_000;
    expect(tokenOf(await connect().get(SIGNAL))).toBe('short-lived');
    later = 240_000;
    expect(tokenOf(await connect().get(SIGNAL))).toBe('short-lived');
    expect(refreshes()).toBe(1);
    later = 242_000;
    await connect().get(SIGNAL);
    expect(refreshes()).toBe(2);
  });

  test('outlive a refresh that found no answer, under the old refresh token', async () => {
    await connect().signedIn(SIGN_IN);
    later = HOUR_MS;
    sandbox.setFaults([{ match: { path: '*/token' }, reset: true, storeFirst: true, times: 1 }]);
    expect(await connect().get(SIGNAL)).toMatchObject({ kind: 'unavailable' });
    expect(await connect().get(SIGNAL)).toMatchObject({ kind: 'good' });
  });

  test('a store that fails passes; what is no fault of the store as a whole is told as it is', async () => {
    const failing = (error: Error) =>
      connect({
        store: { readRecord: () => Promise.reject(error), swapRecord: () => Promise.reject(error) },
      });
    expect(await failing(new StoreUnavailable('disk full')).get(SIGNAL)).toMatchObject({
      kind: 'unavailable',
      message: 'no tokens: the store failed',
    });
    await expect(failing(new TypeError('a bug')).get(SIGNAL)).rejects.toThrow('a bug');
  });

  test('nobody signed in', async () => {
    expect(await connect().get(SIGNAL)).toMatchObject({ kind: 'sign-in-needed' });
    expect(await connect().status()).toEqual({ state: 'nobody' });
  });

  test('another key', async () => {
    await connect().signedIn(SIGN_IN);
    const other = connect({ encryptionKey: randomBytes(32) });
    expect(await other.get(SIGNAL)).toMatchObject({ kind: 'misconfigured' });
    expect(await other.status()).toEqual({ state: 'unreadable' });
    await other.signedIn(SIGN_IN);
    expect(await other.get(SIGNAL)).toMatchObject({ kind: 'good' });
  });

  test('nothing of them can be read in the store', async () => {
    await connect().signedIn(SIGN_IN);
    const records = await store.listRecords('ads');
    expect(records).toHaveLength(1);
    expect(JSON.stringify(records)).not.toMatch(/sandbox-(access|refresh)-token/);
  });
});

describe('a refused refresh', () => {
  const refused = async (seed: Parameters<Sandbox['seed']>[0]) => {
    await connect().signedIn(SIGN_IN);
    sandbox.seed(seed);
    later = HOUR_MS;
    return connect().get(SIGNAL);
  };

  test.each([
    ['password-changed', 'AADSTS50173', /password was changed/],
    ['revoked', 'AADSTS70000', /auth login/],
    ['mfa', 'AADSTS50076', /multi-factor/],
    ['consent-withdrawn', 'AADSTS65001', /consent/],
  ] as const)('%s: a person is asked, and Microsoft no more', async (reason, code, advice) => {
    const result = await refused({ revocations: [{ reason }] });
    expect(result).toMatchObject({ kind: 'sign-in-needed', message: expect.stringContaining(code) });
    expect(result).toMatchObject({ message: expect.stringMatching(advice) });
    expect(await connect().get(SIGNAL)).toEqual(result);
    expect(await connect().status()).toMatchObject({ state: 'ended' });
    expect(refreshes()).toBe(1);

    await connect().signedIn({ ...SIGN_IN, accessToken: 'after the sign-in', expiresInS: 2 * 3_600 });
    expect(tokenOf(await connect().get(SIGNAL))).toBe('after the sign-in');
  });

  test('an unknown app: a setting is to be mended, and the sign-in stays', async () => {
    const result = await refused({ apps: [{ clientId: 'other' }] });
    expect(result).toMatchObject({ kind: 'misconfigured', message: expect.stringContaining('AADSTS700016') });
    sandbox.seed({ apps: [{ clientId: 'sandbox-app' }] });
    expect(await connect().get(SIGNAL)).toMatchObject({ kind: 'good' });
  });

  test('a public app with a secret, and a web app without one', async () => {
    await refused({});
    const app = { url: sandbox.url, clientId: 'sandbox-app', clientSecret: 'unneeded' };
    later += HOUR_MS;
    expect(await connect({ app }).get(SIGNAL)).toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining('unset the client secret'),
    });
  });

  test('an outage and a loop: later, and how much later', async () => {
    sandbox.setFaults([
      { match: { path: '*/token' }, status: 503, headers: { 'retry-after': '7' }, times: 1 },
    ]);
    expect(await refused({})).toMatchObject({ kind: 'unavailable', retryAfterMs: 7_000 });
    const loop = { error: 'invalid_grant', error_codes: [50196] };
    sandbox.setFaults([{ match: { path: '*/token' }, status: 400, body: loop, times: 1 }]);
    expect(await connect().get(SIGNAL)).toMatchObject({ kind: 'unavailable', retryAfterMs: 300_000 });
    expect(await connect().get(SIGNAL)).toMatchObject({ kind: 'good' });
  });
});

describe('rotation under fire', () => {
  const REFRESHES = process.env.SOAK ? 1_000 : 30;
  /** A fast machine refreshes often in the life of one process. */
  const KILLS = process.env.SOAK ? 100 : 6;
  /** Longest life of a process once it has its first token, ms. */
  const LIFE_MS = 2_000;
  /** After a kill the others wait for twice as long; a process that a busy machine stops must be back by then. ms. */
  const TIMEOUT_MS = 1_500;

  test(
    `${REFRESHES} refreshes, two processes, random kills: no token is lost, no two refreshes at once`,
    async () => {
      await connect().signedIn(SIGN_IN);
      // The strictest reading: the use of a new refresh token revokes the one before.
      sandbox.seed({ knobs: { strictRotation: true } });
      const gate = await countRequests(sandbox.url);
      const results: string[] = [];
      let over = false;
      let kills = 0;
      const keepOneRunning = async () => {
        while (!over) {
          const child = fork(
            new URL('./testing/refreshing-process.ts', import.meta.url),
            [dataDir, gate.url, KEY.toString('base64'), `${TIMEOUT_MS}`],
            { execArgv: ['--conditions=uet-capi-source', '--disable-warning=ExperimentalWarning'] },
          );
          child.on('message', (kind) => void results.push(kind as string));
          const ended = new Promise((resolve) => child.once('exit', resolve));
          await Promise.race([once(child, 'message'), ended]);
          await new Promise((resolve) => setTimeout(resolve, Math.random() * LIFE_MS));
          kills++;
          child.kill('SIGKILL');
          await ended;
        }
      };
      const running = [keepOneRunning(), keepOneRunning()];
      const isEnough = () => gate.count() > REFRESHES && kills >= KILLS;
      await expect.poll(isEnough, { timeout: 20 * 60_000, interval: 100 }).toBe(true);
      over = true;
      await Promise.all(running);
      await gate.close();

      expect(gate.most(), 'refreshes at once').toBe(1);
      expect(results).toContain('good');
      expect(results).not.toContain('sign-in-needed');
      // Beyond the lease of whoever was killed last.
      later = 2 * TIMEOUT_MS;
      expect(await connect().renew('', SIGNAL)).toMatchObject({ kind: 'good' });
    },
    25 * 60_000,
  );
});

/** Stands before the sign-in: how many requests there were, and the most that were under way at once. */
async function countRequests(target: string) {
  let count = 0;
  let underWay = 0;
  let most = 0;
  const server = createServer((incoming, outgoing) => {
    count++;
    most = Math.max(most, ++underWay);
    // Answered, given up, or its sender was killed.
    outgoing.once('close', () => underWay--);
    const { method, headers, url = '' } = incoming;
    // To its end in any case: Microsoft would not notice either.
    const onward = request(target + url, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing, { end: true });
    });
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    count: () => count,
    most: () => most,
    close: () => new Promise((resolve) => server.close(resolve).closeAllConnections()),
  };
}
