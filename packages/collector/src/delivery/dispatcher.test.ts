import { describe, expect, test } from 'vitest';
import type { DeliveryEvents } from './delivery-loop.ts';
import { createDispatcher } from './dispatcher.ts';
import { hangs, type Scripted, takes, unauthorized, unavailable } from './testing/scripted-destination.ts';
import { SETTINGS, setUp } from './testing/set-up.ts';

test('wake-ups for a queue that nobody here serves are nothing', () => {
  setUp().dispatch().wake('unknown');
});

test('no destination waits for another', async () => {
  const { clock, memory, destinations, dispatch } = setUp({ ids: ['a', 'b'] });
  const [a, b] = destinations as [Scripted, Scripted];
  a.answer = (_, signal) => hangs(signal);
  memory.add(1, { destination: 'a' });
  memory.add(1_500, { destination: 'b' });
  dispatch();
  await clock.advance(0);
  expect(a.requests).toHaveLength(1);
  expect(b.requests).toHaveLength(2);
  expect(memory.states()).toEqual({ leased: 1, accepted: 1_500 });
});

test('a paused one stops no other', async () => {
  const { clock, memory, destinations, dispatch } = setUp({ ids: ['a', 'b'] });
  destinations[0]!.answer = () => unauthorized;
  memory.add(1, { destination: 'a' });
  memory.add(1, { destination: 'b' });
  dispatch();
  await clock.advance(0);
  expect(memory.states()).toEqual({ pending: 1, accepted: 1 });
});

describe('stop', () => {
  test('an idle one stops at once', async () => {
    const { clock, memory, dispatch } = setUp();
    const dispatcher = dispatch();
    await clock.advance(100);
    await dispatcher.stop({ graceMs: 10_000 });
    memory.add(1);
    dispatcher.wake('d');
    await clock.advance(10_000);
    expect(memory.states()).toEqual({ pending: 1 });
  });

  test('one that rests stops at once, too', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = () => ({ ...unavailable, retryAfterMs: 3_600_000 });
    memory.add(1);
    const dispatcher = dispatch();
    await clock.advance(100);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(memory.states()).toEqual({ pending: 1 });
  });

  test('waits for the request under way and writes its outcome down', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    let release = () => {};
    destination.answer = async (wires) => {
      await new Promise<void>((resolve) => (release = resolve));
      return takes(wires);
    };
    memory.add(1_500);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(4_000);
    release();
    await stopped;
    expect(memory.states()).toEqual({ accepted: 1_000, pending: 500 });
    expect(destination.requests).toHaveLength(1);
  });

  test('gives back what was not sent, due at once', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    memory.add(4);
    const dispatcher = dispatch();
    let stopped = Promise.resolve();
    destination.answer = () => {
      stopped = dispatcher.stop({ graceMs: 5_000 });
      return { kind: 'refused', rejected: [], code: 'Bad', message: 'No.' };
    };
    await clock.advance(0);
    await stopped;
    expect(memory.states()).toEqual({ pending: 4 });
    expect(memory.rows[3]).toMatchObject({ attempts: 0, dueAt: 0 });
  });

  test('after the grace the request is given up and its events go back', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = (_, signal) => hangs(signal);
    memory.add(2);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(4_999);
    expect(memory.states()).toEqual({ leased: 2 });
    await clock.advance(1);
    await stopped;
    expect(memory.states()).toEqual({ pending: 2 });
  });

  test('a store that does not come back cannot hold it longer than the grace', async () => {
    const { clock, memory, dispatch } = setUp();
    memory.failures.settle = 1_000;
    memory.add(1);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(5_000);
    await stopped;
    expect(memory.states()).toEqual({ leased: 1 });
  });

  test('one that was never started stops', async () => {
    const { clock, memory, destination } = setUp();
    const events: DeliveryEvents = { onSettled() {}, onPaused() {}, onResumed() {}, onError() {} };
    const dispatcher = createDispatcher({
      store: memory.store,
      destinations: [destination],
      settings: SETTINGS,
      events,
      clock,
    });
    await dispatcher.stop({ graceMs: 0 });
    expect(memory.claims).toEqual([]);
  });
});
