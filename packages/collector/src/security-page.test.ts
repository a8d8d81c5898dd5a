import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** `docs/security.md` names the test that shows each of its claims: a renamed one must not leave a claim without. */

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const page = readFileSync(`${ROOT}docs/security.md`, 'utf8');
const named = [...page.matchAll(/`((?:…|e2e|packages)\/[^`\s]+\.ts)`/g)].map(([, path]) =>
  path!.replace('…', 'packages/collector/src'),
);

test('every test that the page names is there', () => {
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => globSync(path, { cwd: ROOT }).length === 0)).toEqual([]);
});
