import { expect, test } from 'vitest';
import { serverFacts } from './pipeline/testing/sample-facts.ts';
import { logRuleFailures } from './rule-failure-log.ts';

const HOUR_MS = 3_600_000;
const facts = serverFacts();

function createFailures() {
  const lines: object[] = [];
  let now = 0;
  const write = (line: object) => void lines.push(line);
  const events = logRuleFailures({ info: write, warn: write, error: write }, () => now);
  return {
    lines,
    skip: (reason: string) => events.onEvent(facts, 'skipped', reason),
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('each failure once an hour, with the number of events', () => {
  const { lines, skip, pass } = createFailures();
  for (let event = 0; event < 1_000; event++) skip('filter failed: TypeError at a.ts:1:2');
  skip('transform failed: Error at a.ts:3:4');
  expect(lines).toEqual([
    { site: 'site', reason: 'filter failed: TypeError at a.ts:1:2', events: 1 },
    { site: 'site', reason: 'transform failed: Error at a.ts:3:4', events: 1 },
  ]);
  pass(HOUR_MS - 1);
  skip('filter failed: TypeError at a.ts:1:2');
  expect(lines).toHaveLength(2);
  pass(1);
  skip('filter failed: TypeError at a.ts:1:2');
  expect(lines[2]).toMatchObject({ events: 1_001 });
});

test('what a rule decided is no failure', () => {
  const { lines, skip } = createFailures();
  for (const reason of ['filtered: by the filter', 'consent denied', 'shadow mode']) skip(reason);
  expect(lines).toEqual([]);
});

test('ever new failures take no more memory than a hundred', () => {
  const { lines, skip } = createFailures();
  for (let place = 0; place < 101; place++) skip(`filter failed: Error at a.ts:${place}:1`);
  skip('filter failed: Error at a.ts:100:1');
  expect(lines).toHaveLength(101);
  skip('filter failed: Error at a.ts:0:1');
  expect(lines).toHaveLength(102);
});
