import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';

/** The command line as a shell sees it: exit codes 0, 1, 2 (failed, wrong use), and what is said where. */

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));

const TOKEN = 'the-token-itself';
const SITE = { UET_CAPI_TAG_ID: '12345678', UET_CAPI_TOKEN: TOKEN, UET_CAPI_PORT: '0' };

interface Case {
  name: string;
  args: string[];
  env?: Record<string, string>;
  /** Files in the working directory. */
  files?: Record<string, string>;
  code: 0 | 1 | 2;
  stdout?: RegExp;
  stderr?: RegExp;
}

const CASES: Case[] = [
  { name: 'help', args: ['--help'], code: 0, stdout: /start .*\n.*sandbox /s },
  { name: 'help of start', args: ['start', '--help'], code: 0, stdout: /UET_CAPI_TAG_ID.*Exit codes: 0/s },
  { name: 'help of sandbox', args: ['sandbox', '--help'], code: 0, stdout: /--no-event-id/ },
  { name: 'help of demo', args: ['demo', '--help'], code: 0, stdout: /nothing leaves this machine/ },
  { name: 'help of doctor', args: ['doctor', '--help'], code: 0, stdout: /--url.*Exit codes: 0/s },
  { name: 'help of send-test', args: ['send-test', '--help'], code: 0, stdout: /--timeout.*Exit codes: 0/s },
  { name: 'help of report', args: ['report', '--help'], code: 0, stdout: /--json/ },
  { name: 'help of replay', args: ['replay', '--help'], code: 0, stdout: /--dry-run/ },
  { name: 'help of purge', args: ['purge', '--help'], code: 0, stdout: /--visitor/ },
  { name: 'help of export', args: ['export', '--help'], code: 0, stdout: /--visitor/ },
  { name: 'help of goals', args: ['goals', '--help'], code: 0, stdout: /--json/ },
  { name: 'goals without account', args: ['goals'], env: SITE, code: 2, stderr: /UET_CAPI_CLIENT_ID/ },
  { name: 'help of auth', args: ['auth', 'login', '--help'], code: 0, stdout: /--paste/ },
  {
    name: 'auth without account',
    args: ['auth', 'status'],
    env: SITE,
    code: 2,
    stderr: /UET_CAPI_CLIENT_ID/,
  },
  { name: 'version', args: ['--version'], code: 0, stdout: /^\d+\.\d+\.\d+\n$/ },
  { name: 'no command', args: [], code: 2, stderr: /Usage: uet-capi/ },
  { name: 'unknown command', args: ['begin'], code: 2, stderr: /unknown command 'begin'/ },
  { name: 'unknown option', args: ['start', '--fast'], code: 2, stderr: /'--fast'\nuet-capi start --help/ },
  { name: 'wrong value', args: ['sandbox', '--port', 'x'], code: 2, stderr: /number from 0 to 65535/ },

  { name: 'unknown state', args: ['replay', '--state', 'lost'], env: SITE, code: 2, stderr: /lost/ },
  { name: 'report without store', args: ['report', '--json'], env: SITE, code: 1, stderr: /cannot be used/ },
  { name: 'purge of nobody', args: ['purge'], env: SITE, code: 2, stderr: /^Name the person/ },
  {
    name: 'export of nobody',
    args: ['export', '--site', 's'],
    env: SITE,
    code: 2,
    stderr: /^Name the person/,
  },
  { name: 'report without settings', args: ['report'], code: 2, stderr: /UET_CAPI_TAG_ID/ },

  { name: 'no settings', args: ['start'], code: 2, stderr: /tagId: .*UET_CAPI_TAG_ID/ },
  {
    name: 'no token',
    args: ['start'],
    env: { UET_CAPI_TAG_ID: '1' },
    code: 2,
    stderr: /UET_CAPI_TOKEN: is not set/,
  },
  {
    name: 'wrong port',
    args: ['start'],
    env: { ...SITE, UET_CAPI_PORT: 'http' },
    code: 2,
    stderr: /UET_CAPI_PORT: must be a number/,
  },
  {
    name: 'wrong log level',
    args: ['start'],
    env: { ...SITE, UET_CAPI_LOG_LEVEL: 'loud' },
    code: 2,
    stderr: /UET_CAPI_LOG_LEVEL: must be one of: info, warn, error, silent/,
  },
  {
    name: 'address of no PostgreSQL',
    args: ['start'],
    env: { ...SITE, UET_CAPI_DATABASE_URL: 'mysql://u:p4ssw0rd@db/x' },
    code: 2,
    stderr: /UET_CAPI_DATABASE_URL: must be postgres:.*UET_CAPI_DATA_DIR/,
  },
  {
    name: 'database that is not there',
    args: ['report'],
    env: { ...SITE, UET_CAPI_DATABASE_URL: 'postgres://u:p4ssw0rd@127.0.0.1:1/x' },
    code: 1,
    stderr: /The store at UET_CAPI_DATABASE_URL cannot be used: .*ECONNREFUSED.* Start the server/,
  },
  {
    name: 'missing config file',
    args: ['start'],
    env: { ...SITE, UET_CAPI_CONFIG: 'nothing.json' },
    code: 2,
    stderr: /nothing\.json: cannot be read/,
  },
  {
    name: 'config file with export in a package of CommonJS',
    args: ['start'],
    env: SITE,
    files: { 'package.json': '{ "type": "commonjs" }', 'uet-capi.config.ts': 'export default {};' },
    code: 2,
    stderr:
      /uet-capi\.config\.ts: cannot be read: .*"type": "commonjs": say "module", or name it uet-capi\.config\.mjs/,
  },
  {
    name: 'secret in the config file',
    args: ['start'],
    env: SITE,
    files: { 'uet-capi.config.json': `{ "token": "${TOKEN}" }` },
    code: 2,
    stderr: /token: is no setting: secrets come from the environment/,
  },
  {
    name: 'data directory that is a file',
    args: ['start'],
    env: { ...SITE, UET_CAPI_DATA_DIR: './data' },
    files: { data: '' },
    code: 1,
    stderr: /data cannot be used: .*another data directory/s,
  },
  {
    name: 'data of another program',
    args: ['start'],
    env: { ...SITE, UET_CAPI_DATA_DIR: '.' },
    files: { 'uet-capi.sqlite': 'something else entirely' },
    code: 1,
    stderr: /uet-capi\.sqlite cannot be used: .*not a database/s,
  },
  {
    name: 'address of another machine',
    args: ['start'],
    env: { ...SITE, UET_CAPI_HOST: '192.0.2.1' },
    code: 1,
    stderr: /Cannot listen on 192\.0\.2\.1:0 \(EADDRNOTAVAIL\): .*UET_CAPI_HOST/,
  },
];

