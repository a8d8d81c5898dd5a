import { expect, test } from 'vitest';
import type { Outcome } from '../store/port.ts';
import { events } from './testing/deliver.ts';
import { createUnwritten } from './unwritten.ts';

const accepted = (seq: number): Outcome => ({ seq, state: 'accepted', warnings: [] });
const reason = { code: '', message: '' };
const retry: Outcome = { seq: 2, state: 'retry', dueAt: 0, countsAttempt: true, ...reason };
const rejected: Outcome = { seq: 3, state: 'rejected', ...reason };
const seqs = (some: readonly { seq: number }[]) => some.map(({ seq }) => seq);

test('that an event was accepted is told once; what was written, or was not accepted, is not kept', () => {
  const unwritten = createUnwritten();
  unwritten.keep([accepted(0), accepted(1), retry, rejected], [accepted(0)]);
  const { known, toSend } = unwritten.take(events(4));
  expect([known, seqs(toSend)]).toEqual([[accepted(1)], [0, 2, 3]]);
  expect(unwritten.take(events(4)).known).toEqual([]);
});

test('what waits again, since nothing else could be written, is not sent again either', () => {
  const unwritten = createUnwritten();
  unwritten.keep([accepted(1), accepted(2)], [{ seq: 1, state: 'dead', ...reason }, retry]);
  expect(unwritten.take(events(4)).known).toEqual([accepted(2)]);
});

test('beyond its bound the oldest are forgotten', () => {
  const unwritten = createUnwritten(2);
  unwritten.keep([accepted(0), accepted(1), accepted(3)], []);
  expect(seqs(unwritten.take(events(4)).known)).toEqual([1, 3]);
});
