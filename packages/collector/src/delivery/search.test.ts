import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSearch } from './search.ts';

/** Plays Microsoft, who names nobody. */
function find(size: number, bad: ReadonlySet<number>, first = size) {
  const search = createSearch(
    Array.from({ length: size }, (_, number) => number),
    first,
  );
  const blamed: number[] = [];
  const taken: number[] = [];
  const requests: number[][] = [];
  for (let sent = search.next(); sent.length > 0; sent = search.next()) {
    requests.push(sent);
    if (requests.length > 4 * size + 20) throw new Error('no end');
    if (!sent.some((number) => bad.has(number))) {
      taken.push(...sent);
      search.taken();
      continue;
    }
    const alone = search.refused();
    if (alone !== undefined) blamed.push(alone);
  }
  return { blamed, taken, requests };
}

const upTo = (size: number) => Array.from({ length: size }, (_, number) => number);
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

describe('requests that it costs', () => {
  test('nothing wrong: one', () => {
    expect(find(1_000, new Set()).requests).toHaveLength(1);
  });

  test('one bad event in 1,000, wherever it stands: 14 at most', () => {
    const costs = upTo(1_000).map((bad) => find(1_000, new Set([bad])).requests.length);
    expect(Math.max(...costs)).toBe(14);
  });

  test('all of 1,000 bad: hardly more than one each', () => {
    expect(find(1_000, new Set(upTo(1_000))).requests.length).toBeLessThan(1_100);
  });

  test('k bad ones in n cost about the logarithm of the number of such sets', () => {
    const sets = fc.integer({ min: 2, max: 1_000 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        bad: fc.uniqueArray(fc.nat(size - 1), { maxLength: size, minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(sets, ({ size, bad }) => {
        const k = bad.length;
        // Each is found in a group that is near to what one bad event has to itself.
        const bound = 20 + k * (4 + 2 * Math.log2(size / k));
        expect(find(size, new Set(bad)).requests.length).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 200 },
    );
  });
});

test('exactly the bad ones are blamed, each good one is taken once, whatever the first request holds', () => {
  const sets = fc.integer({ min: 1, max: 200 }).chain((size) =>
    fc.record({
      size: fc.constant(size),
      first: fc.integer({ min: 1, max: size }),
      bad: fc.uniqueArray(fc.nat(size - 1), { maxLength: size }),
    }),
  );
  fc.assert(
    fc.property(sets, ({ size, first, bad }) => {
      const { blamed, taken } = find(size, new Set(bad), first);
      expect(sorted(blamed)).toEqual(sorted(bad));
      expect(sorted(taken)).toEqual(upTo(size).filter((number) => !bad.includes(number)));
    }),
    { numRuns: 300 },
  );
});

test('when the other half was taken, the half that must hold the bad one is not sent as a whole', () => {
  expect(find(8, new Set([7])).requests).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [4, 5], [6], [7]]);
});

test('what nothing is known of any more goes together', () => {
  const { requests } = find(8, new Set([0]));
  expect(requests.slice(0, 4)).toEqual([[0, 1, 2, 3, 4, 5, 6, 7], [0, 1, 2, 3], [0, 1], [0]]);
  expect(requests.slice(4)).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7],
  ]);
});

test('who leaves while suspected takes the suspicion along', () => {
  const search = createSearch([0, 1, 2, 3], 4);
  search.refused();
  expect(search.next()).toEqual([0, 1]);
  expect(search.drop((number) => number === 3)).toEqual([3]);
  expect(search.left()).toEqual([0, 1, 2]);
  expect(search.next()).toEqual([0, 1]);
  search.taken();
  // Not split: it may have been 3.
  expect(search.next()).toEqual([2]);
});

test('what is too large together is no suspect', () => {
  const search = createSearch([0, 1, 2, 3], 4);
  expect(search.tooLarge()).toBeUndefined();
  search.taken();
  expect(search.next()).toEqual([2, 3]);
  expect(search.tooLarge()).toBeUndefined();
  expect(search.tooLarge()).toBe(2);
  expect(search.next()).toEqual([3]);
});
