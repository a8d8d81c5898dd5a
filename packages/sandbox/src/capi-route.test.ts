import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { customEvent, post, send, TAG } from './test-support/capi.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await createSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

const detailsOf = (reply: { body: { error?: { details?: object[] } } }) => reply.body.error?.details ?? [];
const good = () => ({ data: [customEvent()] });
const json = { 'content-type': 'application/json' };

describe('transport, rules 1 to 6', () => {
  const rows: [rule: string, Parameters<typeof post>[1], Parameters<typeof post>[2], number, string?][] = [
    ['1: another path', good(), { path: '/v2/1/events' }, 404, 'NotFound'],
    ['1: a tag id that is no number', good(), { path: '/v1/abc/events' }, 404, 'NotFound'],
    ['1: another method', '', { method: 'PUT' }, 405, 'MethodNotAllowed'],
    ['2: no token', good(), { headers: json }, 401, 'Unauthorized'],
    ['2: not Bearer', good(), { headers: { ...json, authorization: 'Basic x' } }, 401, 'Unauthorized'],
    ['2: a wrong token', good(), { headers: { ...json, authorization: 'Bearer x' } }, 401, 'Unauthorized'],
    ['2: the token before the body', '{', { headers: json }, 401, 'Unauthorized'],
    [
      '2: the token before the content type',
      good(),
      { headers: { 'content-type': 'text/plain' } },
      401,
      'Unauthorized',
    ],
    [
      '6: another content type',
      good(),
      { headers: { authorization: 'Bearer sandbox-token', 'content-type': 'text/plain' } },
      415,
      'UnsupportedMediaType',
    ],
    ['3: not JSON', '{"data":', {}, 400, 'ValidationError'],
    ['3: an empty body', '', {}, 400, 'ValidationError'],
    ['3: not an object', '[]', {}, 400, 'ValidationError'],
    ['3: no data', {}, {}, 400, 'ValidationError'],
    ['3: data is no list', { data: {} }, {}, 400, 'ValidationError'],
    ['3: data is empty', { data: [] }, {}, 400, 'ValidationError'],
    ['5: the flag is a string', { ...good(), continueOnValidationError: 'true' }, {}, 400, 'ValidationError'],
    ['5: the provider is a number', { ...good(), dataProvider: 7 }, {}, 400, 'ValidationError'],
  ];
  test.each(rows)('rule %s', async (_rule, body, init, status, code) => {
    const reply = await post(sandbox, body, init);
    expect(reply.status).toBe(status);
    expect(reply.body.error.code).toBe(code);
    expect(reply.body.traceId).toMatch(/./);
    expect(sandbox.capiEvents()).toEqual([]);
  });

  test('rule 2: the exact 401', async () => {
    const { body } = await post(sandbox, good(), { headers: json });
    expect(body.error).toEqual({
      code: 'Unauthorized',
      message: 'You are not authorized to access this resource.',
    });
  });

  test.each(['{"data":', '[]', '{}', '{"data":{}}', '{"data":[]}'])('rule 3: %s names data', async (body) => {
    expect(detailsOf(await post(sandbox, body))).toEqual([
      expect.objectContaining({ propertyName: 'data', errorCode: 'Empty', isWarning: false }),
    ]);
  });

  test.each([false, true])('rule 4: 1,000 events pass, 1,001 do not, flag %s', async (flag) => {
    const data = Array.from({ length: 1_000 }, (_, i) => customEvent({ eventId: `e${i}` }));
    const full = await post(sandbox, { data, continueOnValidationError: flag });
    expect(full.body.eventsReceived).toBe(1_000);
    const over = await post(sandbox, {
      data: [...data, customEvent({ eventId: 'e' })],
      continueOnValidationError: flag,
    });
    expect(over.status).toBe(400);
    expect(sandbox.capiEvents()).toHaveLength(1_000);
  });

  test('a body of several megabytes', async () => {
    const pageTitle = 'x'.repeat(6_000);
    const data = Array.from({ length: 1_000 }, (_, i) => customEvent({ eventId: `e${i}`, pageTitle }));
    expect((await post(sandbox, { data })).body.eventsReceived).toBe(1_000);
  });
});

