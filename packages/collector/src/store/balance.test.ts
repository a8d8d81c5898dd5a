import { expect, test } from 'vitest';
import { balance } from './balance.ts';

const at = { site: 'shop', destination: 'd' };

test('received and states are one account a site and destination', () => {
  const received = [
    { ...at, count: 6 },
    { ...at, destination: '', count: 1 },
  ];
  const states = [
    { ...at, state: 'accepted' as const, count: 4 },
    { ...at, state: 'pending' as const, count: 1, oldestAt: 8 },
    { ...at, state: 'held' as const, count: 1, oldestAt: 7 },
    { ...at, destination: '', state: 'skipped' as const, count: 1 },
  ];
  expect(balance({ received, states })).toEqual([
    { ...at, received: 6, states: { accepted: 4, pending: 1, held: 1 }, oldestAt: 7, missing: 0 },
    { ...at, destination: '', received: 1, states: { skipped: 1 }, missing: 0 },
  ]);
});

test('what is in no state is missing, and what was never received is too much', () => {
  const other = { site: 'blog', destination: 'd' };
  const received = [{ ...at, count: 5 }];
  const states = [
    { ...at, state: 'accepted' as const, count: 3 },
    { ...other, state: 'dead' as const, count: 1 },
  ];
  expect(balance({ received, states }).map(({ site, missing }) => [site, missing])).toEqual([
    ['shop', 2],
    ['blog', -1],
  ]);
});
