import { expect, test } from 'vitest';
import type { AlertKind, Condition } from './alert.ts';
import { type Alerts, decideAlerts, OVER_AFTER_MS } from './decide.ts';

const NONE: Alerts = { open: [], ended: [] };
const PAUSED: Condition = {
  ...{ key: 'paused uet-capi:1', kind: 'paused', site: 'shop', destination: 'uet-capi:1' },
  ...{ title: 'paused', detail: 'because' },
};
const DISK: Condition = { key: 'disk', kind: 'disk', title: 'disk', detail: 'is low' };

let ids = 0;

/** Looks, one after the other; what was told at each. */
function tell(looks: { at: number; wrong: Condition[]; unknown?: AlertKind[] }[], start = NONE) {
  let alerts = start;
  const told = looks.map(({ at, wrong: conditions, unknown = [] }) => {
    const { news, ...next } = decideAlerts(alerts, { conditions, unknown }, at, () => `id${++ids}`);
    alerts = next;
    return news.map(({ state, alert }) => `${state} ${alert.key}`);
  });
  return { told, alerts };
}

test('each thing is told once, and once when it is over', () => {
  const { told, alerts } = tell([
    { at: 0, wrong: [PAUSED] },
    { at: 1, wrong: [PAUSED, DISK] },
    { at: 2, wrong: [DISK] },
    { at: 2 + OVER_AFTER_MS, wrong: [DISK] },
    { at: 3 + OVER_AFTER_MS, wrong: [DISK] },
  ]);
  expect(told).toEqual([[`raised ${PAUSED.key}`], ['raised disk'], [], [`over ${PAUSED.key}`], []]);
  expect(alerts.open).toMatchObject([{ key: 'disk', since: 1 }]);
  expect(alerts.ended).toMatchObject([{ key: PAUSED.key, site: 'shop', since: 0, until: 2 }]);
});

test('what comes and goes is one thing', () => {
  const { told } = tell([
    { at: 0, wrong: [DISK] },
    { at: 1, wrong: [] },
    { at: OVER_AFTER_MS, wrong: [DISK] },
    { at: OVER_AFTER_MS + 1, wrong: [] },
    { at: 2 * OVER_AFTER_MS, wrong: [] },
    { at: 2 * OVER_AFTER_MS + 1, wrong: [] },
  ]);
  expect(told).toEqual([['raised disk'], [], [], [], [], ['over disk']]);
});

test('the facts are those of now, the beginning that of then', () => {
  const { alerts } = tell([
    { at: 5, wrong: [PAUSED] },
    { at: 6, wrong: [{ ...PAUSED, detail: 'something else' }] },
  ]);
  expect(alerts.open).toMatchObject([{ since: 5, detail: 'something else' }]);
});

test('of what nothing is known nothing is over', () => {
  const { told } = tell([
    { at: 0, wrong: [DISK] },
    { at: OVER_AFTER_MS, wrong: [], unknown: ['disk'] },
    { at: 2 * OVER_AFTER_MS, wrong: [], unknown: ['disk'] },
  ]);
  expect(told).toEqual([['raised disk'], [], []]);
});

test('what was over long ago is forgotten', () => {
  const looks = Array.from({ length: 130 }, (_, i) => ({
    at: i * OVER_AFTER_MS,
    wrong: i % 2 ? [] : [DISK],
  }));
  const slow = looks.flatMap(({ at, wrong }) => [
    { at: 3 * at, wrong },
    { at: 3 * at + 2 * OVER_AFTER_MS, wrong },
  ]);
  const { alerts } = tell(slow);
  expect(alerts.ended).toHaveLength(50);
  expect(alerts.ended[0]!.since).toBeGreaterThan(alerts.ended[49]!.since);
});