describe('tags with tokens, rule 2', () => {
  test('only a tag that exists, only with its own token', async () => {
    const own = await createSandbox({
      tags: [
        { tagId: '1', token: 'one' },
        { tagId: '2', token: 'two' },
      ],
    });
    const status = async (tagId: string, token: string) =>
      (await post(own, good(), { tagId, headers: { ...json, authorization: `Bearer ${token}` } })).status;
    expect(await status('1', 'one')).toBe(200);
    expect(await status('2', 'two')).toBe(200);
    expect(await status('1', 'two')).toBe(401);
    expect(await status('3', 'one')).toBe(401);
    expect(await status('1', 'sandbox-token')).toBe(401);
    await own.close();
  });
});

const now = () => Math.floor(Date.now() / 1000);
const user = (field: string, value: unknown) => ({ userData: { anonymousId: 'a', [field]: value } });
const data = (field: string, value: unknown) => ({ customData: { [field]: value } });
const pageLoad = { eventType: 'pageLoad', eventSourceUrl: 'https://shop.example/' };

describe('errors cost the event, rules 7 to 11', () => {
  const rows: [string, Record<string, unknown>, string, string][] = [
    ['7: no event type', { eventType: undefined }, 'eventType', 'InvalidEnumValue'],
    ['7: another event type', { eventType: 'pageload' }, 'eventType', 'InvalidEnumValue'],
    ['8: no time', { eventTime: undefined }, 'eventTime', 'Empty'],
    ['8: a fraction', { eventTime: now() - 0.5 }, 'eventTime', 'InvalidEventTime'],
    ['8: milliseconds', { eventTime: Date.now() }, 'eventTime', 'InvalidEventTime'],
    ['8: a string', { eventTime: String(now()) }, 'eventTime', 'InvalidEventTime'],
    ['8: older than 7 days', { eventTime: now() - 604_900 }, 'eventTime', 'InvalidEventTime'],
    ['8: the future', { eventTime: now() + 3_600 }, 'eventTime', 'InvalidEventTime'],
    ['9: a page load without address', { ...pageLoad, eventSourceUrl: undefined }, 'eventSourceUrl', 'Empty'],
    ['9: a relative address', { ...pageLoad, eventSourceUrl: '/cart' }, 'eventSourceUrl', 'InvalidUrl'],
    ['9: not http', { ...pageLoad, eventSourceUrl: 'file:///x' }, 'eventSourceUrl', 'InvalidUrl'],
    ['10: no user data', { userData: undefined }, 'userData', 'Empty'],
    ['10: user data is no object', { userData: 'x' }, 'userData', 'Empty'],
    ['10: no identifier', { userData: { clientIpAddress: '192.0.2.1' } }, 'userData', 'Empty'],
    ['10: an empty identifier', { userData: { anonymousId: '', em: null } }, 'userData', 'Empty'],
    ['11: a string for a number', data('value', '75.30'), 'customData.value', 'InvalidType'],
    ['11: a number for a string', { eventId: 5 }, 'eventId', 'InvalidType'],
    ['16: the only identifier removed', { userData: { em: 'nope' } }, 'userData', 'Empty'],
  ];
  test.each(rows)('rule %s', async (_rule, changes, property, errorCode) => {
    const reply = await send(sandbox, customEvent(changes));
    expect(reply.status).toBe(400);
    expect(detailsOf(reply)).toContainEqual(
      expect.objectContaining({ index: 0, propertyName: `data[0].${property}`, errorCode, isWarning: false }),
    );
    expect(sandbox.capiEvents()).toEqual([]);
    expect(sandbox.conversions()).toEqual([]);
  });

  test('rule 8: the edges pass, and the value is named', async () => {
    const edges = [now() - 604_740, now() + 50].map((eventTime) => customEvent({ eventTime }));
    expect((await send(sandbox, ...edges)).status).toBe(200);
    const eventTime = Date.now();
    expect(detailsOf(await send(sandbox, customEvent({ eventTime })))).toEqual([
      expect.objectContaining({ attemptedValue: eventTime }),
    ]);
  });
});

