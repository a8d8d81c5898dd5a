import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** `docs/pixel.md` names everything that a page can use or find in the browser, and nothing else. */

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

const PAGE = read('../../../docs/pixel.md');

/** The rows of the table under a heading, by what stands in code style at their beginning. */
function rows(heading: string): string[] {
  const [, section = ''] = PAGE.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  return [...text.matchAll(/^\| `(\w+(?:\.\w+)*)/gm)].map(([, name]) => name as string);
}

/** The members of an interface, those of an object type in it as `outer.inner`. */
function membersOf(source: string, name: string): string[] {
  const body = new RegExp(`^export interface ${name} {\n(.*?)^}`, 'ms').exec(source)?.[1] ?? '';
  const members: string[] = [];
  let outer = '';
  for (const [, indent, member, rest] of body.matchAll(/^( +)(\w+)\??([(:].*)/gm)) {
    if (indent === '  ') outer = `${member}.`;
    if (!rest?.endsWith('{')) members.push(indent === '  ' ? `${member}` : `${outer}${member}`);
  }
  return members;
}

test('every call', () => {
  const methods = membersOf(read('api.ts'), 'Capi');
  expect(methods).toContain('track');
  expect(rows('Calls').sort()).toEqual(methods.map((method) => `capi.${method}`).sort());
});

test('every setting', () => {
  const settings = membersOf(read('settings.ts'), 'PixelSettings');
  expect(settings).toContain('consent.waitMs');
  expect(rows('Settings').sort()).toEqual(settings.sort());
});

test('everything that is stored', () => {
  const folder = new URL('.', import.meta.url).pathname;
  const sources = globSync('**/*.ts', { cwd: folder }).filter((path) => !/test/.test(path));
  const names = sources.flatMap((path) =>
    [...read(path).matchAll(/['"`](_capi_\w+)/g)].map(([, name]) => name as string),
  );
  expect(names).toContain('_capi_vid');
  expect(rows('What is stored in the browser').sort()).toEqual([...new Set(names)].sort());
});
