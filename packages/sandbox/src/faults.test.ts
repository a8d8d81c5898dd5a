import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { FaultSwitch } from './faults.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { customEvent, post, send, TAG } from './test-support/capi.ts';
import { until } from './test-support/until.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const warning = { index: 0, propertyName: 'data[0].referrerUrl', errorMessage: 'x', errorCode: 'InvalidUrl' };

describe('the switches of rule 26', () => {
  const rows: [string, FaultSwitch, status: number, text: string | RegExp][] = [
    ['401', { status: 401 }, 401, /"code":"Unauthorized".*"traceId":/],
    ['429', { status: 429 }, 429, ''],
    ['500', { status: 500, body: 'down' }, 500, 'down'],
    ['503', { status: 503 }, 503, ''],
    ['200 with an empty body', { status: 200, body: '' }, 200, ''],
    [
      '400 whose ten details are all warnings',
      {
        status: 400,
        body: {
          error: { code: 'ValidationError', details: Array(10).fill({ ...warning, isWarning: true }) },
        },
      },
      400,
      /^\{"error":\{"code":"ValidationError","details":\[(\{[^}]*"isWarning":true\},?){10}\]\}\}$/,
    ],
    [
      'details of the older shape',
      { status: 400, body: { error: { details: [{ index: 0, propertyName: 'data[0].eventTime' }] } } },
      400,
      '{"error":{"details":[{"index":0,"propertyName":"data[0].eventTime"}]}}',
    ],
  ];
  test.each(rows)('%s', async (_name, fault, status, text) => {
    sandbox.setFaults([fault]);
    const reply = await send(sandbox, customEvent());
    expect(reply.status).toBe(status);
    if (typeof text === 'string') expect(reply.text).toBe(text);
    else expect(reply.text).toMatch(text);
    expect(sandbox.capiEvents()).toEqual([]);
    expect(sandbox.requests()[0]).toMatchObject({
      fault: true,
      events: [{ eventId: 'order-1', accepted: false }],
    });
  });

  test('429 with Retry-After', async () => {
    sandbox.setFaults([{ status: 429, headers: { 'Retry-After': '7' } }]);
    expect((await send(sandbox, customEvent())).headers.get('retry-after')).toBe('7');
  });

  test('headers alone leave the answer as it is', async () => {
    sandbox.setFaults([{ headers: { 'x-ms-request-id': 'r1' } }]);
    const reply = await send(sandbox, customEvent());
    expect(reply.body.eventsReceived).toBe(1);
    expect(reply.headers.get('x-ms-request-id')).toBe('r1');
  });

  test('a reset cuts the connection and stores nothing', async () => {
    sandbox.setFaults([{ reset: true }]);
    await expect(send(sandbox, customEvent())).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(sandbox.capiEvents()).toEqual([]);
    expect(sandbox.requests()[0]?.answer).toEqual({ reset: true });
  });

  test.each([
    ['a reset', { reset: true }],
    ['an error', { status: 500 }],
    ['an empty answer', { body: '' }],
  ])('storeFirst before %s', async (_name, fault) => {
    sandbox.setFaults([{ ...fault, storeFirst: true }]);
    await send(sandbox, customEvent()).catch(() => undefined);
    expect(sandbox.capiEvents()).toHaveLength(1);
  });

  test('an answer past the client’s timeout, after storing', async () => {
    sandbox.setFaults([{ delayMs: 600_000, storeFirst: true, times: 1 }]);
    const client = new AbortController();
    const lost = post(sandbox, { data: [customEvent()] }, { signal: client.signal }).catch(() => 'gave up');
    await until(() => sandbox.capiEvents().length === 1, 'stored before the delay');
    expect(sandbox.requests()[0]?.answer).toBeUndefined();
    client.abort();
    expect(await lost).toBe('gave up');
    await send(sandbox, customEvent());
    expect(sandbox.capiEvents()).toHaveLength(2);
    expect(sandbox.conversions()).toHaveLength(1);
  });

  test('without storeFirst a delay comes first, then the ordinary answer', async () => {
    sandbox.setFaults([{ delayMs: 50 }]);
    const reply = send(sandbox, customEvent());
    await until(() => sandbox.requests().length === 1, 'the request arrived');
    expect(sandbox.capiEvents()).toEqual([]);
    expect((await reply).status).toBe(200);
    expect(sandbox.capiEvents()).toHaveLength(1);
  });

  test('a reset of the sandbox gives up what waits', async () => {
    sandbox.setFaults([{ delayMs: 600_000 }]);
    const reply = send(sandbox, customEvent()).catch(() => 'cut');
    await until(() => sandbox.requests().length === 1, 'the request arrived');
    sandbox.reset();
    expect(await reply).toBe('cut');
    expect(sandbox.capiEvents()).toEqual([]);
  });
});

