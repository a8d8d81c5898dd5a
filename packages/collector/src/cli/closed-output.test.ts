import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import { append, newEvent } from '../store/testing/contract/fixtures.ts';

/** Whoever reads the output may have enough of it before the end (`| head`). */

const ENV = { PATH: process.env.PATH, UET_CAPI_TAG_ID: '1', UET_CAPI_TOKEN: 'token' };
const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
/** More than a pipe holds, and several of the batches that are written at once. */
const LINES = 3_000;

/** Only reached when something is broken, ms. */
const TIMEOUT_MS = 300_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'uet-capi-output-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const dataDir = () => join(root, 'data');

/** Runs a command whose output is read up to its first piece. */
async function runToHead(...args: string[]) {
  const child = spawn(process.execPath, ['--conditions=uet-capi-source', MAIN, ...args], {
    cwd: root,
    env: { ...ENV, UET_CAPI_DATA_DIR: dataDir() },
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdout.once('data', () => child.stdout.destroy());
  const [code] = await once(child, 'close');
  return { code, stderr };
}

/** What waits in a log was left there by a process that did not close its store. */
const wasClosed = () => !existsSync(join(dataDir(), 'uet-capi.sqlite-wal'));

async function store(...ids: string[]): Promise<number> {
  const opened = await openSqliteStore({ dataDir: dataDir() });
  await append(opened, ...ids.map((id) => newEvent(id, { keys: ['customer:c'] })));
  const { received } = await opened.stats();
  await opened.close();
  return received.reduce((sum, { count }) => sum + count, 0);
}

test.each([
  ['every line taken', '', 0, `${LINES} lines: ${LINES} accepted, 0 known already, 0 refused`],
  ['one not', 'bad,Sale,yesterday\n', 1, `${LINES + 1} lines: ${LINES} accepted, 0 known already, 1 refused`],
])('import goes on to the end, and says how it went: %s', async (_, last, code, summary) => {
  const file = join(root, 'file.csv');
  const time = new Date(Date.now() - 3_600_000).toISOString();
  const lines = Array.from({ length: LINES }, (_, id) => `${id},Sale,${time},jane@shop.example\n`);
  writeFileSync(file, `id,goal,time,email\n${lines.join('')}${last}`);
  await store();
  const ended = await runToHead('import', file, '--json');
  expect(ended).toEqual({ code, stderr: expect.stringContaining(summary) });
  expect(wasClosed()).toBe(true);
  expect(await store()).toBe(LINES);
});

test('what only shows something ends, without a word and with its store closed', async () => {
  await store(...Array.from({ length: LINES }, (_, id) => `e${id}`));
  expect(await runToHead('export', '--customer', 'c')).toEqual({ code: 1, stderr: '' });
  expect(wasClosed()).toBe(true);
});

/** Tells that the output was found to be closed. */
const TELL_CLOSED = "data:text/javascript,process.stdout.on('error',()=>process.stderr.write('closed'))";

test('what runs until it is stopped ends well, though nobody has read its address', async () => {
  const options = ['--conditions=uet-capi-source', `--import=${TELL_CLOSED}`];
  const child = spawn(process.execPath, [...options, MAIN, 'sandbox', '--port', '0'], { env: ENV });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    child.kill('SIGTERM');
  });
  child.stdout.destroy();
  const [code] = await once(child, 'close');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'closed' });
});
