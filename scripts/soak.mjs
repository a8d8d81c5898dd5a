import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withoutCollectorSettings } from './environment.mjs';
import { explain, Problem } from './problem.mjs';
import { ROOT, setup } from './setup.mjs';
import { e2eStage, runStages, unitStage } from './stages.mjs';

/** All long forms of the end-to-end tests take about two hours on two cores, ms. */
const STAGE_LIMIT_MS = 4 * 3_600_000;

/** What a test reads that has a long form. */
const MARK = 'process.env.SOAK';

const HELP = `pnpm soak [PART …]

Runs every test that has a long form, in that form: hundreds of kills, hundreds of thousands of hostile
requests, each fault ten times in each browser. At the end it says what failed;
the last line is "N passed, N failed".

  PART     only test files whose path contains this, for example: matrix
  --help   this text`;

main().catch((error) => {
  explain(error);
  console.log('0 passed, 1 failed');
  process.exitCode = 1;
});

async function main() {
  const parts = chosenParts();
  const unit = longTests('packages', '.test.ts', parts);
  const e2e = longTests('e2e', '.spec.ts', parts);
  if (unit.length + e2e.length === 0) {
    throw new Problem(
      `No test with a long form is called ${parts.join(', ')}.`,
      'Leave the name out to run all.',
    );
  }
  // The pixel's unit tests drive a browser too.
  const env = { ...withoutCollectorSettings(await setup({ browsers: true })), SOAK: '1' };
  const stages = {
    ...(unit.length > 0 && { unit: unitStage(unit) }),
    ...(e2e.length > 0 && { e2e: e2eStage(e2e) }),
  };
  await runStages(stages, { env, limitMs: STAGE_LIMIT_MS });
}

function longTests(folder, ending, parts) {
  return readdirSync(join(ROOT, folder), { recursive: true })
    .filter((file) => file.endsWith(ending) && !file.includes('node_modules'))
    .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
    .filter((file) => readFileSync(join(ROOT, folder, file), 'utf8').includes(MARK))
    .map((file) => `${folder}/${file}`)
    .sort();
}

function chosenParts() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean' } },
    });
    if (!values.help) return positionals;
    console.log(HELP);
    process.exit(0);
  } catch (error) {
    console.error(`${error.message}\n\n${HELP}`);
    process.exit(2);
  }
}
