import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import type { Outcome } from '../store/port.ts';
import { arrivals, claimRequest, HOUR_MS, newEvent } from '../store/testing/contract/fixtures.ts';
import type { Status } from './finding.ts';
import { findingsOf, type Plot, plot, TAG_ID } from './testing/installation.ts';

const DESTINATION = `uet-capi:${TAG_ID}`;

interface PlantedFault {
  /** Laid over settings and environment with which everything is in order. */
  settings?: Record<string, unknown>;
  env?: Record<string, string>;
  /** What else there is to spoil. */
  plant?(given: Plot): Promise<void>;
  /** The finding that must be among all others. */
  id: string;
  status: Status;
  what: RegExp;
  /** The remedy. */
  next: RegExp;
}

/** Stands for an API whose clock is another one than ours. */
async function apiInTheFuture(aheadMs: number): Promise<string> {
  const api = createServer((_, response) => {
    response.writeHead(400, { Date: new Date(Date.now() + aheadMs).toUTCString() }).end();
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void api.close());
  return `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
}

async function storeWaiting({ inStore }: Plot, ageMs: number, destination = DESTINATION): Promise<void> {
  const receivedAt = Date.now() - ageMs;
  const event = newEvent('old', {
    receivedAt,
    expiresAt: receivedAt + 200 * HOUR_MS,
    route: { destination, dueAt: receivedAt, held: false },
  });
  await inStore((store) => store.append(arrivals({ now: receivedAt, events: [event] })));
}

/** One event that has just ended so; its number is not known before. */
function ended({ inStore }: Plot, outcome: Outcome): Promise<void> {
  return inStore(async (store) => {
    await store.append(arrivals({ events: [newEvent('ended')] }));
    const request = { ...claimRequest(), leaseUntil: Date.now() + HOUR_MS };
    const { events } = await store.claim(request);
    const outcomes = [{ ...outcome, seq: events[0]!.seq }];
    await store.settle({ ...request, now: Date.now(), outcomes });
  });
}

const FAULTS: Record<string, PlantedFault> = {
  'a variable is misspelt': {
    env: { UET_CAPI_ORIGIN: 'https://www.shop.example' },
    id: 'variables',
    status: 'warning',
    what: /UET_CAPI_ORIGIN is set, and nothing reads it/,
    next: /Correct its spelling/,
  },
  'the admin token is short': {
    env: { UET_CAPI_ADMIN_TOKEN: 'secret' },
    id: 'keys',
    status: 'warning',
    what: /UET_CAPI_ADMIN_TOKEN has 6 characters/,
    next: /openssl rand/,
  },
  'one key for servers and operators': {
    env: {
      UET_CAPI_SERVER_KEY: 'one-and-the-same-random-key',
      UET_CAPI_ADMIN_TOKEN: 'one-and-the-same-random-key',
    },
    id: 'keys',
    status: 'warning',
    what: /UET_CAPI_ADMIN_TOKEN and UET_CAPI_SERVER_KEY hold the same key/,
    next: /Give each its own/,
  },
  'a read-only token is short': {
    settings: { readTokens: [{ name: 'agency', tokenEnv: 'AGENCY_TOKEN' }] },
    env: { AGENCY_TOKEN: 'agency-2026' },
    id: 'keys',
    status: 'warning',
    what: /AGENCY_TOKEN has 11 characters/,
    next: /openssl rand/,
  },
  'left in shadow mode': {
    settings: { mode: 'shadow' },
    id: 'mode',
    status: 'warning',
    what: /none is delivered/,
    next: /UET_CAPI_MODE=live/,
  },
  'the token travels without TLS': {
    settings: { endpoint: 'http://capi.shop.invalid' },
    id: 'endpoint',
    status: 'problem',
    what: /without TLS/,
    next: /https:\/\//,
  },
  'an origin that is everybody’s': {
    settings: { origins: ['https://*.co.uk'] },
    id: 'origins',
    status: 'problem',
    what: /every site below co\.uk/,
    next: /https:\/\/\*\.yours\.co\.uk/,
  },
  'an origin without the s of https': {
    settings: { origins: ['http://www.shop.example'] },
    id: 'origins',
    status: 'warning',
    what: /http:\/\/www\.shop\.example is not https/,
    next: /Write https:\/\/www\.shop\.example/,
  },
  'a developer’s machine among the origins': {
    settings: { origins: ['http://localhost:3000'] },
    id: 'origins',
    status: 'warning',
    what: /localhost:3000 is allowed in mode live/,
    next: /testHosts/,
  },
  'the data directory will be thrown away': {
    id: 'data-dir',
    status: 'warning',
    what: /will not survive a redeploy/,
    next: /volume/,
  },
  'the disk is full': {
    settings: { minFreeBytes: 1e15 },
    id: 'disk',
    status: 'problem',
    what: /less than minFreeBytes/,
    next: /Make room/,
  },
  'the store is damaged': {
    plant: ({ dataDir }) => writeFile(join(dataDir, 'uet-capi.sqlite'), 'no database'.repeat(1_000)),
    id: 'store',
    status: 'problem',
    what: /file is not a database/,
    next: /move the file .* aside/,
  },
  'the store is of a newer version': {
    async plant({ inStore, dataDir }) {
      await inStore(async () => {});
      const db = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'));
      db.exec('PRAGMA user_version = 999');
      db.close();
    },
    id: 'store',
    status: 'problem',
    what: /newer uet-capi/,
    next: /Run the newer version/,
  },
  'nobody delivers': {
    plant: (given) => storeWaiting(given, 3 * HOUR_MS),
    id: 'waiting',
    status: 'warning',
    what: /the oldest for 3 h/,
    next: /Start the collector/,
  },
  'the site got another tag': {
    plant: (given) => storeWaiting(given, 1_000, 'uet-capi:99999999'),
    id: 'waiting',
    status: 'problem',
    what: /wait for uet-capi:99999999, which these settings do not name/,
    next: /put the site back/,
  },
  'events expire soon': {
    plant: (given) => storeWaiting(given, 130 * HOUR_MS),
    id: 'waiting',
    status: 'problem',
    what: /the oldest for 130 h/,
    next: /Start the collector/,
  },
  'events were given up': {
    plant: (given) => ended(given, { seq: 0, state: 'rejected', code: 'InvalidValue', message: 'bad' }),
    id: 'undelivered',
    status: 'warning',
    what: /1 rejected \(InvalidValue\)/,
    next: /uet-capi replay/,
  },
  'Microsoft removes what it cannot read': {
    plant: (given) =>
      ended(given, {
        seq: 0,
        state: 'accepted',
        warnings: [{ path: 'userData.em', code: 'InvalidHash', message: 'no hash' }],
      }),
    id: 'warnings',
    status: 'warning',
    what: /userData\.em 1 times \(InvalidHash\)/,
    next: /where the site sets it/,
  },
  'a rule of the site throws': {
    plant: ({ inStore }) =>
      inStore((store) =>
        store.append(
          arrivals({
            events: [newEvent('thrown', { route: { skipped: 'transform failed: TypeError at x.ts:1:2' } })],
            now: Date.now(),
          }),
        ),
      ),
    id: 'rules',
    status: 'problem',
    what: /TypeError at x\.ts:1:2 \(1 events\)/,
    next: /Mend filter or transform/,
  },
  'the tag is paused': {
    async plant(given) {
      await storeWaiting(given, 60_000);
      await given.inStore((store) => store.pause(DESTINATION, 'HTTP 401', Date.now(), Date.now()));
    },
    id: 'paused',
    status: 'problem',
    what: /uet-capi:12345678 is paused.*HTTP 401/,
    next: /token of the tag/,
  },
  'the token is another tag’s': {
    env: { UET_CAPI_TOKEN: 'the-token-of-another-tag' },
    id: 'token',
    status: 'problem',
    what: /refuses the token of UET tag 12345678/,
    next: /Copy the token of this very tag/,
  },
  'there is no such host': {
    settings: { endpoint: 'https://capi.shop.invalid' },
    id: 'microsoft',
    status: 'problem',
    what: /capi\.shop\.invalid cannot be reached/,
    next: /DNS/,
  },
  'nothing listens at the endpoint': {
    plant: ({ sandbox }) => sandbox.close(),
    id: 'microsoft',
    status: 'problem',
    what: /nothing listens there/,
    next: /Correct the address/,
  },
  'https where there is no TLS': {
    async plant({ settings, sandbox }) {
      settings.endpoint = sandbox.url.replace('http:', 'https:');
    },
    id: 'microsoft',
    status: 'problem',
    what: /does not speak TLS/,
    next: /Write http:\/\//,
  },
  'the clock is an hour slow': {
    async plant({ settings }) {
      settings.endpoint = await apiInTheFuture(HOUR_MS);
    },
    id: 'clock',
    status: 'problem',
    what: /60 min slow/,
    next: /time synchronisation/,
  },
  'the clock is fast': {
    async plant({ settings }) {
      settings.endpoint = await apiInTheFuture(-30_000);
    },
    id: 'clock',
    status: 'warning',
    what: /(29|30) s fast/,
    next: /time synchronisation/,
  },
};

test.each(Object.entries(FAULTS))('%s: found, with its remedy', async (_, fault) => {
  const given = await plot();
  Object.assign(given.settings, fault.settings);
  Object.assign(given.env, fault.env);
  await fault.plant?.(given);
  const findings = await findingsOf(given);
  const { id, status, what, next } = fault;
  expect(findings).toContainEqual(
    expect.objectContaining({
      id,
      status,
      what: expect.stringMatching(what),
      why: expect.stringMatching(/\.$/),
      next: expect.stringMatching(next),
    }),
  );
  expect(JSON.stringify(findings)).not.toContain(given.env.UET_CAPI_TOKEN);
});

test('without a fault nothing is a problem, and no event was sent', async () => {
  const given = await plot();
  await given.inStore(async () => {});
  const findings = await findingsOf(given);
  expect(findings.filter(({ status }) => status === 'problem')).toEqual([]);
  expect(findings.filter(({ status }) => status === 'ok').map(({ id }) => id)).toEqual([
    'config',
    'keys',
    'mode',
    'origins',
    'version',
    'disk',
    'store',
    'waiting',
    'undelivered',
    'warnings',
    'microsoft',
    'clock',
    'token',
  ]);
  expect(given.sandbox.capiEvents()).toEqual([]);
});
