import { request } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { ACCOUNT, adjust, adjustment, apply, conversion, errorsOf } from './test-support/ads.ts';
import { customEvent, post, send, TAG } from './test-support/capi.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const get = async (path: string) => (await fetch(sandbox.url + path)).json();
const beacon = (params: Record<string, string>) =>
  fetch(`${sandbox.url}/action/0?${new URLSearchParams({ ti: TAG, Ver: '2', ...params })}`);

const MID = '7c1d9a52-4f0e-4c1b-8a77-2b6f7d0e5a90';
const CLICK_ID = '292049a1-7e24-13e3-a408-1719e839afe6';
const purchase = { evt: 'custom', ea: 'purchase', event_id: 'order-1' };

describe('GET /_sandbox/conversions, rule 23', () => {
  test('one purchase by both channels', async () => {
    await beacon({
      ...purchase,
      gv: '75.3',
      gc: 'EUR',
      mid: MID,
      msclkid: `${CLICK_ID.replaceAll('-', '')}-1`,
    });
    await send(sandbox, customEvent({ customData: { value: 80 } }));
    expect(await get('/_sandbox/conversions')).toEqual([
      {
        tagId: TAG,
        eventName: 'purchase',
        eventId: 'order-1',
        channels: ['uet', 'capi'],
        value: 75.3,
        currency: 'EUR',
        msclkid: CLICK_ID,
        pageLoadId: MID,
      },
    ]);
  });

  test('the order of arrival changes the value, not the order of the channels', async () => {
    await send(sandbox, customEvent());
    await beacon({ ...purchase, gv: '80', gc: 'USD', mid: MID.replaceAll('-', ''), msclkid: 'N' });
    expect(sandbox.conversions()).toEqual([
      expect.objectContaining({
        channels: ['uet', 'capi'],
        value: 75.3,
        currency: 'EUR',
        msclkid: null,
        pageLoadId: MID,
      }),
    ]);
  });

  test.each([
    ['tag', { ti: '2' }],
    ['name', { ea: 'Purchase' }],
    ['id', { event_id: 'order-2' }],
  ])('another %s is another conversion', async (_what, change) => {
    await beacon(purchase);
    await beacon({ ...purchase, ...change });
    expect(sandbox.conversions()).toHaveLength(2);
  });

  test('without an event id each copy counts', async () => {
    await beacon({ evt: 'custom', ea: 'lead' });
    await beacon({ evt: 'custom', ea: 'lead' });
    await send(sandbox, customEvent({ eventName: 'lead', eventId: undefined }));
    expect(sandbox.conversions().map(({ eventId, channels }) => [eventId, ...channels])).toEqual([
      [null, 'uet'],
      [null, 'uet'],
      [null, 'capi'],
    ]);
  });

  test('an event without a name', async () => {
    await beacon({ evt: 'custom', event_id: `${MID}-revenue`, gv: '5' });
    await send(sandbox, customEvent({ eventName: undefined, eventId: `${MID}-revenue` }));
    expect(sandbox.conversions()).toEqual([
      expect.objectContaining({ eventName: null, channels: ['uet', 'capi'], value: 5 }),
    ]);
  });

  test('rule 25: a denied beacon, a page load, a pid beacon are none', async () => {
    await beacon({ ...purchase, asc: 'D' });
    await beacon({ evt: 'pageLoad', mid: MID });
    await beacon({ evt: 'pid', pid: 'em=x' });
    expect(sandbox.conversions()).toEqual([]);
  });

  test('ill-encoded and strange beacons do no harm', async () => {
    for (const query of [
      '',
      '?',
      '?ti',
      '?ti=%E0%A4%A&evt=custom&ea=%',
      '?evt=custom',
      '?__proto__=1&ti=1',
    ]) {
      expect((await fetch(`${sandbox.url}/action/0${query}`)).status).toBe(204);
    }
    expect(sandbox.conversions()).toEqual([expect.objectContaining({ tagId: '%E0%A4%A', eventName: '%' })]);
  });
});

describe('GET /_sandbox/pageloads, rule 23', () => {
  test('a page load by both channels is doubled', async () => {
    await beacon({ evt: 'pageLoad', mid: MID, p: 'https://shop.example/a?b=c' });
    expect(sandbox.pageLoads()[0]?.doubled).toBe(false);
    const { customData: _, ...page } = customEvent();
    await send(sandbox, {
      ...page,
      eventType: 'pageLoad',
      pageLoadId: MID,
      eventSourceUrl: 'https://shop.example/',
    });
    expect(await get('/_sandbox/pageloads')).toEqual([
      {
        tagId: TAG,
        mid: MID,
        url: 'https://shop.example/a?b=c',
        channels: ['uet', 'capi'],
        copies: { uet: 1, capi: 1 },
        doubled: true,
        receivedAt: expect.any(Number),
      },
    ]);
  });
});

describe('the other views', () => {
  test('routes and methods show the same', async () => {
    await send(sandbox, customEvent());
    expect(await get('/_sandbox/events')).toEqual(JSON.parse(JSON.stringify(sandbox.capiEvents())));
    expect(await get('/_sandbox/requests')).toEqual(JSON.parse(JSON.stringify(sandbox.requests())));
    expect(sandbox.requests()).toHaveLength(1);
  });

  test('a beacon is shown decoded', async () => {
    await beacon({ ...purchase, tl: 'Größe & Co' });
    expect((await get('/_sandbox/requests'))[0].params).toMatchObject({ ea: 'purchase', tl: 'Größe & Co' });
  });
});

