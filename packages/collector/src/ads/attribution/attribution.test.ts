import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Config } from '../../config/config.ts';
import { resolveConfig } from '../../config/resolve.ts';
import type { Store } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { chooseAccount } from '../account.ts';
import { type Ads, adsOf } from '../of-config.ts';
import { readAttribution } from './attribution-records.ts';
import { describeAttribution } from './describe-attribution.ts';
import { type Attribution, startAttribution } from './start-attribution.ts';

const ENV = {
  UET_CAPI_TOKEN: 'sandbox-token',
  UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
};
const ACCOUNT = { customerId: '200001', accountId: '300001' };
const CLICK = '0123456789abcdef0123456789abcdef';
const NOON = Date.parse('2026-08-20T12:00:00Z');
const HOUR_MS = 3_600_000;

let sandbox: Sandbox;
let dataDir: string;
let store: Store;
let ads: Ads;
let config: Config;
let lines: string[];
let attribution: Attribution | undefined;

const log = {
  info: () => {},
  warn: (_: object, message: string) => void lines.push(message),
  error: (_: object, message: string) => void lines.push(message),
};
const setTime = (ms: number) => {
  vi.setSystemTime(ms);
  sandbox.setClock({ now: ms });
};
const reports = () => sandbox.requests().filter(({ path }) => path.endsWith('QueryByGoalIds')).length;

async function upload(...items: { click: string; minute: number }[]): Promise<void> {
  const OfflineConversions = items.map(({ click, minute }) => ({
    ConversionName: 'Qualified lead',
    ConversionTime: `2026-08-20T11:${minute}:00Z`,
    MicrosoftClickId: click,
  }));
  await ads.client.call({
    service: 'campaign',
    operation: 'OfflineConversions/Apply',
    body: JSON.stringify({ OfflineConversions }),
    account: ACCOUNT,
    signal: new AbortController().signal,
  });
}

function start(): Attribution {
  attribution = startAttribution(config, ads, store, log);
  return attribution;
}

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  lines = [];
  attribution = undefined;
  sandbox = await createSandbox();
  setTime(NOON);
  sandbox.seed({ clicks: [{ id: CLICK, accountId: '300001', time: NOON - 2 * HOUR_MS }] });
  dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-attribution-'));
  store = await openSqliteStore({ dataDir });
  const resolved = resolveConfig(
    {
      tagId: '123456',
      ads: { clientId: 'sandbox-app', oauthUrl: sandbox.url, url: sandbox.url },
      goals: [{ event: 'lead', goal: 'Qualified lead', kind: 'offline' }],
    },
    ENV,
  );
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  config = resolved.config;
  ads = adsOf(config, store)!;
  const tokens = { accessToken: 'sandbox-access-token', refreshToken: 'sandbox-refresh-token' };
  await ads.connection.signedIn({ ...tokens, expiresInS: 30 * 24 * 3_600 });
  await chooseAccount(store, ACCOUNT);
});
afterEach(async () => {
  await attribution?.stop();
  await ads.client.close();
  await store.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true });
  vi.useRealTimers();
});

test('what was accepted, what of it counts, and why not the rest: once a day, kept, and kept up to date', async () => {
  await upload({ click: CLICK, minute: 10 }, { click: CLICK.replace('0', 'f'), minute: 11 });
  await start().look();
  // Nothing is decided yet.
  expect(await readAttribution(store)).toEqual([]);
  await attribution!.look();
  expect(reports()).toBe(1);

  setTime(NOON + 24 * HOUR_MS);
  await attribution!.look();
  expect(reports()).toBe(2);
  const day = {
    accountId: '300001',
    goalId: '400001',
    goal: 'Qualified lead',
    day: '2026-08-20',
    attributed: 1,
    unattributed: 1,
    reasons: { NoMatchingClickFound: 1 },
  };
  expect(await readAttribution(store)).toEqual([day]);

  await upload({ click: CLICK, minute: 12 });
  setTime(NOON + 48 * HOUR_MS);
  await attribution!.look();
  expect(await readAttribution(store)).toEqual([
    day,
    expect.objectContaining({ day: '2026-08-21', attributed: 1 }),
  ]);
  expect(lines).toEqual([]);
  expect(describeAttribution(await readAttribution(store))).toBe(
    'since 2026-08-20: 2 counted, 1 not (NoMatchingClickFound 1)',
  );
  expect(describeAttribution([])).toBeUndefined();
});

test('of several processes one asks', async () => {
  const others = [
    start(),
    startAttribution(config, ads, store, log),
    startAttribution(config, ads, store, log),
  ];
  await Promise.all(others.map((one) => one.look()));
  await Promise.all(others.map((one) => one.stop()));
  expect(reports()).toBe(1);
});

test('what fails is told, and asked for again the next day', async () => {
  sandbox.setFaults([{ match: { path: '*/OfflineConversionReport/QueryByGoalIds' }, status: 500, times: 1 }]);
  await start().look();
  expect(lines).toEqual(['no attribution report; asked again tomorrow']);
  setTime(NOON + 24 * HOUR_MS);
  await attribution!.look();
  expect(reports()).toBe(2);
  expect(lines).toHaveLength(1);
});

test('nobody is asked without a sign-in, or without an offline goal', async () => {
  const before = sandbox.requests().length;
  const [site] = config.sites;
  for (const more of [{ goals: [] }, { mode: 'shadow' as const }]) {
    const idle = startAttribution({ sites: [{ ...site!, ...more }] }, ads, store, log);
    await idle.look();
    await idle.stop();
  }
  const nobody = { ...ads.connection, status: async () => ({ state: 'nobody' as const }) };
  const idle = startAttribution(config, { ...ads, connection: nobody }, store, log);
  await idle.look();
  await idle.stop();
  expect(sandbox.requests()).toHaveLength(before);
});
