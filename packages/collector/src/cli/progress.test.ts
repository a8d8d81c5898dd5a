import { expect, onTestFinished, test, vi } from 'vitest';
import { createProgress } from './progress.ts';

test('tells now and then how far a long work is, and nothing of a short one', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  onTestFinished(() => written.mockRestore());
  let now = 0;
  const progress = createProgress(
    (done) => `${done} events`,
    () => now,
  );
  for (now = 0; now <= 7_000; now += 500) progress(now / 500);
  expect(written.mock.calls.map(([line]) => line)).toEqual(['6 events\n', '12 events\n']);
});
