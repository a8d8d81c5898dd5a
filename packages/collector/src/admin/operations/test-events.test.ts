import { createSandbox } from '@uet-capi/sandbox';
import { expect, onTestFinished, test } from 'vitest';
import { runCollector, until } from '../testing/running-collector.ts';

test('a test event goes to the sandbox of the site and never to Microsoft', async () => {
  const tests = await createSandbox();
  onTestFinished(() => tests.close());
  const running = await runCollector({ testEndpoint: tests.url });
  const body = {
    site: 'shop',
    name: 'purchase',
    value: 12.5,
    currency: 'EUR',
    pageUrl: 'https://shop.example/',
  };
  const sent = await running.call('POST', '/test-events', { body });
  expect(sent).toMatchObject({
    status: 201,
    body: { event: { site: 'shop', name: 'purchase', value: 12.5, destination: 'uet-capi-test:11' } },
  });
  const { seq, eventId } = sent.body.event;
  expect(eventId).toMatch(/^test-/);
  await until(async () => {
    const { body: detail } = await running.call('GET', `/events/${seq}`);
    return detail.event.state === 'accepted' || undefined;
  });
  expect(tests.capiEvents()).toHaveLength(1);
  expect(running.sandbox.requests()).toEqual([]);
});

test('without a sandbox it is stored and goes nowhere', async () => {
  const running = await runCollector();
  const { status, body } = await running.call('POST', '/test-events', { body: { site: 'blog' } });
  expect(status).toBe(201);
  expect(body.event).toMatchObject({ state: 'skipped', code: expect.stringContaining('test event') });
  expect(running.sandbox.requests()).toEqual([]);
});

test('what would be refused is refused with its reason; there is no unknown site', async () => {
  const { call } = await runCollector();
  const post = (body: object) => call('POST', '/test-events', { body });
  const refused = await post({ site: 'shop', name: 'jane@contoso.com' });
  expect(refused).toMatchObject({
    status: 422,
    body: { error: { code: 'refused_event', message: expect.stringContaining('eventName') } },
  });
  expect(JSON.stringify(refused)).not.toContain('contoso');
  expect((await post({ site: 'none' })).status).toBe(404);
});
