import { expect, test } from 'vitest';
import type { Outcome } from '../store/port.ts';
import { events } from './testing/deliver.ts';
import { createUnwritten } from './unwritten.ts';

const accepted = (seq: number): Outcome => ({ seq, state: 'accepted', warnings: [] });
const retry: Outcome = { seq: 2, state: 'retry', dueAt: 0, countsAttempt: true, code: '', message: '' };
const seqs = (some: readonly { seq: number }[]) => some.map(({ seq }) => seq);

test('what became of an event is told once; what was written, or is to be tried again, is not kept', () => {
  const unwritten = createUnwritten();
  unwritten.keep([accepted(0), accepted(1), retry], [accepted(0)]);
  const { known, toSend } = unwritten.take(events(4));
  expect([known, seqs(toSend)]).toEqual([[accepted(1)], [0, 2, 3]]);
  expect(unwritten.take(events(4)).known).toEqual([]);
});

test('beyond its bound the oldest are forgotten', () => {
  const unwritten = createUnwritten(2);
  unwritten.keep([accepted(0), accepted(1), accepted(3)], []);
  expect(seqs(unwritten.take(events(4)).known)).toEqual([1, 3]);
});
