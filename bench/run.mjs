import { join } from 'node:path';
import { withoutCollectorSettings } from '../scripts/environment.mjs';
import { explain, Problem } from '../scripts/problem.mjs';
import { run } from '../scripts/run.mjs';
import { NODE, setup } from '../scripts/setup.mjs';
import { installPeers } from './pixel/install-peers.mjs';

/**
 * `pnpm bench [NAME …]`: sets up what is missing, then measures. A name is a suite or one of its
 * parts; without any, everything is measured.
 */

/** The parts of each suite are the table `PARTS` of its `bench.mjs`. */
const SUITES = {
  collector: { parts: ['ingest', 'mounted', 'drain', 'stores', 'admin'] },
  pixel: { parts: ['sizes', 'main-thread', 'fault-matrix'], browsers: true, prepare: installPeers },
};

try {
  const names = process.argv.slice(2);
  const known = Object.entries(SUITES).flatMap(([suite, { parts }]) => [suite, ...parts]);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new Problem(`There is no benchmark "${unknown}".`, `Choose from: ${known.join(', ')}.`);
  }
  const chosen = Object.entries(SUITES)
    .map(([suite, { parts, ...rest }]) => {
      const isWhole = names.length === 0 || names.includes(suite);
      return { ...rest, suite, parts: isWhole ? parts : parts.filter((part) => names.includes(part)) };
    })
    .filter(({ parts }) => parts.length > 0);

  const browsers = chosen.some((suite) => suite.browsers);
  const env = withoutCollectorSettings(await setup({ browsers }));
  for (const { suite, parts, prepare } of chosen) {
    await prepare?.(env);
    const { ok } = await run(NODE, [join(import.meta.dirname, suite, 'bench.mjs'), ...parts], { env });
    if (!ok) process.exitCode = 1;
  }
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
