import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge, readPlaywrightReport, readVitestReport } from './counts.mjs';
import { withoutCollectorSettings } from './environment.mjs';
import { explain } from './problem.mjs';
import { run } from './run.mjs';
import { NODE, ROOT, setup } from './setup.mjs';

const REPORTS = join(ROOT, 'test-results');
const UNIT_REPORT = join(REPORTS, 'unit.json');
const E2E_REPORT = join(REPORTS, 'e2e.json');

/** A stage that takes longer hangs: more than twice what the longest takes on two cores, ms. */
const STAGE_LIMIT_MS = 15 * 60_000;

/** Each is a script for the pinned Node; those without a report count as one test. */
const STAGES = {
  types: { args: ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'] },
  lint: { args: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  unit: {
    args: [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${UNIT_REPORT}`,
    ],
    count: () => readVitestReport(UNIT_REPORT),
  },
  e2e: {
    args: ['e2e/node_modules/@playwright/test/cli.js', 'test', '--config', 'e2e/playwright.config.ts'],
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: E2E_REPORT },
    count: () => readPlaywrightReport(E2E_REPORT),
  },
};

const HELP = `npm test [-- --only STAGE]

Sets up what is missing, then runs all checks; one that fails does not stop the others.
The last line is "N passed, N failed". Variables UET_CAPI_* are ignored.

  --only STAGE   one of ${Object.keys(STAGES).join(', ')}; may be repeated
  --help         this text`;

main().catch((error) => {
  explain(error);
  // Without a setup nothing can be checked, which is one failure.
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});

async function main() {
  const names = chosenStages();
  const env = withoutCollectorSettings(await setup({ browsers: names.includes('e2e') }));
  rmSync(REPORTS, { recursive: true, force: true });
  const results = [];
  for (const name of names) results.push({ name, ...(await runStage(name, env)) });

  console.log('');
  for (const { name, passed, failed } of results) console.log(`${name}: ${passed} passed, ${failed} failed`);
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  console.log(`${total('passed')} passed, ${total('failed')} failed`);
  process.exitCode = total('failed') > 0 ? 1 : 0;
}

function chosenStages() {
  const options = { only: { type: 'string', multiple: true }, help: { type: 'boolean' } };
  let values;
  try {
    ({ values } = parseArgs({ options }));
    for (const name of values.only ?? [])
      if (!(name in STAGES)) throw new Error(`There is no stage "${name}".`);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
  if (values.help) {
    console.log(HELP);
    process.exit(0);
  }
  return values.only ?? Object.keys(STAGES);
}

async function runStage(name, env) {
  const { args, env: extra, count } = STAGES[name];
  console.log(`\n── ${name}`);
  const { ok, reason } = await run(NODE, args, {
    cwd: ROOT,
    env: { ...env, ...extra },
    timeoutMs: STAGE_LIMIT_MS,
  });
  if (!ok) console.log(`${name}: ${reason}`);
  return judge(ok, count ? count() : { passed: ok ? 1 : 0, failed: ok ? 0 : 1 });
}
