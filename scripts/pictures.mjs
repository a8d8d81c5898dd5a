import { withoutCollectorSettings } from './environment.mjs';
import { explain, Problem } from './problem.mjs';
import { run } from './run.mjs';
import { NODE, ROOT, setup } from './setup.mjs';

/** It takes two minutes; the figures of days come late, ms. */
const LIMIT_MS = 10 * 60_000;

main().catch((error) => {
  explain(error);
  process.exitCode = 1;
});

/** `pnpm pictures`: the pictures of the documentation, from the system as it is built. */
async function main() {
  const env = withoutCollectorSettings(await setup({ browsers: true }));
  const { ok, reason } = await run(NODE, ['e2e/pictures.ts'], { cwd: ROOT, env, timeoutMs: LIMIT_MS });
  if (!ok) throw new Problem(`The pictures could not be made (${reason}).`, 'The lines above say where.');
}
