import { minify } from 'terser';
import { expect, inject, test } from 'vitest';
import { FEATURE_NAMES } from './feature-names.ts';

/**
 * Core and features are shrunk as one program and cut apart: whatever a site's settings leave out,
 * nothing that is left may use a name of it. Features are functions beside each other in the core,
 * so each one alone stands for all that can be put together.
 */

/** All that the pixel uses of the browser by name. */
const BROWSER =
  'AbortController AbortSignal Array Boolean Date Image IntersectionObserver Intl JSON Math MutationObserver Number Object Promise RegExp Set TextEncoder URL URLSearchParams Uint8Array WeakSet btoa clearTimeout crypto document encodeURI encodeURIComponent fetch history localStorage location navigation navigator queueMicrotask sessionStorage setTimeout window';

const scripts = inject('scripts');

/** Names that a script uses and does not declare. */
async function undeclared(code: string): Promise<string[]> {
  const { ast } = (await minify(code, {
    compress: false,
    mangle: false,
    format: { ast: true, code: false },
  } as object)) as { ast?: { figure_out_scope(options: object): void; globals: Map<string, unknown> } };
  ast!.figure_out_scope({});
  return [...ast!.globals.keys()];
}

const scriptWith = (features: string) => scripts['c.js'].replace('"%CAPI_FEATURES%"', () => `[${features}]`);

test('each feature is a file of its own, and one function', () => {
  const built = Object.keys(scripts).flatMap((file) => /^features\/(.*)\.js$/.exec(file)?.[1] ?? []);
  expect(built.sort()).toEqual([...FEATURE_NAMES].sort());
  for (const name of FEATURE_NAMES) expect(scripts[`features/${name}.js`]).toMatch(/^\(\)=>\{.*\}$/s);
});

test('the core alone, and with any feature, uses no name but its own and the browser’s', async () => {
  const used = new Set<string>();
  for (const features of ['', ...FEATURE_NAMES.map((name) => scripts[`features/${name}.js`] as string)])
    for (const name of await undeclared(scriptWith(features))) used.add(name);
  expect([...used].sort().join(' ')).toBe(BROWSER);
});

test('a name that is nobody’s is found', async () => {
  expect(await undeclared(scriptWith('()=>{nobodys()}'))).toContain('nobodys');
});
