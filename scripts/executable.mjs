import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';

/** A program that does not answer a question about itself within this time does not work, ms. */
const ANSWER_TIMEOUT_MS = 30_000;

/**
 * Being there is not enough: Ubuntu's chromium-browser may only say that it wants snap, and a download
 * may lack system libraries. On Windows asking a browser for its version would open a window instead.
 *
 * @param {string} executable path
 * @param {NodeJS.ProcessEnv} env
 * @param {string} question an argument that it answers and ends
 * @returns {Promise<boolean>}
 */
export async function works(executable, env, question = '--version') {
  if (!existsSync(executable)) return false;
  if (process.platform === 'win32') return true;
  return (await run(executable, [question], { env, quiet: true, timeoutMs: ANSWER_TIMEOUT_MS })).ok;
}

/**
 * @param {Iterable<string>} places paths, the most wanted first
 * @param {NodeJS.ProcessEnv} env
 * @param {string} [question] see `works`
 * @returns {Promise<string | undefined>} path of the first that works
 */
export async function firstWorking(places, env, question) {
  for (const place of new Set(places)) if (await works(place, env, question)) return place;
  return undefined;
}

/**
 * @param {string} name of a program
 * @param {NodeJS.ProcessEnv} env
 * @returns {string[]} where it may be, by the PATH
 */
export function placesInPath(name, env) {
  return (env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
}
