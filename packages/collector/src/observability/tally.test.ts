import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createTally } from './tally.ts';

test('adds up by labels, and shows the sums at every scrape', async () => {
  const registry = new Registry();
  const add = createTally(registry, { name: 'seen_total', help: 'Seen.', labelNames: ['site', 'what'] });
  add(0, 'a', 'x');
  add(2, 'a', 'y');
  add(3, 'a', 'y');
  add(1, 'b', 'y');
  const expected =
    '# HELP seen_total Seen.\n# TYPE seen_total counter\n' +
    'seen_total{site="a",what="x"} 0\nseen_total{site="a",what="y"} 5\nseen_total{site="b",what="y"} 1\n';
  expect(await registry.metrics()).toBe(expected);
  expect(await registry.metrics(), 'a scrape adds nothing').toBe(expected);
});
