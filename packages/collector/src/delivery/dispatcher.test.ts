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
    memory.add(1);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(destination.requests).toHaveLength(1);
    expect(memory.states()).toEqual({ pending: 2 });
  });

  test('sends what is due, batch after batch, without a wait', async () => {
    const { clock, memory, dispatch, sizes, times } = setUp();
    const dispatcher = dispatch();
    await clock.advance(100);
    memory.add(2_500);
    dispatcher.wake('d');
    await dispatcher.stop({ graceMs: 10_000 });
    expect(sizes()).toEqual([1_000, 1_000, 500]);
    expect(times()).toEqual([100, 100, 100]);
    expect(memory.states()).toEqual({ accepted: 2_500 });
  });

  test('finishes the request under way, then what came in meanwhile', async () => {
    const { clock, memory, destination, dispatch, sizes } = setUp();
    let release = () => {};
    destination.answer = async (wires) => {
      if (destination.requests.length === 1) await new Promise<void>((resolve) => (release = resolve));
      return takes(wires);
    };
    memory.add(10);
    const dispatcher = dispatch();
    await clock.advance(100);
    memory.add(5);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(4_000);
    release();
    await stopped;
    expect(sizes()).toEqual([10, 5]);
    expect(memory.states()).toEqual({ accepted: 15 });
  });

  test('still finds the bad ones among the good', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    memory.add(4);
    const dispatcher = dispatch();
    let stopped = Promise.resolve();
    destination.answer = (wires) => {
      if (destination.requests.length === 1) stopped = dispatcher.stop({ graceMs: 5_000 });
      return wires.includes('2')
        ? { kind: 'refused', rejected: [], code: 'Bad', message: 'No.' }
        : takes(wires);
    };
    await clock.advance(0);
    await stopped;
    expect(memory.states()).toEqual({ accepted: 3, rejected: 1 });
  });

  test('leaves what is due later', async () => {
    const { clock, memory, dispatch } = setUp();
    memory.add(1, { dueAt: 101 });
    memory.add(1, { dueAt: 100 });
    const dispatcher = dispatch();
    await clock.advance(99);
    clock.skip(1);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(memory.rows.map(({ state }) => state)).toEqual(['pending', 'accepted']);
  });

  test('ends for a destination at its first failure', async () => {
    const { clock, memory, destinations, dispatch } = setUp({ ids: ['a', 'b'] });
    const [a, b] = destinations as [Scripted, Scripted];
    a.answer = () => unavailable;
    const dispatcher = dispatch();
    await clock.advance(100);
    memory.add(1_500, { destination: 'a' });
    memory.add(1_500, { destination: 'b' });
    await dispatcher.stop({ graceMs: 10_000 });
    expect(a.requests).toHaveLength(1);
    expect(b.requests).toHaveLength(2);
    expect(memory.states()).toEqual({ pending: 1_500, accepted: 1_500 });
  });

  test('pauses a destination that refuses the token, and ends for it', async () => {
    const { clock, memory, log, destination, dispatch } = setUp();
    destination.answer = () => unauthorized;
    const dispatcher = dispatch();
    await clock.advance(100);
    memory.add(1_500);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(log).toEqual(['d settled 1000 retry', 'd paused: HTTP 401']);
    expect(memory.states()).toEqual({ pending: 1_500 });
  });

  test('probes no paused destination', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    memory.add(1);
    const dispatcher = dispatch();
    await memory.store.pause('d', 'HTTP 401', 900, 0);
    await clock.advance(899);
    // The probe is due when the stop comes.
    clock.skip(1);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(destination.probes).toEqual([]);
  });

  test('waits for no probe', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    let isGivenUp = false;
    destination.probe = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          isGivenUp = true;
          resolve({ kind: 'unknown', message: 'AbortError' });
        });
      });
    await memory.store.pause('d', 'HTTP 401', 0, 0);
    const dispatcher = dispatch();
    await clock.advance(100);
    expect(isGivenUp).toBe(false);
    await dispatcher.stop({ graceMs: 10_000 });
    expect(isGivenUp).toBe(true);
  });

  test('does not wait for a store that fails', async () => {
    const { clock, memory, log, dispatch } = setUp();
    memory.add(1);
    const dispatcher = dispatch();
    await clock.advance(100);
    memory.add(1);
    memory.failures.claim = 1;
    await dispatcher.stop({ graceMs: 10_000 });
    expect(log).toEqual(['d settled 1 accepted', 'd error: claim: database is locked']);
    expect(memory.states()).toEqual({ accepted: 1, pending: 1 });
  });

  test('after the grace the request is given up, its events go back, and nothing more is sent', async () => {
    const { clock, memory, destination, dispatch } = setUp();
    destination.answer = (_, signal) => hangs(signal);
    memory.add(1_500);
    const dispatcher = dispatch();
    await clock.advance(100);
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(4_999);
    expect(memory.states()).toEqual({ leased: 1_000, pending: 500 });
    await clock.advance(1);
    await stopped;
    expect(memory.states()).toEqual({ pending: 1_500 });
    expect(destination.requests).toHaveLength(1);
  });

  test('after the grace nothing more is claimed, however much is due', async () => {
    const { clock, memory, destination, dispatch, sizes } = setUp();
    destination.answer = async (wires) => {
      await clock.sleep(2_000, new AbortController().signal);
      return takes(wires);
    };
    memory.add(5_000);
    const dispatcher = dispatch({ maxInFlight: 1 });
    const stopped = dispatcher.stop({ graceMs: 5_000 });
    await clock.advance(6_000);
    await stopped;
    // The third request was answered nevertheless.
    expect(sizes()).toEqual([1_000, 1_000, 1_000]);
    expect(memory.states()).toEqual({ accepted: 3_000, pending: 2_000 });
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
    const events: DeliveryEvents = {
      onRequest() {},
      onSettled() {},
      onPaused() {},
      onResumed() {},
      onError() {},
      onCircuit() {},
    };
    const dispatcher = createDispatcher({
      store: memory.store,
      settings: SETTINGS,
      events,
      clock,
    });
    dispatcher.add(destination);
    await dispatcher.stop({ graceMs: 0 });
    expect(memory.claims).toEqual([]);
  });
});