describe('warnings cost the field, rules 12 to 15', () => {
  const rows: [string, Record<string, unknown>, string][] = [
    ['12: referrer', { referrerUrl: 'shop.example' }, 'referrerUrl'],
    ['13: e-mail hash', user('em', 'john@contoso.com'), 'userData.em'],
    ['13: phone hash', user('ph', '+14255551234'), 'userData.ph'],
    ['14: currency', data('currency', 'euro'), 'customData.currency'],
    ['14: lower-case currency', data('currency', 'eur'), 'customData.currency'],
    ['14: page type', data('pageType', 'checkout'), 'customData.pageType'],
    ['14: quantity', data('items', [{ id: 'a', quantity: 1.5 }]), 'customData.items'],
    ['14: price', data('items', [{ id: 'a', price: '5' }]), 'customData.items'],
    ['14: hotel date', data('hotelData', { checkinDate: '24.12.2026' }), 'customData.hotelData'],
    ['15: click id', user('msclkid', '_uet292049a17e2413e3a4081719e839afe6'), 'userData.msclkid'],
    ['15: click id with suffix', user('msclkid', '292049a17e2413e3a4081719e839afe6-1'), 'userData.msclkid'],
    ['15: page-load id', { pageLoadId: '292049a17e2413e3a4081719e839afe6' }, 'pageLoadId'],
    ['15: consent', { adStorageConsent: 'granted' }, 'adStorageConsent'],
    ['15: address', user('clientIpAddress', '300.1.1.1'), 'userData.clientIpAddress'],
    ['15: idfa', user('idfa', 'x'), 'userData.idfa'],
    ['15: gaid', user('gaid', 'x'), 'userData.gaid'],
  ];
  test.each(rows)('rule %s', async (_rule, changes, property) => {
    const reply = await send(sandbox, customEvent(changes));
    expect(reply.status).toBe(200);
    expect(reply.body.eventsReceived).toBe(1);
    expect(detailsOf(reply)).toEqual([
      expect.objectContaining({ propertyName: `data[0].${property}`, isWarning: true }),
    ]);
    const [stored] = sandbox.capiEvents();
    const kept = property
      .split('.')
      .reduce<unknown>((value, key) => (value as Record<string, unknown>)?.[key], stored?.content);
    expect(kept).toBeUndefined();
    expect(sandbox.conversions()).toHaveLength(1);
  });

  test('rule 13 and 15: upper-case hashes and undashed click ids pass', async () => {
    const em = 'EC81F3AC7B2B19675BAB9D54CF416F9F18CFF87C97DA5CCA82C0F0891BC40602';
    const reply = await send(
      sandbox,
      customEvent({ userData: { em, msclkid: '292049A17E2413E3A4081719E839AFE6' } }),
    );
    expect(reply.body).toEqual({ eventsReceived: 1, traceId: expect.any(String) });
    expect(sandbox.conversions()[0]?.msclkid).toBe('292049a1-7e24-13e3-a408-1719e839afe6');
  });
});

