import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deliver, events, numbersIn, refuses } from './testing/deliver.ts';
import { takes } from './testing/scripted-destination.ts';

/**
 * Microsoft's own behaviour: nothing is processed while one event is bad, at most ten details, in
 * order of the events, and warnings take up room among them.
 */
test('exactly the bad ones are rejected, each good one is accepted exactly once', async () => {
  const batch = fc.integer({ min: 1, max: 1_000 }).chain((size) => {
    const numbers = fc.uniqueArray(fc.nat(size - 1), { maxLength: 60 });
    return fc.record({ size: fc.constant(size), bad: numbers, warned: numbers });
  });
  await fc.assert(
    fc.asyncProperty(batch, async ({ size, bad, warned }) => {
      const processed: number[] = [];
      const run = await deliver(events(size), (numbers) => {
        if (!numbers.some((number) => bad.includes(number))) {
          processed.push(...numbers);
          return takes(numbers);
        }
        const details = numbers.flatMap((number, position) => [
          ...(warned.includes(number) ? ['warning' as const] : []),
          ...(bad.includes(number) ? [{ position, code: 'Wrong', message: 'No.' }] : []),
        ]);
        return refuses(details.slice(0, 10).filter((detail) => detail !== 'warning'));
      });

      const all = Array.from({ length: size }, (_, number) => number);
      const good = all.filter((number) => !bad.includes(number));
      expect(run.end.kind).toBe('done');
      expect(numbersIn('rejected', run)).toEqual(bad.toSorted((a, b) => a - b));
      expect(numbersIn('accepted', run)).toEqual(good);
      expect(processed.toSorted((a, b) => a - b)).toEqual(good);
      // Each refusal either removes a bad event or halves a request that holds one, which can be
      // done log2(size) times per bad event; each half that is good costs one request more.
      const depth = Math.ceil(Math.log2(size)) + 1;
      expect(run.requests.length).toBeLessThanOrEqual(1 + bad.length * (2 * depth + 1));
    }),
    { numRuns: 150 },
  );
});
