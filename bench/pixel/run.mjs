import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { explain, Problem } from '../../scripts/problem.mjs';
import { run } from '../../scripts/run.mjs';
import { NODE, setup } from '../../scripts/setup.mjs';

/** `pnpm bench`: sets up what is missing, the peers too, then measures. Arguments: see `bench.mjs`. */

const HERE = import.meta.dirname;
const LOCK = join(HERE, 'package-lock.json');
/** Written by npm at the end of an install. */
const INSTALLED = join(HERE, 'node_modules/.package-lock.json');

try {
  const env = await setup({ browsers: true });
  if (!existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync(LOCK).mtimeMs) {
    console.log('setup: installing the peers');
    const { ok, reason } = await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: HERE,
      env,
    });
    if (!ok) throw new Problem(`Installing the peers failed (${reason}).`, 'It needs the npm registry.');
  }
  const { ok } = await run(NODE, [join(HERE, 'bench.mjs'), ...process.argv.slice(2)], { cwd: HERE, env });
  process.exitCode = ok ? 0 : 1;
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
