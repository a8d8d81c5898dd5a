import { expect, test } from 'vitest';
import { READ_TOKEN, runCollector, storeEvent, VISITOR } from '../testing/running-collector.ts';

const EMAIL = 'jane@contoso.com';

test('a person is exported and erased, under every key and by the admin token alone', async () => {
  const running = await runCollector();
  const seq = await storeEvent(running, 'order-1');
  await running.collector.track(
    {
      eventName: 'lead',
      eventId: 'lead-1',
      adStorageConsent: 'G',
      userData: { email: EMAIL, externalId: '7' },
    },
    { site: 'shop' },
  );
  const ask = (path: string, body: object, token?: string) =>
    running.call('POST', `/people/${path}`, { body, ...(token && { token }) });
  const found = async (person: object) => {
    const { records } = (await ask('export', person)).body;
    return records.flatMap((one: { kind: string; eventId?: string }) => one.eventId ?? one.kind).sort();
  };
  expect(await found({ visitor: VISITOR })).toEqual(['memory', 'order-1']);
  expect(await found({ email: ' Jane@Contoso.com ' })).toEqual(['lead-1', 'memory']);
  expect(await found({ customer: '7' })).toEqual(['lead-1', 'memory']);
  expect(await found({ customer: '7', site: 'blog' })).toEqual([]);
  for (const path of ['export', 'erase']) {
    expect((await ask(path, { email: EMAIL }, READ_TOKEN)).status).toBe(403);
  }

  expect((await ask('erase', { visitor: VISITOR })).body).toEqual({ events: 1, waiting: 0, memories: 1 });
  expect(await found({ visitor: VISITOR })).toEqual([]);
  expect((await running.call('GET', `/events/${seq}`)).body.event).not.toHaveProperty('wire');
  expect(await found({ email: EMAIL })).toEqual(['lead-1', 'memory']);
});

test('nobody is found by what cannot be read, and it is not repeated', async () => {
  const { call } = await runCollector();
  for (const body of [{}, { site: 'shop' }, { email: 'jane at contoso' }, { phone: '555-1234' }]) {
    const answer = await call('POST', '/people/erase', { body });
    expect(answer).toMatchObject({ status: 422, body: { error: { code: 'nobody' } } });
    expect(JSON.stringify(answer)).not.toMatch(/contoso|555/);
  }
});

test('a misspelt site is told from one of which nothing is stored', async () => {
  const { call } = await runCollector();
  for (const path of ['/people/export', '/people/erase']) {
    const wrong = await call('POST', path, { body: { visitor: VISITOR, site: 'shpo' } });
    expect(wrong).toMatchObject({
      status: 422,
      body: { error: { code: 'no_such_site', path: 'body.site' } },
    });
    expect((await call('POST', path, { body: { visitor: VISITOR, site: 'shop' } })).status).toBe(200);
  }
});
