import { expect, test } from 'vitest';
import type { EventView } from '../store/port.ts';
import { outcomeOf } from './outcome.ts';

type Ended = Pick<EventView, 'state' | 'code'>;
const event = (state: Ended['state'], code?: string): Ended => ({ state, code });

test.each<[Ended[], string]>([
  [[], 'never seen'],
  [[event('accepted')], 'accepted'],
  [[event('held')], 'waiting'],
  [[event('pending')], 'waiting'],
  [[event('leased')], 'waiting'],
  [[event('rejected', 'BadRequest')], 'rejected'],
  [[event('dead', 'x')], 'rejected'],
  [[event('expired', 'x')], 'expired'],
  [[event('skipped', 'consent withdrawn')], 'no consent'],
  [[event('skipped', 'consent denied')], 'no consent'],
  [[event('skipped', 'bot: crawler')], 'filtered'],
  [[event('skipped', 'shadow mode: nothing is delivered')], 'filtered'],
  [[event('skipped', 'filtered: consent denied')], 'filtered'],
  // Copies: the best that became of the order.
  [[event('skipped', 'bot: crawler'), event('accepted')], 'accepted'],
  [[event('rejected'), event('pending')], 'waiting'],
  [[event('skipped', 'consent withdrawn'), event('expired')], 'expired'],
])('%j is %s', (events, outcome) => {
  expect(outcomeOf(events)).toBe(outcome);
});
