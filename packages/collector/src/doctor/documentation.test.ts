import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Every id that a finding can have, by the sources. */
function idsInSources(): string[] {
  const folders = ['./', './checks/', '../cli/'];
  const sources = folders.flatMap((folder) =>
    readdirSync(new URL(folder, import.meta.url))
      .filter((name) => /(?<!\.test)\.ts$/.test(name))
      .map((name) => readFileSync(new URL(folder + name, import.meta.url), 'utf8')),
  );
  const found = sources.join().matchAll(/\b(?:ok|problem|warning|skipped)\)?\(\s*'([a-z-]+)'/g);
  return [...new Set([...found].map(([, id]) => id!))].sort();
}

test('docs/operations.md lists every check, and no other', () => {
  const text = readFileSync(new URL('../../../../docs/operations.md', import.meta.url), 'utf8');
  const [, section = ''] = /^## Is it set up right\?$(.*?)^## /ms.exec(text) ?? [];
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) =>
    [...row.split('|')[1]!.matchAll(/`([a-z-]+)`/g)].map(([, id]) => id!),
  );
  expect(documented.sort()).toEqual(idsInSources());
  expect(documented.length).toBeGreaterThan(25);
});
