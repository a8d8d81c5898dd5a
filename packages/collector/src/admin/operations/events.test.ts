import { expect, test } from 'vitest';
import { READ_TOKEN, runCollector, SHOP_TOKEN, storeEvent, until } from '../testing/running-collector.ts';

test('the list is narrowed by each filter, and goes on where a page ended', async () => {
  const running = await runCollector();
  const first = await storeEvent(running, 'order-1');
  const second = await storeEvent(running, 'order-2', { name: 'lead' });
  const third = await storeEvent(running, 'order-3', { site: 'blog' });
  const list = async (query: Record<string, string>) => {
    const { body } = await running.call('GET', '/events', { query });
    return body.events.map(({ seq }: { seq: number }) => seq);
  };
  expect(await list({})).toEqual([third, second, first]);
  expect(await list({ name: 'lead' })).toEqual([second]);
  expect(await list({ site: 'blog' })).toEqual([third]);
  expect(await list({ destination: 'uet-capi:22' })).toEqual([third]);
  expect(await list({ id: 'order-1' })).toEqual([first]);
  expect(await list({ state: 'dead' })).toEqual([]);
  expect(await list({ source: 'pixel' })).toEqual([]);
  expect(await list({ until: '1000' })).toEqual([]);
  const page = await running.call('GET', '/events', { query: { limit: '2' } });
  expect(page.body.events).toMatchObject([
    { seq: third, site: 'blog', tagId: '22', state: 'accepted', value: 10, currency: 'EUR' },
    { seq: second, name: 'lead', eventId: 'order-2', source: 'code', pageUrl: 'https://shop.example/thanks' },
  ]);
  expect(await list({ limit: '2', before: String(page.body.next) })).toEqual([first]);
});

test('several states at once', async () => {
  const running = await runCollector();
  const seq = await storeEvent(running, 'order-1');
  const answer = await fetch(`${running.api}/events?state=dead&state=accepted`, {
    headers: { authorization: `Bearer ${READ_TOKEN}` },
  });
  expect(await answer.json()).toMatchObject({ events: [{ seq }] });
});

test('one event: payload, destination, and why it waited until it arrived', async () => {
  const running = await runCollector();
  running.sandbox.setFaults([{ match: { tagId: '11' }, status: 503 }]);
  const seq = await storeEvent(running, 'order-1', { state: 'pending' });
  const tried = await until(async () => {
    const { body } = await running.call('GET', `/events/${seq}`);
    // Its next attempt may be under way already.
    return body.event.attempts > 0 && body.event.state === 'pending' ? body : undefined;
  });
  expect(tried.event).toMatchObject({ code: 'Unavailable', dueAt: expect.any(Number) });
  expect(JSON.parse(tried.event.wire)).toMatchObject({ eventId: 'order-1', customData: { value: 10 } });
  running.sandbox.setFaults([]);
  const arrived = await until(async () => {
    const { body } = await running.call('GET', `/events/${seq}`);
    return body.event.state === 'accepted' ? body : undefined;
  });
  expect(arrived.event).toMatchObject({ endedAt: expect.any(Number), destination: 'uet-capi:11' });
  expect(arrived.event).not.toHaveProperty('dueAt');
});

test('a token for one site finds nothing of another, however it asks', async () => {
  const running = await runCollector();
  const own = await storeEvent(running, 'order-1');
  const other = await storeEvent(running, 'order-2', { site: 'blog' });
  const ask = (path: string, query: Record<string, string> = {}) =>
    running.call('GET', path, { query, token: SHOP_TOKEN });
  expect((await ask('/events')).body.events).toMatchObject([{ seq: own }]);
  expect((await ask('/events', { site: 'blog' })).body.events).toEqual([]);
  expect((await ask('/events', { id: 'order-2' })).body.events).toEqual([]);
  expect((await ask(`/events/${own}`)).status).toBe(200);
  const hidden = await ask(`/events/${other}`);
  expect(hidden).toEqual(await ask('/events/999999'));
  expect(hidden.status).toBe(404);
  expect((await ask('/session')).body.sites).toEqual(['shop']);
});

test('an event that has ended is sent again; one that waits or is gone is not', async () => {
  const running = await runCollector();
  const seq = await storeEvent(running, 'order-1');
  const sent = () => running.sandbox.capiEvents().length;
  expect(sent()).toBe(1);
  const replay = () => running.call('POST', `/events/${seq}/replay`);
  expect(await replay()).toEqual({ status: 200, body: { replayed: 1, tooOld: 0, erased: 0 } });
  await until(async () => (sent() === 2 ? true : undefined));
  await until(async () => {
    const { body } = await running.call('GET', `/events/${seq}`);
    return body.event.state === 'accepted' ? true : undefined;
  });

  expect(await running.call('DELETE', `/events/${seq}`)).toEqual({ status: 200, body: { erased: true } });
  expect(await running.call('DELETE', `/events/${seq}`)).toEqual({ status: 200, body: { erased: false } });
  expect((await running.call('GET', `/events/${seq}`)).body.event).not.toHaveProperty('wire');
  expect(await replay()).toMatchObject({ status: 422, body: { error: { code: 'erased' } } });

  running.sandbox.setFaults([{ status: 503 }]);
  const waiting = await storeEvent(running, 'order-2', { state: 'pending' });
  const refused = await running.call('POST', `/events/${waiting}/replay`);
  expect(refused).toMatchObject({ status: 409, body: { error: { code: 'not_ended' } } });
  expect((await running.call('POST', '/events/999999/replay')).status).toBe(404);
  expect((await running.call('DELETE', '/events/999999')).status).toBe(404);
});

test('many are sent again at once, and counted before', async () => {
  const running = await runCollector();
  for (const id of ['order-1', 'order-2']) await storeEvent(running, id);
  await storeEvent(running, 'order-3', { site: 'blog' });
  const body = { states: ['accepted'], destination: 'uet-capi:11' };
  const replay = (dryRun: boolean) => running.call('POST', '/events/replay', { body: { ...body, dryRun } });
  expect((await replay(true)).body).toMatchObject({ replayed: 2 });
  expect(running.sandbox.capiEvents()).toHaveLength(3);
  expect((await replay(false)).body).toMatchObject({ replayed: 2 });
  await until(async () => (running.sandbox.capiEvents().length === 5 ? true : undefined));
});
