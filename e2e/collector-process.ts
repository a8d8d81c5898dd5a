import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { ConfigInput } from '@uet-capi/collector';

const COMMAND = fileURLToPath(new URL('../packages/collector/bin/uet-capi.js', import.meta.url));

/** A collector as an operator runs it: `uet-capi start`, a config file, secrets in the environment. */
export interface CollectorProcess {
  /** Stays the same over restarts. */
  readonly url: string;
  pid(): number;
  /** Starts it again, on the same port and data directory. */
  start(): Promise<void>;
  /** SIGTERM; resolves when it has ended, with its exit code (null: a signal killed it). */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it has ended. Harmless when it does not run. */
  kill(): Promise<void>;
  /** Another command with the same config, `uet-capi report --json`. */
  run(args: readonly string[], input?: string): Promise<CommandResult>;
}

export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** `sh` that limits itself and becomes the program of its arguments. */
const limited = (blocks: number) => ['-c', `ulimit -S -f ${blocks} && exec "$0" "$@"`];

/**
 * Starts a collector on a free port.
 *
 * @param folder for its config file
 * @param config without `port`
 * @param secrets environment variables, and nothing else but PATH
 * @param fileLimitBlocks how large its files may grow, see `Setting`
 */
export async function startCollectorProcess(
  folder: string,
  config: ConfigInput,
  secrets: Record<string, string>,
  fileLimitBlocks?: number,
): Promise<CollectorProcess> {
  const file = join(folder, 'uet-capi.config.json');
  const env = { PATH: process.env.PATH, UET_CAPI_CONFIG: file, ...secrets };
  let port = 0;
  let child: ChildProcess | undefined;

  // Synchronous up to the spawn, so that a kill right after the call meets the new process.
  async function start(): Promise<string> {
    writeFileSync(file, JSON.stringify({ ...config, port }));
    const [program, ...args] = [
      ...(fileLimitBlocks === undefined ? [] : ['sh', ...limited(fileLimitBlocks)]),
      ...[process.execPath, COMMAND, 'start'],
    ];
    child = spawn(program!, args, {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const url = await announcedUrl(child);
    port = Number(new URL(url).port);
    return url;
  }

  async function end(signal: NodeJS.Signals): Promise<number | null> {
    const running = child!;
    if (running.exitCode === null && running.signalCode === null) {
      const ended = once(running, 'exit');
      running.kill(signal);
      await ended;
    }
    return running.exitCode;
  }

  async function run(args: readonly string[], input = ''): Promise<CommandResult> {
    const command = spawn(process.execPath, [COMMAND, ...args], { cwd: folder, env });
    command.stdin.end(input);
    const [stdout, stderr] = await Promise.all([
      text(command.stdout),
      text(command.stderr),
      once(command, 'close'),
    ]);
    return { code: command.exitCode, stdout, stderr };
  }

  return {
    url: await start(),
    pid: () => child!.pid!,
    async start() {
      await start();
    },
    stop: () => end('SIGTERM'),
    run,
    async kill() {
      await end('SIGKILL');
    },
  };
}

/** The address that `uet-capi start` prints once it listens. Rejects when it ends before. */
function announcedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const url = /^collector: (http:\S+)\n/m.exec(output)?.[1];
      if (url) resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The collector ended with code ${code}:\n${output}`)));
  });
}
