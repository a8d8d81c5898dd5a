import { expect, test } from 'vitest';
import { checkMachine } from './machine.ts';

test.each([
  ['22.18.0', '3.51.3', 'problem', /Install Node\.js 22\.19 or newer/],
  ['22.19.0', '3.50.4', 'warning', /newer Node\.js/],
  ['22.19.0', '3.51.3', 'ok', undefined],
  ['24.21.0', '3.53.4', 'ok', undefined],
  ['100.0.0', '3.100.0', 'ok', undefined],
] as const)('Node.js %s with SQLite %s: %s', (node, sqlite, status, next) => {
  const finding = checkMachine({ node, sqlite });
  expect(finding).toMatchObject({ id: 'version', status, what: expect.stringContaining(node) });
  if (next) expect(finding.next).toMatch(next);
  else expect(finding).not.toHaveProperty('next');
});
