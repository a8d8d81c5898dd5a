import { spawn } from 'node:child_process';

/** npm's own commands are batch files on Windows, which only its shell can start. */
const SHELL = process.platform === 'win32';

/**
 * Runs a program to its end.
 *
 * @param {string} command program, or one of npm's own commands
 * @param {string[]} args
 * @param {{ cwd?: string, env: NodeJS.ProcessEnv, quiet?: boolean, timeoutMs?: number }} options
 *   `quiet` keeps the output back and hands it over with the result. `timeoutMs` ends the program.
 * @returns {Promise<{ ok: boolean, hung: boolean, reason: string, output: string }>} `reason` says how it ended
 *   when not `ok`; `hung`: by its `timeoutMs`
 */
export function run(command, args, { cwd, env, quiet = false, timeoutMs }) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd,
      env,
      shell: SHELL && command === 'npx',
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      timeout: timeoutMs,
    });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.on('error', (error) => done({ ok: false, hung: false, reason: error.message, output }));
    child.on('close', (code, signal) => {
      const hung = child.killed;
      const ending = signal ? `ended by ${signal}` : `exit code ${code}`;
      const reason = hung ? `It was ended after ${timeoutMs / 60_000} min.` : ending;
      done({ ok: code === 0 && !hung, hung, reason, output });
    });
  });
}
