import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startCollectorProcess } from './collector-process.ts';
import { ADMIN_TOKEN, eventually, expect, SECRETS, SERVER_KEY, TAG_ID, test } from './fixtures.ts';
import { type Family, parseMetrics, total } from './prometheus.ts';

const ROUTE = { path: '/v1/*' };

/** What clients can choose, and must never see again in a label: each is planted in a field of its own. */
const PLANTED = {
  name: 'PlantedName',
  id: 'planted-id',
  mail: 'planted@mail.example',
  url: 'planted-path',
  agent: 'PlantedAgent',
  header: 'planted-header',
};

test.use({ setting: { collector: 'process' } });

test('counts are exact, and the same whoever counts', async ({ world }) => {
  const { sandbox, collectorUrl } = world;
  expect((await post(world, [event('a'), event('b'), event('b'), event('c', 'denied'), {}])).accepted).toBe(
    4,
  );
  expect((await post(world, [event('d')])).accepted).toBe(1);
  await eventually(() => sandbox.capiEvents().length).toBe(3);
  const wrongKey = await fetch(`${collectorUrl}/v1/${TAG_ID}/events`, { method: 'POST' });
  expect(wrongKey.status).toBe(401);

  const metrics = await scrape(collectorUrl);
  const events = (labels: Record<string, string>) => total(metrics, 'uet_capi_events_total', labels);
  const pixel = { site: 'site', source: 'pixel' };
  expect(events({ ...pixel, result: 'accepted' })).toBe(3);
  expect(events({ ...pixel, result: 'duplicate' })).toBe(1);
  expect(events({ ...pixel, result: 'skipped', reason: 'consent_denied' })).toBe(1);
  expect(events({ ...pixel, result: 'rejected', reason: 'InvalidEnumValue' })).toBe(1);
  expect(events({}), 'nothing else').toBe(6);

  const requests = (labels: Record<string, string>) => total(metrics, 'uet_capi_requests_total', labels);
  expect(requests({ route: 'events', status: '202' })).toBe(2);
  expect(requests({ route: 'server_events', status: '401' })).toBe(1);
  expect(total(metrics, 'uet_capi_request_duration_seconds_count', { route: 'events' })).toBe(2);
  expect(total(metrics, 'uet_capi_commit_duration_seconds_count')).toBe(2);
  expect(total(metrics, 'uet_capi_commit_events_sum'), 'as they came to the store').toBe(4);

  const destination = `uet-capi:${TAG_ID}`;
  expect(total(metrics, 'uet_capi_delivery_outcomes_total', { destination, outcome: 'accepted' })).toBe(3);
  expect(total(metrics, 'uet_capi_delivery_batch_events_sum', { destination })).toBe(3);
  expect(total(metrics, 'uet_capi_delivery_request_duration_seconds_count', { destination })).toBe(
    sandbox.requests().length,
  );
  expect(total(metrics, 'uet_capi_stored_events', { site: 'site', destination, state: 'accepted' })).toBe(3);
  expect(total(metrics, 'uet_capi_stored_events'), 'no state but accepted').toBe(3);
  expect(total(metrics, 'uet_capi_stored_total', { site: 'site', destination })).toBe(3);
  expect(total(metrics, 'uet_capi_oldest_waiting_seconds', { site: 'site', destination })).toBe(0);
  expect(total(metrics, 'uet_capi_ready')).toBe(1);
  expect(total(metrics, 'uet_capi_store_up')).toBe(1);
  expect(total(metrics, 'uet_capi_disk_free_bytes')).toBeGreaterThan(0);
  expect(total(metrics, 'uet_capi_data_dir_bytes')).toBeGreaterThan(0);
  expect(total(metrics, 'process_resident_memory_bytes')).toBeGreaterThan(0);
});

test('what Microsoft does is told: latency, refusals, warnings by code', async ({ world }) => {
  const { sandbox, collectorUrl } = world;
  const warning = { index: 0, propertyName: 'data[0].userData.em', errorMessage: 'x', isWarning: true };
  sandbox.setFaults([
    { match: ROUTE, status: 503, times: 2 },
    {
      match: ROUTE,
      status: 200,
      times: 1,
      body: {
        eventsReceived: 1,
        error: {
          code: 'ValidationWarning',
          details: [
            { ...warning, errorCode: 'InvalidHash' },
            { ...warning, errorCode: 'free text of a stranger' },
          ],
        },
      },
    },
  ]);
  await post(world, [event('a')]);
  const destination = `uet-capi:${TAG_ID}`;
  await eventually(async () =>
    total(await scrape(collectorUrl), 'uet_capi_delivery_outcomes_total', {
      destination,
      outcome: 'accepted_with_warnings',
    }),
  ).toBe(1);

  const metrics = await scrape(collectorUrl);
  const outcome = (labels: Record<string, string>) =>
    total(metrics, 'uet_capi_delivery_outcomes_total', { destination, ...labels });
  expect(outcome({ outcome: 'retry', code: 'Unavailable' })).toBe(2);
  expect(total(metrics, 'uet_capi_delivery_warnings_total', { code: 'InvalidHash' })).toBe(1);
  expect(total(metrics, 'uet_capi_delivery_warnings_total', { code: 'other' })).toBe(1);
  expect(total(metrics, 'uet_capi_delivery_request_duration_seconds_count', { outcome: 'unavailable' })).toBe(
    2,
  );
});

