import { expect, test } from 'vitest';
import type { Answer, Destination } from '../destination.ts';
import { gated } from './gate.ts';
import { goalGate } from './goal-gate.ts';

const SIGNAL = new AbortController().signal;
const GOAL = { event: 'lead', kind: 'offline', send: 'all', value: 'event' } as const;
const GATE = goalGate([
  { ...GOAL, goal: 'On', enabled: true },
  { ...GOAL, goal: 'Off', enabled: false },
]);
const DOWN: Answer = { kind: 'unavailable', message: 'HTTP 503', retryAfterMs: 60_000 };

const wireFor = (goal: string) => JSON.stringify({ ConversionName: goal });

test('what a goal that is switched off holds back shares no request, and so no failure, with anything', async () => {
  const sent: (readonly string[])[] = [];
  const { send } = gated(
    {
      send: async (wires: readonly string[]) => {
        sent.push(wires);
        return DOWN;
      },
    } as unknown as Destination,
    GATE,
  );
  expect(await send(['On', 'Off'].map(wireFor), SIGNAL)).toMatchObject({
    kind: 'processed',
    results: [
      { state: 'deferred', delayMs: 0, code: 'Postponed' },
      { state: 'deferred', delayMs: 3_600_000, code: 'GoalSwitchedOff' },
    ],
  });
  expect(sent).toEqual([]);
  expect(await send([wireFor('On')], SIGNAL)).toBe(DOWN);
  expect(sent).toEqual([[wireFor('On')]]);
});