describe('POST /_sandbox/clock', () => {
  const set = (setting: unknown) => post(sandbox, setting, { path: '/_sandbox/clock' });
  const accepted = async (eventTime: number) =>
    (await send(sandbox, customEvent({ eventTime }))).status === 200;

  test.each([
    ['ms', { now: Date.UTC(2030, 0, 8) }],
    ['ISO 8601', { now: '2030-01-08T01:00:00+01:00' }],
  ])('sets the time in %s', async (_form, setting) => {
    const reply = await set(setting);
    expect(reply.body.now).toBeGreaterThanOrEqual(Date.UTC(2030, 0, 8));
    expect(await accepted(Date.UTC(2030, 0, 7) / 1000)).toBe(true);
    expect(await accepted(Date.now() / 1000)).toBe(false);
    expect(sandbox.requests()[0]?.receivedAt).toBeGreaterThanOrEqual(Date.UTC(2030, 0, 8));
  });

  test('moves the time, and back', async () => {
    const eventTime = Math.floor(Date.now() / 1000);
    await set({ offsetMs: 8 * 86_400_000 });
    expect(await accepted(eventTime)).toBe(false);
    await set({});
    expect(await accepted(eventTime)).toBe(true);
  });

  test.each([
    [{ now: 'tomorrow' }, 'now'],
    [{ now: 1, offsetMs: 1 }, ''],
    [{ offsetMs: '5' }, 'offsetMs'],
    [{ speed: 2 }, ''],
  ])('%j is refused', async (setting, path) => {
    const reply = await set(setting);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].path).toBe(path);
  });
});

describe('POST /_sandbox/seed', () => {
  const seed = (body: unknown) => post(sandbox, body, { path: '/_sandbox/seed' });

  test('each list given replaces the one before, the others stay', async () => {
    const goals = [{ id: 7, name: 'Visit', accountId: ACCOUNT }];
    expect(await seed({ goals })).toMatchObject({ status: 200, body: {} });
    expect(errorsOf(await apply(sandbox, conversion({ ConversionName: 'Visit' }), conversion()))).toEqual([
      [1, 5606],
    ]);
    await adjust(sandbox, adjustment({ ConversionName: 'Visit' }));
    expect(await get('/_sandbox/offline')).toEqual(sandbox.offline());
    expect(await get('/_sandbox/adjustments')).toEqual(sandbox.adjustments());
    expect(sandbox.offline()).toMatchObject([{ conversionName: 'Visit' }]);
  });

  test('knobs that are not given go back to their defaults', async () => {
    await seed({ knobs: { goalNames: 'any case', pausedGoals: 'refuse' } });
    await seed({ knobs: { pausedGoals: 'refuse' } });
    expect(errorsOf(await apply(sandbox, conversion({ ConversionName: 'phone sale' })))).toEqual([[0, 5606]]);
  });

  test.each([
    [{ colour: 1 }, ''],
    [{ goals: [{ id: 1, name: 'x' }] }, 'goals.0.accountId'],
    [{ clicks: [{ id: 'x', accountId: 1, time: 'yesterday' }] }, 'clicks.0.time'],
    [{ knobs: { throttleStatus: 503 } }, 'knobs.throttleStatus'],
    [{ revocations: [{ reason: 'boredom' }] }, 'revocations.0.reason'],
  ])('%j is refused', async (body, path) => {
    const reply = await seed(body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0].path).toBe(path);
    expect(() => sandbox.seed(body as never)).toThrow();
  });
});

test('POST /_sandbox/reset forgets everything', async () => {
  await send(sandbox, customEvent());
  await beacon({ evt: 'pageLoad', mid: MID });
  await apply(sandbox, conversion());
  await adjust(sandbox, adjustment());
  sandbox.seed({
    goals: [],
    users: [],
    knobs: { pausedGoals: 'refuse' },
    revocations: [{ reason: 'revoked' }],
  });
  sandbox.setClock({ offsetMs: -86_400_000 });
  sandbox.setFaults([{ status: 500 }]);
  expect((await post(sandbox, '', { path: '/_sandbox/reset' })).status).toBe(200);
  for (const view of ['conversions', 'pageloads', 'events', 'requests', 'offline', 'adjustments']) {
    expect(await get(`/_sandbox/${view}`)).toEqual([]);
  }
  expect((await send(sandbox, customEvent())).status).toBe(200);
  expect(sandbox.requests()[0]?.number).toBe(1);
  expect(errorsOf(await apply(sandbox, conversion()))).toEqual([]);
});

describe('who may ask', () => {
  const statusWith = (headers: Record<string, string>, method = 'GET', path = '/_sandbox/requests') =>
    new Promise<number | undefined>((resolve, reject) => {
      request(sandbox.url + path, { method, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });

  test('a foreign name for this machine sees nothing (DNS rebinding)', async () => {
    for (const path of ['/', '/_sandbox/requests', '/_sandbox/changes']) {
      expect(await statusWith({ host: `evil.example:${sandbox.port}` }, 'GET', path)).toBe(403);
    }
    expect(await statusWith({ host: `localhost:${sandbox.port}` })).toBe(200);
  });

  test('another site’s page cannot press the switches', async () => {
    const origin = 'http://evil.example';
    expect(await statusWith({ origin }, 'POST', '/_sandbox/reset')).toBe(403);
    expect(await statusWith({ origin: sandbox.url }, 'POST', '/_sandbox/reset')).toBe(200);
  });

  test('Microsoft’s routes are open to every name', async () => {
    expect(await statusWith({ host: 'capi.uet.microsoft.com' }, 'GET', '/bat.js')).toBe(200);
  });

  test('unknown routes and wrong methods', async () => {
    expect(await statusWith({}, 'GET', '/_sandbox/nothing')).toBe(404);
    expect(await statusWith({}, 'GET', '/_sandbox/reset')).toBe(405);
    expect(await statusWith({}, 'POST', '/_sandbox/requests')).toBe(405);
  });
});