test('a refused token: paused, and the age of what waits', async ({ world }) => {
  const { sandbox, collectorUrl } = world;
  sandbox.setFaults([{ match: ROUTE, status: 401 }]);
  await post(world, [event('a'), event('b')]);
  const destination = `uet-capi:${TAG_ID}`;
  const value = async (name: string, labels: Record<string, string> = {}) =>
    total(await scrape(collectorUrl), name, { destination, ...labels });

  await eventually(() => value('uet_capi_delivery_paused')).toBe(1);
  await eventually(() => value('uet_capi_stored_events', { state: 'pending' })).toBe(2);
  expect(await value('uet_capi_stored_total')).toBe(2);
  await eventually(() => value('uet_capi_oldest_waiting_seconds')).toBeGreaterThan(0.5);

  sandbox.setFaults([]);
  await eventually(() => value('uet_capi_delivery_paused')).toBe(0);
  await eventually(() => value('uet_capi_stored_events', { state: 'accepted' })).toBe(2);
  expect(await value('uet_capi_oldest_waiting_seconds')).toBe(0);
});

test('several processes: what comes from the store is the same in each, what each did is its own', async ({
  world,
}) => {
  const folder = join(world.dataDir, '..', 'second');
  mkdirSync(folder);
  const config = {
    tagId: TAG_ID,
    endpoint: world.sandbox.url,
    dataDir: world.dataDir,
    mode: 'shadow' as const,
  };
  const second = await startCollectorProcess(folder, config, SECRETS);
  try {
    await post(world, [event('a'), event('b')]);
    await eventually(() => world.sandbox.capiEvents().length).toBe(2);
    for (const { url, own } of [
      { url: world.collectorUrl, own: 2 },
      { url: second.url, own: 0 },
    ]) {
      const accepted = async () => total(await scrape(url), 'uet_capi_stored_events', { state: 'accepted' });
      await eventually(accepted).toBe(2);
      const metrics = await scrape(url);
      expect(total(metrics, 'uet_capi_stored_total')).toBe(2);
      expect(total(metrics, 'uet_capi_events_total')).toBe(own);
      expect(total(metrics, 'uet_capi_commit_events_sum')).toBe(own);
    }
  } finally {
    await second.kill();
  }
});

test('nothing that a client chooses becomes a label, and no key or token is shown', async ({ world }) => {
  const { sandbox, collectorUrl } = world;
  const planted = {
    ...event(PLANTED.id),
    eventName: PLANTED.name,
    eventSourceUrl: `https://shop.example/${PLANTED.url}?q=${PLANTED.mail}`,
  };
  await post(world, [planted, { ...planted, eventType: PLANTED.name }, { [PLANTED.id]: PLANTED.mail }]);
  for (const path of [`/${PLANTED.url}`, `/v1/${PLANTED.id}/events`, `/e.gif?u=${PLANTED.mail}`]) {
    await fetch(collectorUrl + path, { method: 'POST', headers: { Authorization: PLANTED.header } });
  }
  await fetch(`${collectorUrl}/e`, { method: 'DELETE', headers: { 'User-Agent': PLANTED.agent } });
  await eventually(() => sandbox.capiEvents().length).toBe(1);

  const text = await (await ask(collectorUrl, ADMIN_TOKEN)).text();
  for (const secret of [...Object.values(PLANTED), ...Object.values(SECRETS)]) {
    expect(text).not.toContain(secret);
  }
});

test('only who has the admin token may read them', async ({ world }) => {
  const { collectorUrl } = world;
  for (const token of [undefined, 'wrong', SERVER_KEY, `${ADMIN_TOKEN}x`]) {
    const answer = await ask(collectorUrl, token);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.text()).not.toContain('uet_capi_');
  }
  const answer = await ask(collectorUrl, ADMIN_TOKEN);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test.describe('metrics: public', () => {
  test.use({ setting: { collector: 'process', config: { metrics: 'public' } } });
  test('everyone may read them', async ({ world }) => {
    expect((await ask(world.collectorUrl)).status).toBe(200);
  });
});

test.describe('without an admin token in the environment', () => {
  test.use({ setting: { collector: 'process', config: { adminTokenEnv: 'NOT_SET' } } });
  test('nobody may', async ({ world }) => {
    for (const token of [undefined, ADMIN_TOKEN, 'undefined']) {
      expect((await ask(world.collectorUrl, token)).status).toBe(401);
    }
  });
});

function ask(url: string, token?: string): Promise<Response> {
  return fetch(
    `${url}/metrics`,
    token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } },
  );
}

async function scrape(url: string): Promise<Map<string, Family>> {
  return parseMetrics(await (await ask(url, ADMIN_TOKEN)).text());
}

function event(eventId: string, consent = 'granted') {
  return {
    eventType: 'custom',
    eventName: 'lead',
    eventId,
    eventTime: Math.floor(Date.now() / 1_000),
    eventSourceUrl: 'https://shop.example/',
    // A refusal takes back what waits for the same visitor.
    userData: { anonymousId: `visitor-${consent}` },
    consent,
  };
}

async function post(
  { collectorUrl, shopUrl }: { collectorUrl: string; shopUrl: string },
  data: object[],
): Promise<{ accepted: number }> {
  const answer = await fetch(`${collectorUrl}/e`, {
    method: 'POST',
    headers: { Origin: shopUrl, 'Content-Type': 'text/plain' },
    body: JSON.stringify({ v: 1, sentAt: Date.now(), data }),
  });
  expect(answer.status).toBe(202);
  return (await answer.json()) as { accepted: number };
}
