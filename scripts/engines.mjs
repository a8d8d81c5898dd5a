import { installFromDebian } from './debian.mjs';
import { firstWorking, placesInPath, works } from './executable.mjs';
import { Problem } from './problem.mjs';

/** By the name of the variable that tells the tests where it is. */
const ENGINES = {
  FIREFOX_PATH: { name: 'Firefox', program: 'firefox-esr', packages: ['firefox-esr'] },
  WEBKIT_DRIVER_PATH: {
    name: 'WebKit',
    program: 'WebKitWebDriver',
    // The driver knows no other.
    question: '--help',
    // WebKit has no headless mode.
    also: 'Xvfb',
    packages: ['webkit2gtk-driver', 'xvfb'],
  },
};

/**
 * Finds the engines other than Chromium for the end-to-end tests: those that FIREFOX_PATH and
 * WEBKIT_DRIVER_PATH name, installed ones, Debian's packages when running as root. Unlike Chromium
 * they are not to be had everywhere: the tests run with those that are there, and it is said which
 * are not.
 *
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<NodeJS.ProcessEnv>} variables of the engines found
 * @throws {Problem} when a variable names what does not work
 */
export async function findEngines(env) {
  const found = {};
  for (const [variable, engine] of Object.entries(ENGINES)) {
    const path = await findEngine(variable, engine, env);
    if (path) found[variable] = path;
    else
      console.log(
        `setup: no ${engine.name}, so its end-to-end tests are not run (Debian: ${engine.packages.join(', ')}; or set ${variable})`,
      );
  }
  return found;
}

async function findEngine(variable, { program, question, also, packages }, env) {
  const named = env[variable];
  if (named) {
    if (await works(named, env, question)) return named;
    throw new Problem(`${variable} names ${named}, which does not start.`, 'Correct it or leave it out.');
  }
  const installed = async () => {
    if (also && !(await firstWorking(placesInPath(also, env), env, '-help'))) return undefined;
    return firstWorking(placesInPath(program, env), env, question);
  };
  const path = await installed();
  if (path) return path;
  await installFromDebian(packages, env);
  return installed();
}
