import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, type Sandbox } from '@uet-capi/sandbox';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Config } from '../../config/config.ts';
import { resolveConfig } from '../../config/resolve.ts';
import type { ConfigInput } from '../../config/schema.ts';
import type { Store } from '../../store/port.ts';
import { openSqliteStore } from '../../store/sqlite/sqlite-store.ts';
import { chooseAccount } from '../account.ts';
import { type Ads, adsOf } from '../of-config.ts';
import { startGoalsCheck } from './start-goals-check.ts';

const ENV = {
  UET_CAPI_TOKEN: 'sandbox-token',
  UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
  UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
};
const GOAL = { event: 'qualified_lead', goal: 'Qualified lead', kind: 'offline' } as const;

let sandbox: Sandbox;
let dataDir: string;
let store: Store;
let ads: Ads;
let config: Config;
let lines: string[];

const log = {
  info: () => {},
  warn: (_: object, message: string) => void lines.push(message),
  error: (_: object, message: string) => void lines.push(`error: ${message}`),
};

function configure(input: ConfigInput): void {
  const more = { ads: { clientId: 'sandbox-app', oauthUrl: sandbox.url, url: sandbox.url } };
  const resolved = resolveConfig({ tagId: '123456', ...more, ...input }, ENV);
  if ('problems' in resolved) throw new Error(JSON.stringify(resolved.problems));
  config = resolved.config;
  ads = adsOf(config, store)!;
}

async function signIn(): Promise<void> {
  const tokens = {
    accessToken: 'sandbox-access-token',
    refreshToken: 'sandbox-refresh-token',
    expiresInS: 3_599,
  };
  await ads.connection.signedIn(tokens);
  await chooseAccount(store, { customerId: '200001', accountId: '300001' });
}

const check = () => startGoalsCheck(config, ads, store, log).ended;
const calls = () => sandbox.requests().length;

beforeEach(async () => {
  lines = [];
  sandbox = await createSandbox();
  dataDir = await mkdtemp(join(tmpdir(), 'uet-capi-goals-'));
  store = await openSqliteStore({ dataDir });
});
afterEach(async () => {
  await ads.client.close();
  await store.close();
  await sandbox.close();
  await rm(dataDir, { recursive: true });
});

test('logs what is wrong, of the sites that are live and feed goals; an account is asked once', async () => {
  configure({
    sites: [
      { id: 'one', tagId: '123456', goals: [GOAL, { ...GOAL, goal: 'qualified lead' }] },
      { id: 'two', tagId: '654321', goals: [{ ...GOAL, goal: 'Shop purchase', kind: 'online' }] },
      { id: 'shadow', tagId: '777', mode: 'shadow', goals: [{ ...GOAL, goal: 'Nothing' }] },
      { id: 'none', tagId: '888' },
    ],
  } as ConfigInput);
  await signIn();
  await check();
  expect(calls()).toBe(6);
  expect(lines).toEqual([
    expect.stringContaining('"Qualified lead": write it letter by letter'),
    // The goal is there, and belongs to another tag.
    expect.stringContaining('no goal of the UET tag is named "Shop purchase"'),
  ]);
});

test('tells where auto-tagging is off, and nothing where that cannot be read', async () => {
  configure({ goals: [GOAL] });
  await signIn();
  const tagging = { match: { path: '*/AccountProperties/Query' }, status: 200 };
  const off = { AccountProperties: [{ Name: 'MSCLKIDAutoTaggingEnabled', Value: 'false' }] };
  sandbox.setFaults([
    { ...tagging, body: off, times: 1 },
    { ...tagging, status: 503 },
  ]);
  await check();
  expect(lines.filter((line) => line.includes('auto-tagging is off'))).toHaveLength(1);
  lines = [];
  await check();
  expect(lines.filter((line) => /tagging|error/.test(line))).toEqual([]);
});

test('tells where the goals cannot be read', async () => {
  configure({ goals: [GOAL] });
  await signIn();
  sandbox.setFaults([{ status: 403, body: { Errors: [{ Code: 106, ErrorCode: 'UserIsNotAuthorized' }] } }]);
  await check();
  expect(lines).toEqual([expect.stringMatching(/^the goals could not be read \(.*106 UserIsNotAuthorized/)]);
});

test('without a sign-in, or without goals, asks nothing', async () => {
  configure({ goals: [GOAL] });
  await check();
  await signIn();
  configure({ goals: [{ ...GOAL, enabled: false }] });
  await check();
  expect([calls(), lines]).toEqual([0, []]);
});

test('a stop ends it at once, however long the answer takes', async () => {
  configure({ goals: [GOAL] });
  await signIn();
  sandbox.setFaults([{ delayMs: 60_000 }]);
  const { stop } = startGoalsCheck(config, ads, store, log);
  await expect.poll(calls).toBe(1);
  await stop();
  expect(lines).toEqual([]);
});
