import { existsSync } from 'node:fs';
import { run } from './run.mjs';

/**
 * Installs packages where that can be done without asking anybody: on Debian and its like, as root.
 *
 * @param {string[]} packages
 * @param {NodeJS.ProcessEnv} env
 */
export async function installFromDebian(packages, env) {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  console.log(`setup: installing Debian's ${packages.join(', ')} by apt-get`);
  const options = { env: { ...env, DEBIAN_FRONTEND: 'noninteractive' }, quiet: true };
  await run('apt-get', ['update', '-qq'], options);
  const result = await run(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    options,
  );
  if (!result.ok) console.error(result.output);
}
