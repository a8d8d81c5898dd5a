import { expect, test } from 'vitest';
import { chooseAccount } from '../ads/account.ts';
import { adsOf } from '../ads/of-config.ts';
import type { Store } from '../store/port.ts';
import { arrivals, claimRequest, newEvent } from '../store/testing/contract/fixtures.ts';
import type { Status } from './finding.ts';
import { configOf, findingsOf, type Plot, plot } from './testing/installation.ts';

const GOAL = { event: 'lead', goal: 'Qualified lead', kind: 'offline' };

/** An account of the sandbox that a site feeds, as it should be. */
async function plotWithAccount(): Promise<Plot> {
  const given = await plot();
  const { url } = given.sandbox;
  Object.assign(given.settings, {
    goals: [GOAL],
    ads: { clientId: 'sandbox-app', oauthUrl: url, url },
  });
  Object.assign(given.env, {
    UET_CAPI_DEVELOPER_TOKEN: 'sandbox-developer-token',
    UET_CAPI_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString('base64'),
  });
  return given;
}

function signIn(given: Plot): Promise<void> {
  return given.inStore(async (store) => {
    const ads = adsOf(configOf(given), store)!;
    const tokens = { accessToken: 'sandbox-access-token', refreshToken: 'sandbox-refresh-token' };
    await ads.connection.signedIn({ ...tokens, expiresInS: 3_599 });
    await chooseAccount(store, { customerId: '200001', accountId: '300001' });
    await ads.client.close();
  });
}

const UPLOADS = 'offline:site';

function storeConversion(store: Store, now: number) {
  const route = { destination: UPLOADS, dueAt: now, held: false };
  const event = newEvent('deal-17', { site: 'site', receivedAt: now, expiresAt: now + 9e9, route });
  return store.append(arrivals({ now, events: [event] }));
}

interface PlantedFault {
  settings?: object;
  /** A conversion waits to be uploaded. */
  waits?: true;
  /** After the sign-in; without it nobody is signed in. */
  spoil?(given: Plot): Promise<void>;
  id: string;
  status: Status;
  what: RegExp;
  next: RegExp;
}

const FAULTS: Record<string, PlantedFault> = {
  'nobody has signed in': {
    id: 'sign-in',
    status: 'problem',
    what: /Nobody is signed in/,
    next: /uet-capi auth login/,
  },
  'a conversion was uploaded by the name of its goal, and nobody has signed in': {
    settings: { goals: [] },
    waits: true,
    id: 'sign-in',
    status: 'problem',
    what: /Nobody is signed in/,
    next: /uet-capi auth login/,
  },
  'a conversion was uploaded by the name of its goal, and nothing is set up': {
    settings: { goals: [], ads: {} },
    waits: true,
    id: 'goals',
    status: 'problem',
    what: /not set up, and some wait/,
    next: /docs\/offline-conversions\.md/,
  },
  'the encryption key was replaced': {
    async spoil({ env }) {
      env.UET_CAPI_ENCRYPTION_KEY = Buffer.alloc(32, 2).toString('base64');
    },
    id: 'sign-in',
    status: 'problem',
    what: /cannot be decrypted/,
    next: /Set that key again/,
  },
  'a goal is misspelt': {
    settings: { goals: [{ ...GOAL, goal: 'qualified Lead' }] },
    spoil: async () => {},
    id: 'goals',
    status: 'problem',
    what: /named "qualified Lead", but one "Qualified lead"/,
    next: /letter by letter/,
  },
  'a goal takes no hashes': {
    settings: { goals: [{ ...GOAL, goal: 'Phone sale' }] },
    spoil: async () => {},
    id: 'goals',
    status: 'problem',
    what: /takes no hashes/,
    next: /send: 'attributed'/,
  },
  'the account may not be used': {
    async spoil({ sandbox }) {
      const body = { Errors: [{ Code: 106, ErrorCode: 'UserIsNotAuthorized' }] };
      sandbox.setFaults([{ match: { path: '/CampaignManagement/*' }, status: 403, body }]);
    },
    id: 'goals',
    status: 'problem',
    what: /could not be read.*UserIsNotAuthorized/,
    next: /uet-capi auth status/,
  },
  'a goal is younger than two hours': {
    spoil: ({ inStore }) =>
      inStore(async (store) => {
        const now = Date.now();
        await storeConversion(store, now);
        const request = claimRequest({ destination: UPLOADS, now, leaseUntil: now + 60_000 });
        const [claimed] = (await store.claim(request)).events;
        const code = 'OfflineConversionGoalTooRecent';
        const retry = {
          state: 'retry',
          dueAt: now + 9e6,
          countsAttempt: false,
          code,
          message: '5615',
        } as const;
        await store.settle({ ...request, outcomes: [{ seq: claimed!.seq, ...retry }] });
      }),
    id: 'goal-age',
    status: 'warning',
    what: /1 conversions wait: their goal is younger than two hours/,
    next: /Wait/,
  },
};

test.each(Object.entries(FAULTS))('%s: found, with its remedy', async (_, fault) => {
  const given = await plotWithAccount();
  Object.assign(given.settings, fault.settings);
  if (fault.spoil) await signIn(given);
  else await given.inStore(async (store) => fault.waits && storeConversion(store, Date.now()));
  await fault.spoil?.(given);
  const findings = await findingsOf(given);
  expect(findings).toContainEqual(
    expect.objectContaining({
      id: fault.id,
      status: fault.status,
      what: expect.stringMatching(fault.what),
      why: expect.stringMatching(/\.$/),
      next: expect.stringMatching(fault.next),
    }),
  );
});

test('an account that fits the settings has no fault, and nothing was uploaded', async () => {
  const given = await plotWithAccount();
  await signIn(given);
  const found = (await findingsOf(given)).filter(({ id }) => ['sign-in', 'goals', 'goal-age'].includes(id));
  expect(found.map(({ id, status }) => [id, status])).toEqual([
    ['sign-in', 'ok'],
    ['goals', 'ok'],
  ]);
  expect(given.sandbox.offline()).toEqual([]);
});
