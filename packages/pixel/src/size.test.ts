import { brotliCompressSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { buildScripts } from './test-support/build.ts';

/** Budgets in bytes: the stub as it stands in the page, the script after brotli. */
const STUB_BYTES = 400;
const SCRIPT_BROTLI_BYTES = 7_300;

let scripts: Awaited<ReturnType<typeof buildScripts>>;

beforeAll(async () => {
  scripts = await buildScripts();
  console.table(
    Object.entries(scripts).map(([file, code]) => ({
      file,
      min: code.length,
      gzip: gzipSync(code, { level: 9 }).length,
      brotli: brotliCompressSync(code).length,
    })),
  );
});

test('the stub keeps its budget', () => {
  expect(scripts['stub.js'].length).toBeLessThanOrEqual(STUB_BYTES);
});

test('the script keeps its budget', () => {
  expect(brotliCompressSync(scripts['c.js']).length).toBeLessThanOrEqual(SCRIPT_BROTLI_BYTES);
});

test('the place for the settings is there exactly once', () => {
  expect(scripts['c.js'].split('"%CAPI_SETTINGS%"')).toHaveLength(2);
});

test('nothing newer than ES2019, no listener that keeps a page out of the back/forward cache', () => {
  expect(scripts['c.js']).not.toMatch(/\?\.[a-z([]|\?\?/);
  expect(scripts['c.js']).not.toMatch(/["']unload|beforeunload/);
});
