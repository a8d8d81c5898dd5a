import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));

/** Only reached when something is broken, ms. */
const TIMEOUT_MS = 60_000;

test('what the database says of a line that it refuses is told, and the other lines are taken', {
  timeout: TIMEOUT_MS,
}, async () => {
  const root = mkdtempSync(join(tmpdir(), 'uet-capi-import-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const dataDir = join(root, 'data');
  await (await openSqliteStore({ dataDir })).close();
  const database = new DatabaseSync(join(dataDir, 'uet-capi.sqlite'));
  database.exec(`
    CREATE TRIGGER no BEFORE INSERT ON event WHEN NEW.event_id LIKE '%poison%'
    BEGIN SELECT RAISE(ABORT, 'not on my watch'); END`);
  database.close();
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const lines = ['a', 'poison', 'b'].map((id) => `${id},Sale,${time},jane@shop.example\n`);
  writeFileSync(join(root, 'file.csv'), `id,goal,time,email\n${lines.join('')}`);
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--conditions=uet-capi-source', MAIN, 'import', 'file.csv'],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      env: {
        PATH: process.env.PATH,
        UET_CAPI_TAG_ID: '1',
        UET_CAPI_TOKEN: 'token',
        UET_CAPI_DATA_DIR: dataDir,
      },
    },
  );
  expect(stdout).toContain('3 lines: 2 accepted, 0 known already, 1 refused');
  expect(stderr).toBe('The database refused a line: not on my watch\n');
  expect(status).toBe(1);
});
