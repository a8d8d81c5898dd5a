import { expect, test } from 'vitest';
import { checkClock } from './clock.ts';

/** In the middle of a second. */
const NOW = 1_790_000_000_500;

/** What is said where the server's clock is `off` ms before ours, over a way that takes 400 ms both ways. */
const said = (off: number, date = new Date(NOW - off).toUTCString()) => {
  const { status, what } = checkClock({
    kind: 'answered',
    status: 404,
    headers: { date },
    body: '',
    sentAt: NOW - 200,
    receivedAt: NOW + 200,
    certificateEndsAt: undefined,
  });
  return [status, what];
};

test.each([
  [0, 'ok', /agrees/],
  [9_000, 'ok', /agrees/],
  [-9_000, 'ok', /agrees/],
  [30_000, 'warning', /29 s fast/],
  [-30_000, 'warning', /29 s slow/],
  [90_000, 'problem', /89 s fast/],
  [-7 * 60_000, 'problem', /7 min slow/],
  [-26 * 3_600_000, 'problem', /26 h slow/],
])('a clock that is %i ms ahead: %s', (off, status, what) => {
  expect(said(off)).toEqual([status, expect.stringMatching(what)]);
});

test('a slow way is no wrong clock, and without a date there is nothing to say', () => {
  const slow = { kind: 'answered', status: 200, body: '', certificateEndsAt: undefined } as const;
  const headers = { date: new Date(NOW).toUTCString() };
  expect(checkClock({ ...slow, headers, sentAt: NOW - 15_000, receivedAt: NOW + 15_000 }).status).toBe('ok');
  expect(said(0, 'yesterday')[0]).toBe('skipped');
});
