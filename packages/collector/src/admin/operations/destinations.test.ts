import { expect, test } from 'vitest';
import { runCollector, storeEvent, until } from '../testing/running-collector.ts';

test('what an operator has paused waits until they resume it, and the overview says so', async () => {
  const running = await runCollector();
  const turn = (to: string, destination = 'uet-capi:11') =>
    running.call('POST', `/destinations/${destination}/${to}`);
  expect(await turn('pause')).toEqual({ status: 200, body: { destination: 'uet-capi:11', paused: true } });
  const seq = await storeEvent(running, 'order-1', { state: 'pending' });
  await storeEvent(running, 'order-2', { site: 'blog' });
  const { body } = await running.call('GET', '/overview');
  const entry = body.destinations.find((one: { destination: string }) => one.destination === 'uet-capi:11');
  expect(entry.paused).toEqual({ reason: 'An operator has paused it.', since: expect.any(Number) });
  expect((await running.call('GET', `/events/${seq}`)).body.event.state).toBe('pending');

  expect((await turn('resume')).body).toMatchObject({ paused: false });
  await until(async () => {
    const { body: detail } = await running.call('GET', `/events/${seq}`);
    return detail.event.state === 'accepted' || undefined;
  });
  expect((await turn('pause', 'uet-capi:99')).status).toBe(404);
});
