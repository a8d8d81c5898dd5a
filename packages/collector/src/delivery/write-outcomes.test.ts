import { expect, test } from 'vitest';
import type { Outcome } from '../store/port.ts';
import { StoreUnavailable } from '../store/unavailable.ts';
import { NOW, stillClock } from './testing/deliver.ts';
import { writeOutcomes } from './write-outcomes.ts';

const accepted = (seq: number): Outcome => ({ seq, state: 'accepted', warnings: [] });
const all = Array.from({ length: 1_000 }, (_, seq) => accepted(seq));

/** A store that refuses the outcomes for which `refuses` is true. */
function setUp(refuses: (outcome: Outcome) => boolean, giveUp = new AbortController().signal) {
  const errors: string[] = [];
  let settlements = 0;
  const write = (outcomes: readonly Outcome[]) =>
    writeOutcomes(
      outcomes,
      async (some) => {
        settlements += 1;
        if (some.some(refuses)) throw new Error('refused');
      },
      {
        clock: stillClock,
        random: () => 0.5,
        giveUp,
        onError: (error) => errors.push((error as Error).message),
      },
    );
  return { write, errors, settlements: () => settlements };
}

test('all that can be written is written at once', async () => {
  const { write, settlements } = setUp(() => false);
  expect(await write(all)).toEqual(all);
  expect(settlements()).toBe(1);
});

test('one that is refused keeps none of a thousand, and ends as dead', async () => {
  const { write, errors, settlements } = setUp(({ seq, state }) => seq === 617 && state === 'accepted');
  const written = await write(all);
  expect(written.filter(({ state }) => state === 'accepted')).toHaveLength(999);
  expect(written[617]).toMatchObject({ seq: 617, state: 'dead', code: 'Unwritable' });
  // Two halves each time, and the dead one.
  expect(settlements()).toBeLessThanOrEqual(22);
  expect(new Set(errors)).toEqual(new Set(['refused']));
});

test('where no end can be written, it waits until the next day', async () => {
  const { write } = setUp(({ state }) => state !== 'retry');
  expect(await write([accepted(1)])).toMatchObject([
    { seq: 1, state: 'retry', dueAt: NOW + 86_400_000, code: 'Unwritable' },
  ]);
});

test('what was to be tried again is, with a reason that can be written', async () => {
  const retry: Outcome = {
    seq: 1,
    state: 'retry',
    dueAt: NOW + 5,
    countsAttempt: false,
    code: '503',
    message: 'bad',
  };
  const first = setUp((outcome) => outcome.state === 'retry' && outcome.message === 'bad');
  expect(await first.write([retry])).toMatchObject([
    { state: 'retry', dueAt: NOW + 5, countsAttempt: false, code: 'Unwritable' },
  ]);
  const second = setUp(({ state }) => state === 'retry');
  expect(await second.write([retry])).toMatchObject([{ seq: 1, state: 'dead' }]);
});

test('where nothing can be written the lease is left to run out', async () => {
  const { write, settlements } = setUp(() => true);
  expect(await write([accepted(1)])).toEqual([]);
  expect(settlements()).toBe(3);
});

test('a store that fails meanwhile is given up with the rest', async () => {
  const stopped = new AbortController();
  stopped.abort();
  const settled: number[][] = [];
  const written = await writeOutcomes(
    [1, 2, 3, 4].map(accepted),
    async (some) => {
      settled.push(some.map(({ seq }) => seq));
      if (some.length === 4) throw new Error('refused');
      if (some[0]!.seq === 3) throw new StoreUnavailable('locked');
    },
    { clock: stillClock, random: () => 0.5, giveUp: stopped.signal, onError() {} },
  );
  expect(written).toEqual([1, 2].map(accepted));
  expect(settled).toEqual([
    [1, 2, 3, 4],
    [1, 2],
    [3, 4],
  ]);
});