describe('the answer, rules 17 to 21', () => {
  const bad = () => customEvent({ eventTime: undefined });

  test('rule 17: all valid', async () => {
    const reply = await send(sandbox, customEvent(), customEvent({ eventId: 'order-2' }));
    expect(reply.body).toEqual({ eventsReceived: 2, traceId: expect.any(String) });
  });

  test('rule 18: flag false, one error: nothing is stored', async () => {
    const reply = await send(sandbox, customEvent(), bad());
    expect(reply.status).toBe(400);
    expect(detailsOf(reply)).toEqual([expect.objectContaining({ index: 1 })]);
    expect(sandbox.capiEvents()).toEqual([]);
  });

  test('rule 18: flag true, one valid', async () => {
    const reply = await post(sandbox, { data: [bad(), customEvent()], continueOnValidationError: true });
    expect(reply.status).toBe(200);
    expect(reply.body.eventsReceived).toBe(1);
    expect(detailsOf(reply)).toEqual([expect.objectContaining({ index: 0, isWarning: false })]);
    expect(sandbox.capiEvents()).toHaveLength(1);
  });

  test('rule 18: flag true, none valid', async () => {
    const reply = await post(sandbox, { data: [bad(), bad()], continueOnValidationError: true });
    expect(reply.status).toBe(400);
    expect(reply.body.eventsReceived).toBeUndefined();
  });

  test('rule 19: ten details in order of the events, and the remark', async () => {
    const events = Array.from({ length: 37 }, bad);
    const reply = await send(sandbox, customEvent(), ...events);
    expect(detailsOf(reply).map((detail) => (detail as { index: number }).index)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    expect(reply.body.error.message).toContain('only the first 10 errors and warnings are shown');
    expect(sandbox.requests()[0]?.details).toHaveLength(37);
  });

  test('rules 5 and 21: unknown fields and misplaced options are told to the test, not the client', async () => {
    const event = customEvent({
      surprise: 1,
      continueOnValidationError: true,
      dataProvider: 'x',
      userData: { anonymousId: 'a', city: 'x' },
    });
    const reply = await post(sandbox, { data: [event], extra: 1 });
    expect(reply.body).toEqual({ eventsReceived: 1, traceId: expect.any(String) });
    expect(sandbox.requests()[0]?.notes.toSorted()).toEqual([
      'data[0].continueOnValidationError: belongs at the top level of the request, ignored',
      'data[0].dataProvider: belongs at the top level of the request, ignored',
      'data[0].surprise: unknown field, ignored',
      'data[0].userData.city: unknown field, ignored',
      'extra: unknown field, ignored',
    ]);
    expect(sandbox.capiEvents()[0]?.content).not.toHaveProperty('surprise');
  });
});

describe('what is kept, rules 22, 24, 25', () => {
  test('rule 22: the raw request without the token, the attempts, the accepted copies', async () => {
    await send(sandbox, customEvent({ eventTime: undefined }));
    await send(sandbox, customEvent());
    await send(sandbox, customEvent());
    const requests = sandbox.requests();
    expect(JSON.stringify(requests)).not.toContain('sandbox-token');
    expect(requests[0]?.headers.authorization).toBe('Bearer (redacted)');
    expect(JSON.parse(requests[1]!.body).data[0].eventId).toBe('order-1');
    expect(requests.map(({ events }) => events)).toEqual(
      [false, true, true].map((accepted) => [
        { eventType: 'custom', eventName: 'purchase', eventId: 'order-1', accepted },
      ]),
    );
    expect(sandbox.capiEvents()).toEqual(
      [2, 3].map((request) => ({
        tagId: TAG,
        eventName: 'purchase',
        eventId: 'order-1',
        content: expect.objectContaining({ eventId: 'order-1' }),
        receivedAt: expect.any(Number),
        request,
      })),
    );
  });

  test('rule 24: a duplicate is accepted, counted as received, and counts once', async () => {
    for (let i = 0; i < 3; i++) {
      expect((await send(sandbox, customEvent())).body.eventsReceived).toBe(1);
    }
    expect(sandbox.conversions()).toHaveLength(1);
  });

  test('a tag id that no path could name is refused at the start', async () => {
    await expect(createSandbox({ tags: [{ tagId: '12a', token: 'x' }] })).rejects.toThrow('"12a"');
  });

  test('rule 25: a denied event is accepted and is no conversion', async () => {
    const reply = await send(sandbox, customEvent({ adStorageConsent: 'D' }));
    expect(reply.body.eventsReceived).toBe(1);
    expect(sandbox.capiEvents()).toHaveLength(1);
    expect(sandbox.conversions()).toEqual([]);
  });
});
