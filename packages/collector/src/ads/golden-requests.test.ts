import { readFileSync } from 'node:fs';
import { createSandbox, type RequestRecord, type Sandbox } from '@uet-capi/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Upload } from '../destination-id.ts';
import { createOfflineDestination } from '../destinations/offline-conversions/destination.ts';
import { gated } from '../destinations/offline-conversions/gate.ts';
import { originalGate } from '../destinations/offline-conversions/original-gate.ts';
import { offlineAdjustment, onlineAdjustment } from '../pipeline/offline/adjustment-item.ts';
import { conversionItem } from '../pipeline/offline/conversion-item.ts';
import { listAccounts } from './accounts.ts';
import { type AdsClient, createAdsClient } from './client.ts';
import { listOfflineGoals, listTagGoals } from './goals/account-goals.ts';
import { readAutoTagging } from './goals/auto-tagging.ts';
import { redeemCode, refreshTokens } from './oauth/token-request.ts';

/**
 * Every kind of request to Microsoft's sign-in and API, field by field, against what stands in
 * `golden-requests.json`. That file was compared with Microsoft's reference by a person; whoever changes
 * it does the same. Secrets are replaced.
 */

type Golden = Record<string, { request: string; headers: Record<string, string>; body: unknown }>;
const GOLDEN: Golden = JSON.parse(readFileSync(new URL('golden-requests.json', import.meta.url), 'utf8'));

const SIGNAL = new AbortController().signal;
const ACCOUNT = { customerId: '200001', accountId: '300001' };
const CLICK = '0123456789abcdef0123456789abcdef';
/** Microsoft's own examples: john@contoso.com, +14255551234. */
const EM = 'ec81f3ac7b2b19675bab9d54cf416f9f18cff87c97da5cca82c0f0891bc40602';
const PH = 'c59475d96e9f01d7d18d06cfad84dd02333207f02c0c2c5663ef2782cda0390e';
const TIME = Date.parse('2026-08-20T10:15:30.500Z');
const DAY_MS = 86_400_000;
const LATER = TIME + DAY_MS;

/** Made by the client that carries them, not by us. */
const TRANSPORT = ['host', 'connection', 'content-length', 'transfer-encoding'];

let sandbox: Sandbox;
let client: AdsClient;

beforeAll(async () => {
  sandbox = await createSandbox();
  sandbox.setClock({ now: LATER + DAY_MS });
  const token = { kind: 'good', token: 'sandbox-access-token' } as const;
  const accessTokens = { get: async () => token, renew: async () => token };
  client = createAdsClient({ url: sandbox.url, developerToken: 'sandbox-developer-token', accessTokens });
});
afterAll(async () => {
  await client.close();
  await sandbox.close();
});

const destinationFor = (upload: Upload) =>
  createOfflineDestination({
    id: 'x',
    upload,
    client,
    account: async () => ACCOUNT,
    onBug: (code) => {
      throw new Error(code);
    },
  });

const CONVERSION = conversionItem({
  goal: 'Qualified lead',
  time: TIME,
  value: 149.95,
  currency: 'EUR',
  msclkid: CLICK,
  em: EM,
  ph: PH,
});
const WITHOUT_VALUE = { value: undefined, currency: undefined };
const NOTHING_KNOWN = { msclkid: undefined, em: undefined, ph: undefined };
const HASH_ONLY = conversionItem({
  goal: 'Qualified lead',
  time: TIME,
  ...WITHOUT_VALUE,
  ...NOTHING_KNOWN,
  em: EM,
});
const CLICK_ONLY = conversionItem({
  goal: 'Phone sale',
  time: TIME,
  ...WITHOUT_VALUE,
  ...NOTHING_KNOWN,
  msclkid: CLICK,
});

const RESTATE = { type: 'restate', time: LATER, value: 99.95, currency: 'EUR' } as const;
const RETRACT = { type: 'retract', time: LATER } as const;

/** What is stored holds more than is sent. */
function upload(wires: string[]) {
  const original = { state: 'accepted', endedAt: 0, tagId: 'offline:shop', name: 'Qualified lead' };
  const store = { find: async () => [original as never] };
  const gate = originalGate({ store, siteId: 'shop', adjustAfterMs: 0, now: () => LATER });
  return gated(destinationFor('adjustments'), gate).send(wires, SIGNAL);
}

const app = () => ({ url: sandbox.url, clientId: 'sandbox-web-app', clientSecret: 'sandbox-secret' });
const publicApp = () => ({ url: sandbox.url, clientId: 'sandbox-app', clientSecret: undefined });
const code = { code: 'code', redirectUri: 'http://localhost:8400/', verifier: 'verifier' };
const goals = () => ({ client, account: ACCOUNT, signal: SIGNAL });

const REQUESTS: Record<string, () => Promise<unknown>> = {
  conversions: () => destinationFor('conversions').send([CONVERSION, HASH_ONLY, CLICK_ONLY], SIGNAL),
  adjustments: () =>
    upload([
      offlineAdjustment(RESTATE, 'deal-1', JSON.parse(CONVERSION)),
      offlineAdjustment(RETRACT, 'deal-2', JSON.parse(HASH_ONLY)),
    ]),
  'online adjustments': () =>
    destinationFor('online-adjustments').send(
      [
        onlineAdjustment(RESTATE, 'Shop purchase', 'order-1'),
        onlineAdjustment(RETRACT, 'Shop purchase', 'order-2'),
      ],
      SIGNAL,
    ),
  probe: () => destinationFor('conversions').probe(SIGNAL),
  'offline goals': () => listOfflineGoals(goals()),
  'goals of tags': () => listTagGoals(goals(), ['123456', '654321']),
  'auto-tagging': () => readAutoTagging(goals()),
  user: () => listAccounts(client, SIGNAL),
  accounts: () => listAccounts(client, SIGNAL),
  'code of a web app': () => redeemCode(app(), code, SIGNAL),
  'code of a public app': () => redeemCode(publicApp(), code, SIGNAL),
  'refresh of a web app': () => refreshTokens(app(), 'sandbox-refresh-token', SIGNAL),
  'refresh of a public app': () => refreshTokens(publicApp(), 'sandbox-refresh-token', SIGNAL),
};

/** Of several requests the one that the entry is about. */
function shown({ method, path, headers, body }: RequestRecord) {
  const own = Object.entries(headers).filter(([name]) => !TRANSPORT.includes(name));
  const isForm = headers['content-type'] === 'application/x-www-form-urlencoded';
  return {
    request: `${method} ${path}`,
    headers: Object.fromEntries(own),
    body: isForm ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body),
  };
}

test.each(Object.entries(REQUESTS))('%s', async (name, make) => {
  const before = sandbox.requests().length;
  await make();
  const made = sandbox.requests().slice(before);
  expect(made.map(shown)).toContainEqual(GOLDEN[name]);
  // The double knows every field of these operations.
  expect(made.flatMap(({ notes }) => notes)).toEqual([]);
});

test('uploads as they stand there are taken', () => {
  const uploads = sandbox.requests().filter(({ path }) => path.endsWith('/Apply'));
  expect(
    uploads.map(({ answer, details }) => [answer && 'status' in answer && answer.status, details]),
  ).toEqual(uploads.map(() => [200, []]));
  expect(Object.keys(GOLDEN).sort()).toEqual(Object.keys(REQUESTS).sort());
});
