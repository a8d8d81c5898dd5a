import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../scripts/problem.mjs';
import { run } from '../../scripts/run.mjs';

const HERE = import.meta.dirname;
const LOCK = join(HERE, 'package-lock.json');
/** Written by npm at the end of an install. */
const INSTALLED = join(HERE, 'node_modules/.package-lock.json');

/** The peers are not part of the workspace, so that nobody else has to install them. */
export async function installPeers(env) {
  if (existsSync(INSTALLED) && statSync(INSTALLED).mtimeMs >= statSync(LOCK).mtimeMs) return;
  console.log('setup: installing the peers');
  const { ok, reason } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: HERE,
    env,
  });
  if (!ok) throw new Problem(`Installing the peers failed (${reason}).`, 'It needs the npm registry.');
}