for (const { name, args, env, files = {}, code, stdout, stderr } of CASES) {
  test(`${name}: ${code}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'uet-capi-cli-'));
    for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
    const ended = await run(args, folder, env);
    expect(ended.stderr).toMatch(stderr ?? /^$/);
    expect(ended.stdout).toMatch(stdout ?? /^$/);
    expect(ended.code).toBe(code);
    expect(ended.stderr, 'no secret, no stack').not.toMatch(/the-token-itself|p4ssw0rd|\n\s+at /);
    await rm(folder, { recursive: true });
  });
}

test('output that nobody reads any more ends the command without a word', async () => {
  const child = spawn(process.execPath, [COMMAND, '--help']);
  child.stdout.destroy();
  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  expect([code, stderr]).toEqual([1, '']);
});

test('the port of another program: 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const port = String((other.address() as AddressInfo).port);
  const folder = await mkdtemp(join(tmpdir(), 'uet-capi-cli-'));

  const start = await run(['start'], folder, { ...SITE, UET_CAPI_PORT: port });
  expect(start.stderr).toContain(`Cannot listen on 127.0.0.1:${port} (EADDRINUSE): another program`);
  expect(start.code).toBe(1);
  const sandbox = await run(['sandbox', '--port', port], folder);
  expect(sandbox.stderr).toContain(`Another program listens on port ${port}: stop it`);
  expect(sandbox.code).toBe(1);

  other.close();
  await rm(folder, { recursive: true });
});

test('its log: JSON lines, what runs at the start and what is left at the end, and no key', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'uet-capi-cli-'));
  const secrets = { UET_CAPI_SERVER_KEY: 'server-key-itself', UET_CAPI_ADMIN_TOKEN: 'admin-token-itself' };
  const env = { ...SITE, ...secrets, UET_CAPI_ENDPOINT: 'http://127.0.0.1:9', UET_CAPI_DATADIR: 'x' };
  const { stdout, stderr, code } = await run(['start'], folder, env, 'SIGTERM');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^collector: http:\/\/127\.0\.0\.1:\d+\n$/);
  expect(stderr).not.toMatch(/-itself/);

  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const line = (msg: string) => lines.find((one) => one.msg === msg);
  expect(line('environment variable')).toMatchObject({ level: 40, path: 'UET_CAPI_DATADIR' });
  expect(line('started')).toMatchObject({
    level: 30,
    dataDir: join(folder, '.uet-capi'),
    routes: { script: 'c.js', events: 'e', image: 'e.gif' },
    metrics: 'token',
    sites: [{ tagId: '12345678', mode: 'live', endpoint: 'http://127.0.0.1:9', serverRoutes: 'open' }],
  });
  expect(lines.at(-1)).toMatchObject({ level: 30, msg: 'stopped', waiting: 0 });

  const quiet = await run(['start'], folder, { ...SITE, UET_CAPI_LOG_LEVEL: 'error' }, 'SIGTERM');
  expect(quiet).toMatchObject({ code: 0, stderr: '' });
  await rm(folder, { recursive: true });
});

test('a start waits for a database that is not there, says so, and ends when it is told to', async () => {
  const env = {
    PATH: process.env.PATH,
    ...SITE,
    UET_CAPI_DATABASE_URL: 'postgres://u:p4ssw0rd@127.0.0.1:1/x',
  };
  const child = spawn(process.execPath, [COMMAND, 'start'], { env });
  const [line] = await once(child.stderr, 'data');
  expect(JSON.parse(String(line))).toMatchObject({
    reason: expect.stringContaining('ECONNREFUSED'),
    msg: 'waiting for the database',
  });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** @param signal sent as soon as it has said where it listens */
async function run(
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
  signal?: NodeJS.Signals,
): Promise<Ended> {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
    if (signal) child.kill(signal);
  });
  child.stderr.on('data', (chunk) => (stderr += chunk));
  // One that starts instead of ending would never end.
  const limit = setTimeout(() => child.kill('SIGKILL'), 60_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(limit);
  return { code, stdout, stderr };
}
