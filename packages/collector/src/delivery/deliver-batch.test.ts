import { describe, expect, test } from 'vitest';
import type { Clock } from './clock.ts';
import { deliver, events, LATER, NOW, numbersIn, refuses, stillClock } from './testing/deliver.ts';
import { hangs, takes, unavailable } from './testing/scripted-destination.ts';

test('what was taken is accepted with its warnings', async () => {
  const warning = { path: 'userData.em', code: 'InvalidSha256', message: 'Bad.' };
  const run = await deliver(events(2), () => ({
    kind: 'processed',
    results: [
      { state: 'accepted', warnings: [warning] },
      { state: 'rejected', code: 'Wrong', message: 'No.' },
    ],
  }));
  expect(run.end).toEqual({ kind: 'done', answered: true });
  expect(run.settled).toEqual([
    [
      { seq: 0, state: 'accepted', warnings: [warning] },
      { seq: 1, state: 'rejected', code: 'Wrong', message: 'No.' },
    ],
  ]);
});

test('nothing to send is no request', async () => {
  const run = await deliver([], takes);
  expect(run).toMatchObject({ end: { kind: 'done' }, requests: [], settled: [] });
});

describe('refused', () => {
  test('what is named is rejected, the rest is sent again at once', async () => {
    const run = await deliver(events(4), (numbers, request) =>
      request === 0 ? refuses([{ position: 2, code: 'Wrong', message: 'No.' }]) : takes(numbers),
    );
    expect(run.requests).toEqual([
      [0, 1, 2, 3],
      [0, 1, 3],
    ]);
    expect(run.settled[0]).toEqual([{ seq: 2, state: 'rejected', code: 'Wrong', message: 'No.' }]);
    expect(numbersIn('accepted', run)).toEqual([0, 1, 3]);
  });

  test('positions outside the request name nobody', async () => {
    const run = await deliver(events(2), (numbers, request) =>
      request === 0 ? refuses([{ position: 2, code: 'Wrong', message: 'No.' }]) : takes(numbers),
    );
    expect(run.requests).toEqual([[0, 1], [0], [1]]);
    expect(numbersIn('accepted', run)).toEqual([0, 1]);
  });

  test('when nobody is named, halves find the one', async () => {
    const run = await deliver(events(5), (numbers) => (numbers.includes(3) ? refuses() : takes(numbers)));
    expect(run.requests).toEqual([[0, 1, 2, 3, 4], [0, 1, 2], [3], [4]]);
    expect(run.settled).toContainEqual([
      { seq: 3, state: 'rejected', code: 'ValidationError', message: 'See details.' },
    ]);
    expect(numbersIn('accepted', run)).toEqual([0, 1, 2, 4]);
  });

  test('all of them refused, one by one', async () => {
    const run = await deliver(events(7), () => refuses());
    expect(numbersIn('rejected', run)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(run.requests).toHaveLength(12);
  });
});

describe('too large', () => {
  test('halves go out until they fit', async () => {
    const run = await deliver(events(8), (numbers) =>
      numbers.length > 2 ? { kind: 'too-large', message: 'HTTP 413' } : takes(numbers),
    );
    expect(run.requests.map(({ length }) => length)).toEqual([8, 4, 2, 2, 2, 2]);
    expect(numbersIn('accepted', run)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('a single event that does not fit is dead', async () => {
    const run = await deliver(events(2), (numbers) =>
      numbers.includes(0) ? { kind: 'too-large', message: 'HTTP 413' } : takes(numbers),
    );
    expect(run.settled).toEqual([
      [{ seq: 0, state: 'dead', code: 'TooLarge', message: 'HTTP 413' }],
      [{ seq: 1, state: 'accepted', warnings: [] }],
    ]);
  });
});

describe('no event is to blame', () => {
  test('unauthorized: all goes back untouched', async () => {
    const run = await deliver(events(2), () => ({ kind: 'unauthorized', message: 'HTTP 401' }));
    const back = {
      state: 'retry',
      dueAt: NOW,
      countsAttempt: false,
      code: 'Unauthorized',
      message: 'HTTP 401',
    };
    expect(run.end).toEqual({
      kind: 'unauthorized',
      message: 'HTTP 401',
      rest: [
        { seq: 0, ...back },
        { seq: 1, ...back },
      ],
    });
    expect(run.requests).toHaveLength(1);
  });

  test('unavailable: all goes back, each by its own attempts, and the attempt counts', async () => {
    const claimed = [...events(2), { seq: 2, wire: '2', attempts: 3, expiresAt: LATER }];
    const run = await deliver(claimed, () => unavailable);
    const back = { state: 'retry', countsAttempt: true, code: 'Unavailable', message: 'HTTP 503' };
    expect(run.end).toEqual({
      kind: 'unavailable',
      retryAfterMs: undefined,
      rest: [
        { seq: 0, ...back, dueAt: NOW + 500 },
        { seq: 1, ...back, dueAt: NOW + 500 },
        { seq: 2, ...back, dueAt: NOW + 4_000 },
      ],
    });
  });

  test('Retry-After is obeyed by every event and told', async () => {
    const run = await deliver(events(2), () => ({ ...unavailable, retryAfterMs: 30_000 }));
    expect(run.end).toMatchObject({ retryAfterMs: 30_000 });
    expect(run.rest.map((outcome) => 'dueAt' in outcome && outcome.dueAt)).toEqual([
      NOW + 30_500,
      NOW + 30_500,
    ]);
  });

  test.each([
    ['unauthorized', { kind: 'unauthorized', message: 'x' } as const],
    ['unavailable', unavailable],
  ])('%s in the middle: what was decided stays, only the rest goes back', async (kind, answer) => {
    const run = await deliver(events(6), (numbers, request) =>
      request === 2 ? answer : numbers.includes(0) && numbers.includes(5) ? refuses() : takes(numbers),
    );
    expect(run.end.kind).toBe(kind);
    expect(numbersIn('accepted', run)).toEqual([0, 1, 2]);
    expect(numbersIn('retry', run)).toEqual([3, 4, 5]);
  });
});

test('a batch that is no longer admitted goes back without using up an attempt', async () => {
  let requests = 0;
  const run = await deliver(events(4), (numbers) => (numbers.length > 2 ? refuses() : takes(numbers)), {
    admit: async () => ++requests < 3,
  });
  expect(run.requests).toEqual([
    [0, 1, 2, 3],
    [0, 1],
  ]);
  expect(run.end).toMatchObject({ kind: 'postponed', late: false });
  expect(numbersIn('retry', run)).toEqual([2, 3]);
});

test('nor is it sent when that changes while expired events are written down', async () => {
  let isAdmitted = true;
  const claimed = [...events(2), { seq: 2, wire: '2', attempts: 0, expiresAt: NOW }];
  const run = await deliver(claimed, takes, {
    admit: async () => isAdmitted,
    async settle() {
      isAdmitted = false;
    },
  });
  expect(run.requests).toEqual([]);
  expect(run.end).toMatchObject({ kind: 'postponed' });
});

describe('a destination that may be down', () => {
  test('is asked with one event first, then with more and more', async () => {
    const run = await deliver(events(10), takes, { first: 1 });
    expect(run.requests.map(({ length }) => length)).toEqual([1, 2, 4, 3]);
  });

  test('only the event that was sent uses up an attempt', async () => {
    const run = await deliver(events(3), () => unavailable, { first: 1 });
    expect(run.requests).toEqual([[0]]);
    expect(run.rest.map((outcome) => 'countsAttempt' in outcome && outcome.countsAttempt)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('time', () => {
  test('what has expired is never sent', async () => {
    const claimed = [
      ...events(2),
      { seq: 2, wire: '2', attempts: 0, expiresAt: NOW },
      { seq: 3, wire: '3', attempts: 0, expiresAt: NOW + 1 },
    ];
    const run = await deliver(claimed, takes);
    expect(run.requests).toEqual([[0, 1, 3]]);
    expect(run.settled[0]).toEqual([
      { seq: 2, state: 'expired', code: 'Expired', message: expect.stringContaining('too old') },
    ]);
  });

  test('all of it expired: no request, and no answer', async () => {
    const run = await deliver(events(3, { expiresAt: NOW }), takes);
    expect(run.end).toEqual({ kind: 'done', answered: false });
    expect(run.requests).toEqual([]);
    expect(numbersIn('expired', run)).toEqual([0, 1, 2]);
  });

  test('nor what expires while the batch is under way', async () => {
    let now = NOW;
    const claimed = [{ seq: 0, wire: '0', attempts: 0, expiresAt: NOW + 1 }, ...events(3).slice(1)];
    const run = await deliver(
      claimed,
      (numbers, request) => {
        now += 1;
        return request === 0 ? refuses() : takes(numbers);
      },
      { clock: { ...stillClock, now: () => now } },
    );
    expect(numbersIn('expired', run)).toEqual([0]);
    expect(run.requests).toEqual([[0, 1, 2], [1], [2]]);
  });

  test('no request is started when the lease might end before its answer', async () => {
    let now = NOW;
    const run = await deliver(
      events(4),
      (numbers, request) => {
        now += 10;
        return request === 0 ? refuses() : takes(numbers);
      },
      { clock: { ...stillClock, now: () => now }, sendUntil: NOW + 15 },
    );
    expect(run.requests).toEqual([
      [0, 1, 2, 3],
      [0, 1],
    ]);
    expect(numbersIn('accepted', run)).toEqual([0, 1]);
    const back = { state: 'retry', dueAt: NOW + 20, countsAttempt: false, code: 'Postponed' };
    expect(run.end).toMatchObject({
      kind: 'postponed',
      late: true,
      rest: [
        { seq: 2, ...back },
        { seq: 3, ...back },
      ],
    });
  });

  test('settling is awaited before the next request, so that outcomes are early on disk', async () => {
    const order: string[] = [];
    await deliver(
      events(2),
      (numbers) => {
        order.push(`send ${numbers}`);
        return numbers.length > 1 ? refuses() : takes(numbers);
      },
      {
        async settle(outcomes) {
          await Promise.resolve();
          order.push(`settled ${outcomes.map(({ seq }) => seq)}`);
        },
      },
    );
    expect(order).toEqual(['send 0,1', 'send 0', 'settled 0', 'send 1', 'settled 1']);
  });

  test('no answer within the time-out aborts the request', async () => {
    let timeOut = () => {};
    const clock: Clock = {
      now: () => NOW,
      sleep: (ms) =>
        new Promise((resolve) => {
          expect(ms).toBe(10_000);
          timeOut = resolve;
        }),
    };
    let reason: unknown;
    const run = await deliver(
      events(1),
      async (_, __, signal) => {
        timeOut();
        const answer = await hangs(signal);
        reason = signal.reason;
        return answer;
      },
      { clock },
    );
    expect(run.end.kind).toBe('unavailable');
    expect(reason).toMatchObject({ name: 'TimeoutError' });
  });
});

describe('abort', () => {
  test('no further request is started; what was not sent goes back, due at once', async () => {
    const abort = new AbortController();
    const run = await deliver(
      events(4),
      (numbers, request) => {
        if (request === 1) abort.abort();
        return request === 0 ? refuses() : takes(numbers);
      },
      { abort: abort.signal },
    );
    // The answer that came nevertheless counts.
    expect(run.requests).toEqual([
      [0, 1, 2, 3],
      [0, 1],
    ]);
    expect(numbersIn('accepted', run)).toEqual([0, 1]);
    const back = { state: 'retry', dueAt: NOW, countsAttempt: false, code: 'Postponed' };
    expect(run.end).toMatchObject({
      kind: 'postponed',
      late: false,
      rest: [
        { seq: 2, ...back },
        { seq: 3, ...back },
      ],
    });
  });

  test('the request under way is given up', async () => {
    const abort = new AbortController();
    const run = await deliver(
      events(1),
      (_, __, signal) => {
        abort.abort();
        return hangs(signal);
      },
      { abort: abort.signal },
    );
    expect(run.end.kind).toBe('unavailable');
  });
});
