import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Only reached when something is broken, ms. */
const TIMEOUT_MS = 240_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

let root: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'uet-capi-import-'));
  await (await openSqliteStore({ dataDir: dataDir() })).close();
});
afterEach(() => rmSync(root, { recursive: true }));

const dataDir = () => join(root, 'data');

/** @param stdout a file that is open; default: it is read here */
function importLines(ids: readonly string[], stdout: number | 'pipe' = 'pipe') {
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const lines = ids.map((id) => `${id},Sale,${time},jane@shop.example\n`);
  writeFileSync(join(root, 'file.csv'), `id,goal,time,email\n${lines.join('')}`);
  return spawnSync(process.execPath, ['--conditions=uet-capi-source', MAIN, 'import', 'file.csv'], {
    cwd: root,
    encoding: 'utf8',
    timeout: TIMEOUT_MS,
    stdio: ['ignore', stdout, 'pipe'],
    env: {
      PATH: process.env.PATH,
      UET_CAPI_TAG_ID: '1',
      UET_CAPI_TOKEN: 'token',
      UET_CAPI_DATA_DIR: dataDir(),
    },
  });
}

test('what the database says of a line that it refuses is told, and the other lines are taken', () => {
  const database = new DatabaseSync(join(dataDir(), 'uet-capi.sqlite'));
  database.exec(`
    CREATE TRIGGER no BEFORE INSERT ON event WHEN NEW.event_id LIKE '%poison%'
    BEGIN SELECT RAISE(ABORT, 'not on my watch'); END`);
  database.close();
  expect(importLines(['a', 'poison', 'b'])).toMatchObject({
    stdout: expect.stringContaining('3 lines: 2 accepted, 0 known already, 1 refused'),
    stderr: 'The database refused a line: not on my watch\n',
    status: 1,
  });
});

test('output that cannot be written is a failure, and the file is imported', () => {
  // A full disk fails every write likewise.
  const unwritable = openSync(MAIN, 'r');
  onTestFinished(() => closeSync(unwritable));
  const { stderr, status } = importLines(['a'], unwritable);
  expect(stderr).toContain('EBADF');
  expect(stderr).toContain('The output could not be written to the end: 1 lines: 1 accepted');
  expect(status).toBe(1);
  expect(importLines(['a'])).toMatchObject({ stdout: expect.stringContaining('1 known already'), status: 0 });
});
