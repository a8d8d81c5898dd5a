import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './load.ts';

const FILE = 'uet-capi.config.json';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uet-capi-load-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function load(text: string) {
  await writeFile(join(folder, FILE), text);
  return loadConfig(folder, {});
}

test('a byte order mark in front of JSON does no harm', async () => {
  expect(await load('\uFEFF{ "tagId": "123", "mode": "shadow" }')).toMatchObject({
    config: { sites: [{ tagId: '123' }] },
  });
});

test.each([
  ['{ "token": s3cret }', 'it is no valid JSON'],
  ['{ "token": "s3cret",\n}', 'it is no valid JSON: line 2 column 1'],
])('the place of a mistake is told, the text is not: %j', async (text, reason) => {
  expect(await load(text)).toEqual({
    problems: [{ path: join(folder, FILE), message: `cannot be read: ${reason}` }],
  });
});
