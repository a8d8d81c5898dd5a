import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RunningProgram {
  child: ChildProcess;
  /** Ends it with everything that it started; harmless when it has ended. */
  end(): Promise<void>;
}

/**
 * Starts a program in a process group of its own: browsers are many processes.
 *
 * @param env replaces nothing but what it names
 */
export function startProgram(command: string, args: string[], env: NodeJS.ProcessEnv = {}): RunningProgram {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, ...env },
  });
  // A full pipe would stop it.
  child.stdout.resume();
  child.stderr.resume();
  const ended = once(child, 'exit').catch(() => {});
  const kill = () => {
    try {
      process.kill(-(child.pid as number), 'SIGKILL');
    } catch {
      // The whole group has ended already.
    }
  };
  // Not even when the tests are broken off does it stay.
  process.once('exit', kill);
  return {
    child,
    async end() {
      process.off('exit', kill);
      kill();
      await ended;
    },
  };
}

/** What the program says about itself once it is up. Rejects when it ends before. */
export function announcement({ child }: RunningProgram, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const read = (chunk: Buffer) => {
      output += chunk;
      const found = pattern.exec(output)?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${child.spawnfile} ended with code ${code}:\n${output}`)));
  });
}
