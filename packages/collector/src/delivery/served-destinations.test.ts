import { expect, test } from 'vitest';
import type { DestinationPlan } from '../destinations/of-config.ts';
import { createServedDestinations } from './served-destinations.ts';
import { type Scripted, scripted, takes } from './testing/scripted-destination.ts';
import { setUp } from './testing/set-up.ts';

function serving() {
  const { clock, memory, dispatch } = setUp({ ids: [] });
  const dispatcher = dispatch();
  const served = createServedDestinations(dispatcher);
  const made: (Scripted & { isClosed: boolean })[] = [];
  const plan = (id: string, from: unknown = {}): DestinationPlan => ({
    id,
    from,
    create() {
      const destination = Object.assign(scripted(clock, id), { isClosed: false });
      destination.close = async () => {
        destination.isClosed = true;
      };
      made.push(destination);
      return destination;
    },
  });
  const ids = () => made.map(({ id, isClosed }) => `${id}${isClosed ? ' closed' : ''}`);
  return { clock, memory, dispatcher, served, plan, made, ids };
}

test('what is planned as before goes on; what is new, changed or gone is made, made anew, closed', async () => {
  const { clock, served, plan, ids } = serving();
  served.serve([plan('a'), plan('b', { token: '1' }), plan('c')]);
  served.serve([plan('a'), plan('b', { token: '2' }), plan('d')]);
  await clock.advance(0);
  expect(ids()).toEqual(['a', 'b closed', 'c closed', 'b', 'd']);
});

test('one that is added is delivered to at once, beside one of the same name that still ends', async () => {
  const { clock, memory, served, plan, made, ids } = serving();
  served.serve([plan('a', { token: '1' })]);
  let release = () => {};
  made[0]!.answer = async (wires) => {
    await new Promise<void>((resolve) => (release = resolve));
    return takes(wires);
  };
  memory.add(2, { destination: 'a' });
  await clock.advance(0);
  served.serve([plan('a', { token: '2' })]);
  memory.add(3, { destination: 'a' });
  await clock.advance(1_000);
  expect(memory.states()).toEqual({ leased: 2, accepted: 3 });
  expect(ids()).toEqual(['a', 'a']);

  release();
  await clock.advance(0);
  expect(memory.states()).toEqual({ accepted: 5 });
  expect(ids()).toEqual(['a closed', 'a']);
});

test('one that is removed ends what is under way and claims nothing more, though much is due', async () => {
  const { clock, memory, served, plan, made, ids } = serving();
  served.serve([plan('a')]);
  let release = () => {};
  made[0]!.answer = async (wires) => {
    await new Promise<void>((resolve) => (release = resolve));
    return takes(wires);
  };
  memory.add(1_500, { destination: 'a' });
  await clock.advance(0);
  served.serve([]);
  release();
  await clock.advance(60_000);
  expect(made[0]!.requests).toHaveLength(1);
  expect(memory.states()).toEqual({ accepted: 1_000, pending: 500 });
  expect(ids()).toEqual(['a closed']);
});

test('a stop waits for what was removed and is still under way', async () => {
  const { clock, memory, dispatcher, served, plan, made, ids } = serving();
  served.serve([plan('a')]);
  made[0]!.answer = (_, signal) =>
    new Promise((resolve) => {
      const given = { kind: 'unavailable', message: 'AbortError', retryAfterMs: undefined } as const;
      signal.addEventListener('abort', () => resolve(given));
    });
  memory.add(1, { destination: 'a' });
  await clock.advance(0);
  served.serve([]);
  let isStopped = false;
  const stopped = dispatcher.stop({ graceMs: 500 }).then(() => {
    isStopped = true;
  });
  await clock.advance(499);
  expect(isStopped).toBe(false);
  await clock.advance(1);
  await stopped;
  await served.close();
  expect(memory.states()).toEqual({ pending: 1 });
  expect(ids()).toEqual(['a closed']);
});