describe('which request a fault hits', () => {
  const statusOf = async (path: string, method = 'GET') =>
    (await fetch(sandbox.url + path, { method, headers: { authorization: 'Bearer sandbox-token' } })).status;

  test('times: used up, then the next one, then none', async () => {
    sandbox.setFaults([
      { status: 500, times: 2 },
      { status: 429, times: 1 },
    ]);
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await send(sandbox, customEvent())).status);
    expect(statuses).toEqual([500, 500, 429, 200]);
  });

  const rows: [FaultSwitch['match'], hit: string, missed: string][] = [
    [{ path: '/bat.js' }, '/bat.js', '/action/0?ti=1'],
    [{ path: '/action/0' }, '/action/0?ti=1', '/actionp/0?ti=1'],
    [{ path: '/v1/' }, '/v1/1/events', '/bat.js'],
    [{ path: '/*/1/events' }, '/v1/1/events', '/v1/2/events'],
    [{ path: '/p/action/' }, '/p/action/1.js', '/bat.js'],
    [{ tagId: '1' }, '/v1/1/events', '/v1/2/events'],
    [{ tagId: 1 }, '/action/0?ti=1', '/action/0?ti=2'],
    [{ tagId: '1' }, '/p/action/1.js', '/bat.js'],
    [{ method: 'get', path: '/bat' }, '/bat.js', '/action/0?ti=1'],
  ];
  test.each(rows)('%j', async (match, hit, missed) => {
    sandbox.setFaults([{ ...(match ? { match } : {}), status: 418 }]);
    expect(await statusOf(hit)).toBe(418);
    expect(await statusOf(missed)).not.toBe(418);
  });

  test('a method', async () => {
    sandbox.setFaults([{ match: { method: 'POST' }, status: 418 }]);
    expect(await statusOf('/bat.js')).toBe(200);
    expect((await send(sandbox, customEvent())).status).toBe(418);
  });

  test('the sandbox’s own routes are never hit', async () => {
    sandbox.setFaults([{ status: 500 }]);
    expect(await statusOf('/')).toBe(200);
    expect(await statusOf('/_sandbox/conversions')).toBe(200);
  });
});

describe('POST /_sandbox/faults', () => {
  const set = (faults: unknown) => post(sandbox, faults, { path: '/_sandbox/faults' });

  test('replaces the list', async () => {
    expect((await set([{ status: 500 }])).status).toBe(200);
    expect((await send(sandbox, customEvent())).status).toBe(500);
    expect((await set([{ match: { tagId: '9' }, status: 500 }])).body).toEqual({ faults: 1 });
    expect((await send(sandbox, customEvent())).status).toBe(200);
    expect(sandbox.capiEvents()[0]?.tagId).toBe(TAG);
  });

  const rows: [unknown, path: string][] = [
    ['{', ''],
    [{ status: 500 }, ''],
    [[{ status: 99 }], '0.status'],
    [[{ status: '500' }], '0.status'],
    [[{ delayMs: -1 }], '0.delayMs'],
    [[{ times: 0 }], '0.times'],
    [[{ status: 500 }, { match: { tag: 1 } }], '1.match'],
    [[{ wait: 5 }], '0'],
    [[{ headers: { 'a b': 'x' } }], '0.headers.a b'],
    [[{ headers: { a: 'x\ny' } }], '0.headers.a'],
  ];
  test.each(rows)('%j is refused with its path', async (faults, path) => {
    sandbox.setFaults([{ status: 503 }]);
    const reply = await set(faults);
    expect(reply.status).toBe(400);
    expect(reply.body.errors[0]).toEqual({ path, message: expect.stringMatching(/./) });
    expect((await send(sandbox, customEvent())).status).toBe(503);
  });
});
